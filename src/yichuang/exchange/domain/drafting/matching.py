"""Matching: which column of a table is which field, how sure that is, and why.

A name speaks first; the values confirm or contradict it; what the catalogue knows (items, organisations) speaks
for itself. Where two fields or two columns are nearly alike, the one chosen is less sure, and says so.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from yichuang.exchange.domain.drafting import names
from yichuang.exchange.domain.drafting.names import Likeness
from yichuang.exchange.domain.drafting.seen import ColumnSeen, TableSeen
from yichuang.exchange.domain.drafting.shapes import STRICT, SUGGESTIVE, TELLING
from yichuang.exchange.domain.drafting.vocabulary import CASE, FieldWords, field_spellings, load_vocabulary
from yichuang.kernel.words import N_

FLAT = "flat"
LEAST = 0.30
_COMMENT_TRUST = 0.98
_SHARED = 0.12
_PLAINLY = 0.1
_MOST_FIELDS_OF_A_CODE = 0.5
_CATEGORIES = frozenset({"channel", "case_kind", "applicant_type", "applicant_id_type", "contact_id_type", "state"})

AND_VALUES = N_("值的样子相符")
AGAINST_VALUES = N_("值的样子不符")
BY_VALUES = N_("只凭值的样子")
BY_CATALOGUE = N_("值在本市目录中")
NOT_SURE = N_("有相近的另一列或另一字段")

# What values alone suggest, where no name says anything.
_BY_SHAPE: tuple[tuple[str, str, float, bool], ...] = (
    # shape, field, score, whether the values must mostly differ
    ("resident", "applicant_id_number", 0.62, False),
    ("phone", "applicant_phone", 0.6, False),
    ("division", "division", 0.5, False),
    ("organ", "organisation_name", 0.5, False),
    ("guid", "row_key", 0.6, True),
)
# A value of the catalogue in a column: (field, kind of knowledge).
Knows = Callable[[str], bool]


class Proposal(NamedTuple):
    """One column taken for one field: `confidence` 0 to 1; `why` are message ids."""

    field: str
    title: str
    table: str
    column: str
    confidence: float
    why: tuple[str, ...]


class Knowledge(NamedTuple):
    """What of a value the catalogue knows."""

    item_code: Knows
    item_name: Knows
    organisation_code: Knows
    organisation_name: Knows


class _Scored(NamedTuple):
    score: float
    why: tuple[str, ...]


def match_table(table: TableSeen, *, kind: str, knowledge: Knowledge | None = None) -> list[Proposal]:
    """Return a proposal for every column that resembles a field, in the order of the columns.

    `kind` is a kind of table of the vocabulary, or FLAT for one table that holds everything.
    """
    scores = {
        (column.name, field): found
        for column in table.columns
        for field, found in _scores_of(column, kind, table, knowledge).items()
    }
    chosen = _assign({pair: found.score for pair, found in scores.items()})
    fields = load_vocabulary().fields
    proposals = []
    for column in table.columns:
        field = chosen.get(column.name)
        if field is None:
            continue
        found = scores[column.name, field]
        sure, shared = _certainty(column.name, field, scores, chosen)
        why = (*found.why, NOT_SURE) if shared else found.why
        proposals.append(Proposal(field, fields[field].title, table.name, column.name, round(sure, 2), why))
    return proposals


@lru_cache(maxsize=50_000)
def _alike(name: str, field: str) -> Likeness:
    return names.likeness(name, field_spellings()[field])


def _scores_of(column: ColumnSeen, kind: str, table: TableSeen, knowledge: Knowledge | None) -> dict[str, _Scored]:
    found: dict[str, _Scored] = {}
    told: dict[str, Likeness] = {}
    for field in load_vocabulary().fields:
        alike = _alike(column.name, field)
        if column.comment:
            said = _alike(column.comment, field)
            if said.score * _COMMENT_TRUST > alike.score:
                alike = Likeness(said.score * _COMMENT_TRUST, said.why)
        if alike.score:
            told[field] = alike
    clearest = max((alike.score for alike in told.values()), default=0.0)
    for field, alike in told.items():
        # What a name says plainly is not something else whose name is only like it, whatever the values.
        if alike.score < clearest - _PLAINLY and alike.why == names.ALIKE:
            continue
        scored = _weighed(alike, field, column, kind, table)
        if scored.score >= LEAST:
            found[field] = scored
    best = max((one.score for one in found.values()), default=0.0)
    for field, scored in _without_name(column, kind, knowledge):
        if scored.score > max(best * 0.8, found.get(field, _Scored(0.0, ())).score):
            found[field] = scored
    return found


def _weighed(alike: Likeness, field: str, column: ColumnSeen, kind: str, table: TableSeen) -> _Scored:
    told = load_vocabulary().fields[field]
    score = alike.score * _at_home(told, kind)
    why: tuple[str, ...] = (alike.why,)
    profile = column.profile
    if not profile.values:
        return _Scored(score * 0.92, why)
    wanted = set(told.shapes)
    share = profile.share(wanted) if wanted else 0.0
    telling = {shape for shape in TELLING if profile.shares.get(shape, 0.0) >= 0.8}
    if telling and not telling & wanted and wanted:
        return _Scored(score * 0.35, (*why, AGAINST_VALUES))
    if wanted and wanted <= STRICT and share < 0.8:
        if share < 0.3:
            return _Scored(score * (0.55 if alike.score >= 0.9 else 0.35), (*why, AGAINST_VALUES))
        score *= 0.85
    elif wanted and wanted <= STRICT | SUGGESTIVE and share >= 0.8:
        if score >= 0.4:
            score, why = score + (1 - score) * 0.45, (*why, AND_VALUES)
    elif wanted and share < 0.3:
        # An officer may stand under his number, an office under its short name.
        score *= 0.88 if wanted <= SUGGESTIVE else 0.75
    return _Scored(score * _fits_distinct(field, column, kind, table), why)


def _at_home(told: FieldWords, kind: str) -> float:
    if kind in told.tables:
        return 1.0
    if kind == FLAT:
        return {"step": 0.93, "special": 0.97, "material": 0.9}.get(told.tables[0], 1.0)
    # An end, a supplement or a delivery may stand in the case's own row.
    return 0.93 if kind == "case" and {"result", "supplement", "delivery"} & set(told.tables) else 0.5


def _fits_distinct(field: str, column: ColumnSeen, kind: str, table: TableSeen) -> float:
    profile = column.profile
    differ = profile.distinct / profile.values
    if field == "row_key":
        if column.name in table.key:
            return 1.05
        return 1.0 if profile.unique or profile.values < 3 else 0.2
    if field == "source_key" and kind in {FLAT, "case"}:
        # In a log of events the number of a case stands in several rows; but never in all.
        return 1.0 if differ > 0.08 or profile.values < 10 else 0.4
    if field in _CATEGORIES and profile.values >= 12 and differ > _MOST_FIELDS_OF_A_CODE:
        return 0.5
    return 1.0


def _without_name(column: ColumnSeen, kind: str, knowledge: Knowledge | None) -> Iterable[tuple[str, _Scored]]:
    profile = column.profile
    if profile.values < 3:
        return
    differ = profile.distinct / profile.values
    of_cases = kind in {FLAT, CASE}
    for shape, field, score, must_differ in _BY_SHAPE:
        fits = profile.shares.get(shape, 0.0) >= 0.9 and (not must_differ or differ > 0.95)
        if fits and (of_cases or field == "row_key"):
            yield field, _Scored(score, (BY_VALUES,))
    if knowledge is not None and of_cases:
        values = {value.strip() for value in column.values if value.strip()}
        for field, knows in knowledge._asdict().items():
            share = sum(map(knows, values)) / len(values)
            if share >= 0.5:
                yield field, _Scored(0.72 + 0.2 * share, (BY_CATALOGUE,))


def _assign(scores: Mapping[tuple[str, str], float]) -> dict[str, str]:
    """Return the field of each column: the surest pairs first, no field and no column twice."""
    chosen: dict[str, str] = {}
    taken: set[str] = set()
    for (column, field), _score in sorted(scores.items(), key=lambda one: (-one[1], one[0])):
        if column not in chosen and field not in taken:
            chosen[column] = field
            taken.add(field)
    return chosen


def _certainty(
    column: str, field: str, scores: Mapping[tuple[str, str], _Scored], chosen: Mapping[str, str]
) -> tuple[float, bool]:
    """Return the score, less what a near rival takes of it.

    A rival is another field for this column that no other column has, or another column for this field that is
    left without a field of its own.
    """
    own = scores[column, field].score
    owners = {taken: name for name, taken in chosen.items()}
    rivals = [
        found.score
        for (name, other), found in scores.items()
        if (name == column and other != field and other not in owners)
        or (other == field and name != column and name not in chosen)
    ]
    gap = own - max(rivals, default=0.0)
    if gap >= _SHARED:
        return min(own, 0.99), False
    return max(own - (_SHARED - gap) * 1.6, LEAST), True
