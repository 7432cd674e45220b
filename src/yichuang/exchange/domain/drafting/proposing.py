"""Proposing: the code lists that the columns of a layout need, with what each of their values probably means."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from yichuang.cases.values import CodeVariant
from yichuang.exchange.domain.drafting import codes
from yichuang.exchange.domain.drafting.codes import Meaning, count_values
from yichuang.exchange.domain.drafting.knowing import Known
from yichuang.exchange.domain.drafting.structure import Layout, Part
from yichuang.exchange.domain.drafting.yamltext import FILL_IN, percent

_RESULT_DIGITS = frozenset("0123456")


class Wish(NamedTuple):
    """What the person at the keyboard says of the source; what is empty the draft must guess or leave to be filled."""

    source: str
    address: str = ""
    title: str = ""
    division: str = ""
    organisation: str = ""
    drafted_on: str = ""
    password_name: str = ""


class CodeList(NamedTuple):
    """One code list, and the column that its values stand in."""

    table: str
    column: str
    meanings: tuple[Meaning, ...]

    @property
    def is_complete(self) -> bool:
        """Return whether every value has a meaning."""
        return all(one.target for one in self.meanings)


class Codes(NamedTuple):
    """All code lists of a draft, by name, and which list of result codes the source speaks."""

    lists: dict[str, CodeList]
    variant: CodeVariant
    variant_sure: float
    divisions: Counter[str] = Counter()


def propose_codes(layout: Layout, *, wish: Wish, known: Known) -> Codes:
    """Return the code lists of a layout's columns."""
    main = layout.main
    lists: dict[str, CodeList] = {}
    divisions: Counter[str] = Counter()
    item = main.column("item_code") or main.column("catalogue_code") or main.column("item_name")
    if item:
        pairs = item_pairs(main, item)
        division = wish.division or _division_of(main)
        meanings = codes.mean_items(pairs, known.items, division=division, organisation=wish.organisation)
        lists["items"] = CodeList(main.table.name, item, tuple(meanings))
    organisation = organisation_column(main)
    if organisation and not wish.organisation:
        counted = count_values(main.table.column(organisation).values)
        found = codes.mean_organisations(counted, known.organisations, division=wish.division or _division_of(main))
        lists["organisations"] = CodeList(main.table.name, organisation, tuple(found))
        by_code = {one.code: one.division[:6] for one in known.organisations}
        for one in found:
            if one.confidence >= codes.SURE:
                divisions[by_code[one.target]] += one.rows
    simple = (
        ("channels", "channel", codes.mean_channels, main),
        ("applicants", "applicant_type", codes.mean_applicants, main),
        ("actions", "step_action", codes.mean_actions, layout.of("step") or main),
        ("procedures", _procedure_field(layout), codes.mean_procedures, layout.of("special") or main),
    )
    for name, field, mean, part in simple:
        column = part.column(field)
        if column:
            counted = count_values(part.table.column(column).values)
            lists[name] = CodeList(part.table.name, column, tuple(mean(counted)))
    variant, sure = CodeVariant.NEWER, 0.5
    ending = ending_part(layout)
    if ending is not None and ending.column("result"):
        column = ending.column("result")
        meanings = codes.mean_results(count_values(ending.table.column(column).values))
        if meanings:
            lists["results"] = CodeList(ending.table.name, column, tuple(meanings))
        variant, sure = codes.variant_of(_reasons(ending))
    return Codes(lists, variant, sure, divisions)


def ending_part(layout: Layout) -> Part | None:
    """Return the part that says how a case ended."""
    if layout.log and layout.events.column("result"):
        return layout.events
    result = layout.of("result")
    if result is not None and result.column("result"):
        return result
    return layout.main if layout.main.column("result") else result


def organisation_column(main: Part) -> str:
    """Return the column by which the organisation is told best: a credit code, else a name, else any code."""
    code, name = main.column("organisation_code"), main.column("organisation_name")
    if code and main.table.column(code).profile.shares.get("uscc", 0.0) >= 0.8:
        return code
    return name or code


def item_pairs(main: Part, column: str) -> dict[str, tuple[str, int]]:
    """Return each code of the item column with the name that stands beside it most often, and its rows."""
    name = main.column("item_name")
    pairs: dict[str, tuple[str, int]] = {}
    for row in main.table.rows:
        code = row.get(column, "").strip()
        if code:
            beside = row.get(name, "").strip() if name else ""
            old, count = pairs.get(code, ("", 0))
            pairs[code] = (old or beside, count + 1)
    return pairs


def division_by(divisions: Counter[str]) -> tuple[str, str]:
    """Return the division in YAML with its note: that of the organisations where they are of one, else to be filled."""
    total = sum(divisions.values())
    best, count = divisions.most_common(1)[0] if divisions else ("", 0)
    if total and count >= 0.9 * total:
        return f'"{best}"', f"按受理部门推定，请核对 / by the organisations, please confirm {percent(count / total)}"
    return '"000000"', FILL_IN


def _procedure_field(layout: Layout) -> str:
    part = layout.of("special") or layout.main
    return "special_name" if part.column("special_name") else "special_kind"


def _division_of(main: Part) -> str:
    column = main.column("division")
    if not column:
        return ""
    counted = count_values(main.table.column(column).values)
    best = max(counted, key=lambda value: (counted[value], value), default="")
    return best if best.isdigit() else ""


def _reasons(part: Part) -> dict[str, Sequence[str]]:
    code, reason = part.column("result"), part.column("result_explanation")
    found: dict[str, list[str]] = {}
    for row in part.table.rows:
        value = row.get(code, "").strip()
        if value in _RESULT_DIGITS and reason and row.get(reason, "").strip():
            found.setdefault(value, []).append(row[reason].strip())
    return dict(found)
