"""A rule: what is watched, on which authority, with which card, and how it was tried."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from sqlglot import exp

from yichuang.calendar.values import WorkingCalendar
from yichuang.kernel.words import N_
from yichuang.supervision.domain.conditions import Condition
from yichuang.supervision.domain.moment import MOMENT_NAMES, Moment, moment_of
from yichuang.supervision.domain.parameters import DatedValue, Parameter
from yichuang.supervision.domain.relations import RELATIONS, Default, Relation, Unit, Value, resolve
from yichuang.supervision.domain.settled import moment_names_when_closed
from yichuang.supervision.domain.words import Colour, Level, Scheme

# The day on which the Administrative Licensing Law came into force; most rules hold from then on.
FIRST_LAW = date(2004, 7, 1)
OPEN_COLUMNS = frozenset({"ended_wd", "closed_wd"})
RULE_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class RuleClass(StrEnum):
    """What kind of breach a rule looks for."""

    TIMELINESS = "timeliness"
    PROCEDURE = "procedure"
    CONTENT = "content"
    DISCRETION = "discretion"
    FEE = "fee"
    AUTHORITY = "authority"
    DATA_QUALITY = "data-quality"
    OFF_SYSTEM = "off-system"

    @property
    def label(self) -> str:
        """Return the Chinese title, a message id."""
        return _CLASSES[self]


_CLASSES = {
    RuleClass.TIMELINESS: N_("时效"),
    RuleClass.PROCEDURE: N_("流程"),
    RuleClass.CONTENT: N_("内容"),
    RuleClass.DISCRETION: N_("裁量"),
    RuleClass.FEE: N_("收费"),
    RuleClass.AUTHORITY: N_("授权"),
    RuleClass.DATA_QUALITY: N_("数据质量"),
    RuleClass.OFF_SYSTEM: N_("体外循环"),
}


class Mark(StrEnum):
    """How sure a source is: V read there, C computed from it, K a local default until somebody checks it."""

    VERIFIED = "V"
    COMPUTED = "C"
    DEFAULT = "K"


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text of the file in both languages."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        """Return the text for a language code such as zh-hans or en."""
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: a row, the day on which it is judged, and whether the rule finds it."""

    name: Bilingual
    at: datetime
    start: str
    row: Mapping[str, Default]
    found: bool
    occurred: date | None
    line: int

    def moment(self, calendar: WorkingCalendar) -> Moment:
        """Return the moment at which the example is judged."""
        return moment_of(self.at, calendar)

    def values(self, relation: Relation, calendar: WorkingCalendar) -> dict[str, Value]:
        """Return the whole row: the blameless one with the example's changes."""
        changed = {name: resolve(value, relation.columns[name].unit, calendar) for name, value in self.row.items()}
        return {**relation.blameless(calendar, self.start), **changed}


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule as its file says it; `digest` (SM3, hexadecimal) of the text names the version.

    `cards`: a scheme that is not there gives a finding without a card; one with None does not apply the rule at all.
    `anchor` is the column whose day decides which parameters and which law hold, "" for the day of judging.
    """

    id: str
    title: Bilingual
    explanation: Bilingual
    rule_class: RuleClass
    relation_name: str
    cards: Mapping[Scheme, Colour | None]
    level: Level
    citation: str
    mark: Mark
    from_on: date
    until: date | None
    parameters: tuple[Parameter, ...]
    anchor: str
    condition: Condition
    occurred: Condition
    evidence: tuple[str, ...]
    examples: tuple[Example, ...]
    text: str
    digest: str
    file: str

    @property
    def relation(self) -> Relation:
        """Return the relation that the rule judges."""
        return RELATIONS[self.relation_name]

    @cached_property
    def columns(self) -> frozenset[str]:
        """Return every column that judging the rule and showing its evidence asks for."""
        anchor = {self.anchor} if self.anchor else set()
        return self.condition.columns | self.occurred.columns | set(self.evidence) | anchor

    @cached_property
    def asks_time(self) -> bool:
        """Return whether the passing of time alone may make the rule find a row, or no longer find it."""
        return bool((self.condition.parameters | self.occurred.parameters) & MOMENT_NAMES) or self._law_moves

    @cached_property
    def asks_time_closed(self) -> bool:
        """Return whether `asks_time` is true of a closed case too: it asks for today even when nothing is open."""
        trees = (self.condition.tree, self.occurred.tree)
        return any(moment_names_when_closed(tree) & MOMENT_NAMES for tree in trees) or self._law_moves

    @property
    def _law_moves(self) -> bool:
        """Return whether the law that holds for a row depends on the day of judging."""
        fixed = bool(self.anchor) and not self.relation.columns[self.anchor].nullable
        dated = any(len(parameter.values) > 1 for parameter in self.parameters)
        return not fixed and (dated or self.until is not None or self.from_on > FIRST_LAW)

    @cached_property
    def only_open(self) -> bool:
        """Return whether the condition itself says that the case is not closed, or not ended."""
        return any(
            isinstance(part, exp.Is)
            and isinstance(part.expression, exp.Null)
            and isinstance(part.this, exp.Column)
            and part.this.name in OPEN_COLUMNS
            for part in map(_bare, self.condition.parts())
        )

    def applies(self, scheme: Scheme) -> bool:
        """Return whether the rule is judged at all under a scheme."""
        return scheme not in self.cards or self.cards[scheme] is not None

    def colour(self, scheme: Scheme) -> Colour | None:
        """Return the card that the rule gives under a scheme; None: a finding without a card, or none at all."""
        return self.cards.get(scheme)

    def law_day(self, values: Mapping[str, Value], calendar: WorkingCalendar, today: date) -> date:
        """Return the day whose parameters count for a row that is given by name, as the engines take it."""
        ordinal = values.get(self.anchor) if self.anchor else None
        return calendar.day_of(ordinal) if isinstance(ordinal, int) and ordinal > 0 else today

    def parameters_on(self, day: date) -> dict[str, DatedValue]:
        """Return the values of the rule's own parameters in force on a day."""
        return {parameter.name: parameter.on(day) for parameter in self.parameters}

    def judged_with(self, values: Mapping[str, Value], calendar: WorkingCalendar, today: date) -> dict[str, int]:
        """Return the parameters that judge a row: of its anchor, which need not be the day of the breach."""
        in_force = self.parameters_on(self.law_day(values, calendar, today))
        return {name: dated.value for name, dated in in_force.items()}

    def is_day(self, name: str) -> bool:
        """Return whether a column of the rule's relation holds a working-day ordinal."""
        column = self.relation.columns.get(name)
        return column is not None and column.unit is Unit.DAY


def _bare(node: exp.Expr) -> exp.Expr:
    return node.unnest() if isinstance(node, exp.Paren) else node
