"""`yichuang rules check | list | explain`: for those who write rules and for those whom they find."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import WorkingCalendar
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_
from yichuang.supervision.domain.faults import RuleFaulty, RulesFaulty
from yichuang.supervision.domain.moment import Moment, moment_of
from yichuang.supervision.domain.relations import Value
from yichuang.supervision.domain.rule import Example, Rule
from yichuang.supervision.domain.wording import Wording
from yichuang.supervision.domain.words import Colour, Scheme
from yichuang.supervision.engines import database
from yichuang.supervision.rulebook import PACKAGED, RuleSet, get_rules, load_rules, rule_folders
from yichuang.supervision.schemes import scheme_of

_CASES = "cases"
_HOLDS, _FAILS, _OPEN = "✓", "✗", "?"


class CaseUnknown(Refusal):
    """There is no case of this number."""

    sentence = N_("没有编号为{number}的办件")
    remedy = N_("请核对办件编号")


class Command(BaseCommand):
    """Check the files of rules, list what is in force, or explain how each rule comes out for one case."""

    help = _("监察规则：核对规则文件、列出规则、逐条说明某办件是否命中")

    def add_arguments(self, parser: CommandParser) -> None:
        """One word says what to do."""
        acts = parser.add_subparsers(dest="act", required=True, metavar="check | list | explain")
        check = acts.add_parser("check", help=_("核对规则文件及其例子；有错时逐处列出"))
        check.add_argument("folder", nargs="?", type=Path, help=_("本地规则文件夹；不写则为 YICHUANG_RULES_DIR"))
        acts.add_parser("list", help=_("列出现行规则"))
        explain = acts.add_parser("explain", help=_("逐条说明一个办件命中或不命中的原因"))
        explain.add_argument("number", help=_("办件编号"))
        explain.add_argument("--all", action="store_true", help=_("未命中的规则也列出全部条件"))

    def handle(self, *, act: str, **given: Any) -> None:
        """Do it."""
        if act == "check":
            self._check(given["folder"])
        elif act == "list":
            self._list(get_rules())
        else:
            self._explain(given["number"], everything=given["all"])

    # --- check ------------------------------------------------------------------------------------------------------

    def _check(self, folder: Path | None) -> None:
        folders = (PACKAGED, folder) if folder is not None else rule_folders()
        rules = load_rules(*folders)
        faults = [fault for rule in rules.rules for fault in _failed_examples(rule)]
        if faults:
            raise RulesFaulty(faults=faults)
        own = sum(not Path(rule.file).is_relative_to(PACKAGED) for rule in rules.rules)
        examples = sum(len(rule.examples) for rule in rules.rules)
        self.stdout.write(
            _("规则无误：共 {count} 条，其中本地 {own} 条；例子 {examples} 个，结果都与所写一致").format(
                count=len(rules.rules), own=own, examples=examples
            )
        )

    # --- list -------------------------------------------------------------------------------------------------------

    def _list(self, rules: RuleSet) -> None:
        language = get_language() or ""
        for rule in rules.rules:
            cards = " ".join(f"{scheme.value}:{_card(rule, scheme)}" for scheme in Scheme)
            self.stdout.write(f"{rule.id:<34}{gettext(rule.rule_class.label)}  {cards}  {rule.title.of(language)}")
        self.stdout.write(_("共 {count} 条").format(count=len(rules.rules)))

    # --- explain ----------------------------------------------------------------------------------------------------

    def _explain(self, number: str, *, everything: bool) -> None:
        row = database.read_case(number)
        if row is None:
            raise CaseUnknown(number=number)
        at, calendar = timezone.now(), get_calendar()
        moment = moment_of(at, calendar)
        scheme = scheme_of(str(row["county"]), str(row["centre"]), calendar.day_of(moment.today_wd))
        found = 0
        for rule in get_rules().of(_CASES):
            outcomes = database.explain_row(rule, row, moment)
            holds = all(outcomes)
            found += holds
            self.stdout.write(_headline(rule, row, moment, calendar, holds=holds, scheme=scheme))
            for line in _lines(rule, row, moment, calendar, outcomes):
                if holds or everything or not line.startswith(_HOLDS):
                    self.stdout.write(f"    {line}")
        self.stdout.write(
            _("共 {count} 条规则，命中 {found} 条").format(count=len(get_rules().of(_CASES)), found=found)
        )


def _failed_examples(rule: Rule) -> list[RuleFaulty]:
    calendar = get_calendar()
    return [fault for example in rule.examples if (fault := _failure(rule, example, calendar)) is not None]


def _failure(rule: Rule, example: Example, calendar: WorkingCalendar) -> RuleFaulty | None:
    hit = database.judge_row(rule, example.values(rule.relation, calendar), example.moment(calendar))
    name = example.name.of(get_language() or "")
    place = {"file": rule.file, "line": example.line, "column": 1}
    if (hit is not None) != example.found:
        reason = N_("例子“{name}”应不命中，实际命中") if hit else N_("例子“{name}”应命中，实际不命中")
        return RuleFaulty(**place, reason=reason, name=name)
    if hit is None or example.occurred is None:
        return None
    day = calendar.day_of(hit.occurred_wd)
    if day == example.occurred:
        return None
    return RuleFaulty(
        **place,
        reason=N_("例子“{name}”的发生日应为{expected}，实际为{day}"),
        name=name,
        expected=example.occurred,
        day=day,
    )


def _card(rule: Rule, scheme: Scheme) -> str:
    if not rule.applies(scheme):
        return _("不适用")
    colour = rule.colour(scheme)
    return gettext(colour.label) if isinstance(colour, Colour) else _("疑点")


def _headline(
    rule: Rule, row: dict[str, Value], moment: Moment, calendar: WorkingCalendar, *, holds: bool, scheme: Scheme
) -> str:
    title = rule.title.of(get_language() or "")
    if not holds:
        return f"{_FAILS} {rule.id}  {title}"
    hit = database.judge_row(rule, row, moment)
    day = calendar.day_of(hit.occurred_wd).isoformat() if hit else ""
    return f"{_HOLDS} {rule.id}  {title}  [{_card(rule, scheme)}]  {_('发生日')} {day}"


def _lines(
    rule: Rule,
    row: dict[str, Value],
    moment: Moment,
    calendar: WorkingCalendar,
    outcomes: tuple[bool | None, ...],
) -> list[str]:
    wording = Wording(rule, calendar, moment, row, get_language() or "", gettext)
    parts = wording.parts()
    in_force = _("规则在该日期有效（自 {day} 起）").format(day=rule.from_on.isoformat())
    # The members of the condition, then one outcome for each bound of the time in force.
    said = [*parts, *[in_force] * (len(outcomes) - len(parts))]
    signs = {True: _HOLDS, False: _FAILS, None: _OPEN}
    return [f"{signs[outcome]} {text}" for outcome, text in zip(outcomes, said, strict=True)]
