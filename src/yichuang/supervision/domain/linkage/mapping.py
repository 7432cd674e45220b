"""The mapping of a register: which column of a department's list means what. One small YAML file, or none at all.

Headings that lists usually bear are known (`headings.yaml`); a mapping names only what differs, what the list leaves
unsaid (whose list it is, its one item), and what its own words for items and departments mean here.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from yichuang.kernel.words import N_
from yichuang.kernel.yamlnodes import below, repeated_keys
from yichuang.supervision.domain.linkage.normalise import letters
from yichuang.supervision.domain.linkage.refusals import HeadingsUnknown, RegisterMappingFaulty

FIELDS = (
    "case_number",
    "document_number",
    "holder_name",
    "holder_code",
    "item",
    "item_name",
    "organisation",
    "organisation_name",
    "decided_on",
    "published_on",
    "area",
    "amount",
    "row_key",
)
# A head row must let these be told: when, and who or which number.
NEEDED = (("decided_on",), ("holder_name", "document_number", "holder_code"))
CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,63}")
_HEADINGS = Path(__file__).with_name("headings.yaml")
# BaseLoader leaves every scalar the text it was: codes keep their leading zeros.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_UNKNOWN = "Object contains unknown field"
_MOST_FAULTS = 50


class RegisterMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one YAML file says about a department's list.

    `columns`: field -> heading. `items` and `organisations`: the list's own words -> codes. `identity`: the headings
    that tell one row from every other; without it the register's own serial number, or else the whole row.
    """

    title: str = ""
    kind: Literal["licences", "publicity", "seals", "ledger", "fees"] = "licences"
    county: str = ""
    organisation: str = ""
    item: str = ""
    sheet: str = ""
    header_row: int = 0
    delimiter: str = ","
    columns: dict[str, str] = {}
    items: dict[str, str] = {}
    organisations: dict[str, str] = {}
    identity: tuple[str, ...] = ()


def read_mapping(text: str, *, name: str) -> RegisterMapping:
    """Return the mapping that a YAML text holds; raises RegisterMappingFaulty with every fault by line and key."""
    try:
        loader = _LOADER(text)
        root = loader.get_single_node()
        data = loader.construct_document(root) if root is not None else {}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        raise RegisterMappingFaulty(mapping=name, faults=[(line, "YAML", error.problem or str(error))]) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise RegisterMappingFaulty(mapping=name, faults=[(0, "YAML", str(error))]) from None
    if not isinstance(data, dict):
        raise RegisterMappingFaulty(mapping=name, faults=[(1, "", N_("整个文件应是一组“键: 值”"))])
    faults = [(node.start_mark.line + 1, key, N_("同一项写了两次")) for key, node in repeated_keys(root)]
    mapping = _convert(data, root, faults, name=name)
    faults += _check(mapping, root)
    if faults:
        raise RegisterMappingFaulty(mapping=name, faults=sorted(faults))
    return mapping


def _line(root: yaml.Node | None, *path: str | int) -> int:
    node, line = root, 1
    for step in path:
        found = below(node, step)
        if found is None:
            break
        line, node = found
    return line


def _convert(
    data: dict[str, Any], root: yaml.Node | None, faults: list[tuple[int, str, str]], *, name: str
) -> RegisterMapping:
    """Convert; each fault is noted and its key taken out, so that the next one shows."""
    while True:
        try:
            return msgspec.convert(data, RegisterMapping, strict=False)
        except msgspec.ValidationError as error:
            reason, _, where = str(error).partition(" - at `")
            key = where.rstrip("`").removeprefix("$.").partition("[")[0].partition(".")[0]
            if reason.startswith(_UNKNOWN):
                key = reason.partition("`")[2].rstrip("`")
                faults.append((_line(root, key), key, N_("没有这一项")))
            else:
                faults.append((_line(root, key), key, reason))
            if data.pop(key, None) is None or len(faults) >= _MOST_FAULTS:
                raise RegisterMappingFaulty(mapping=name, faults=sorted(faults)) from None


def _check(mapping: RegisterMapping, root: yaml.Node | None) -> Iterable[tuple[int, str, str]]:
    for field, heading in mapping.columns.items():
        if field not in FIELDS:
            yield _line(root, "columns", field), f"columns.{field}", N_("没有这一字段")
        elif not heading.strip():
            yield _line(root, "columns", field), f"columns.{field}", N_("要写明表头")
    if mapping.header_row < 0:
        yield _line(root, "header_row"), "header_row", N_("行号从1开始")
    if len(mapping.delimiter) != 1:
        yield _line(root, "delimiter"), "delimiter", N_("分隔符是一个字符")


@lru_cache(maxsize=1)
def known_headings() -> dict[str, str]:
    """Return field by heading, headings without blanks and punctuation."""
    told: dict[str, list[str]] = yaml.safe_load(_HEADINGS.read_text("utf-8"))
    return {letters(heading): field for field, headings in told.items() for heading in headings}


def recognise(headings: Iterable[str], mapping: RegisterMapping) -> dict[str, str]:
    """Return heading by field for one head row: what the mapping names, else what is known; the first one wins.

    A heading that only contains a known one (发证日期（公历）) counts where nothing else gives the field.
    """
    row = [heading for heading in headings if heading]
    found = {field: heading for field, heading in mapping.columns.items() if heading in row}
    taken = set(found.values())
    known = known_headings()
    for heading in row:
        field = known.get(letters(heading), "")
        if field and field not in found and heading not in taken and field not in mapping.columns:
            found[field] = heading
            taken.add(heading)
    for heading in row:
        if heading in taken:
            continue
        plain = letters(heading)
        close = next(
            (one for one in sorted(known, key=lambda one: (-len(one), one)) if len(one) > 2 and one in plain), ""
        )
        field = known.get(close, "")
        if field and field not in found and field not in mapping.columns:
            found[field] = heading
            taken.add(heading)
    return found


def missing_of(found: Mapping[str, str], mapping: RegisterMapping) -> tuple[str, ...]:
    """Return what keeps a head row from being understood: fields that no entry can lack, columns named in vain."""
    missing = [" / ".join(group) for group in NEEDED if not any(field in found for field in group)]
    missing += [f"{field}={heading}" for field, heading in mapping.columns.items() if field not in found]
    if not mapping.organisation and not {"organisation", "organisation_name"} & found.keys():
        missing.append("organisation / organisation_name")
    return tuple(missing)


def choose_head(
    rows: Iterable[tuple[int, list[str]]], mapping: RegisterMapping, *, file: str
) -> tuple[int, dict[str, str]]:
    """Return the number of the head row among the first rows of a sheet, and heading by field.

    Lists carry titles above their head row: the first row that can be understood is it. Raises HeadingsUnknown with
    what the most promising row lacks.
    """
    best: tuple[int, tuple[str, ...]] = (-1, ("decided_on", "holder_name"))
    for number, cells in rows:
        if mapping.header_row and number != mapping.header_row:
            continue
        found = recognise([cell.strip() for cell in cells], mapping)
        missing = missing_of(found, mapping)
        if not missing:
            return number, found
        if len(found) > best[0]:
            best = (len(found), missing)
    raise HeadingsUnknown(file=file, missing="、".join(best[1]))
