"""Reads one mapping file: YAML text in, a checked mapping out, or a refusal with every fault by key path and line.

A mapping may lie over a preset: what it says itself counts, maps are laid over one another key by key, lists and
single values are replaced, and so is each field of the case or of its applicant as a whole.
"""

from collections.abc import Callable, Sequence
from collections.abc import Mapping as MappingOf
from typing import Any

import msgspec
import yaml
from msgspec.structs import replace

from yichuang.exchange.domain.checks import find_faults, keys_at
from yichuang.exchange.domain.faults import Fault, fault_of, nearest
from yichuang.exchange.domain.mapping import TABLE_COLUMN, CodeMap, Mapping, Table, Value
from yichuang.exchange.domain.refusals import KeyMissing, NotAChoice, NotYaml, RepeatedKey, UnknownKey, WrongShape
from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_
from yichuang.kernel.yamlnodes import below, repeated_keys

Path = tuple[str | int, ...]
# BaseLoader leaves every scalar the text it was: codes keep their leading zeros.
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_MOST_FAULTS = 100
_UNKNOWN = "Object contains unknown field"
# What the entries of a map with names of its own are; of all others, values.
_KINDS: dict[str, tuple[Any, ...]] = {"tables": (Table,), "codes": (CodeMap,)}
# Each entry below these is one thing and not a part of one: it is replaced as a whole.
_WHOLE_ENTRIES = frozenset({"case", "applicant", "fields"})


def _same(text: str) -> str:
    return text


class MappingFaulty(Refusal):
    """The mapping has faults; nothing was read from the source. `faults` holds every one, `row` is the line."""

    sentence = N_("映射{mapping}有{count}处错误，没有读取任何数据")
    remedy = N_("请全部改正后重新导入")

    def __init__(self, *, mapping: str, faults: Sequence[Fault]) -> None:
        super().__init__(mapping=mapping, count=len(faults))
        self.faults = tuple(faults)

    def explain(self, translate: Callable[[str], str] = _same) -> str:
        """Return the sentence, then every fault on a line of its own."""
        return "\n".join([super().explain(translate), *(fault.explain(translate) for fault in self.faults)])


class MappingFile:
    """A mapping that was read, with the line of each of its keys."""

    def __init__(self, *, name: str, text: str, presets: MappingOf[str, str] | None = None) -> None:
        """Read and check, laid over the one of `presets` (YAML texts by name) that it names; raises MappingFaulty."""
        self.name, self.text = name, text
        root, data = self._parse(text)
        self._root = root
        faults = [
            fault_of(RepeatedKey(key=key), row=node.start_mark.line + 1, field=key) for key, node in repeated_keys(root)
        ]
        if not isinstance(data, dict):
            reason = WrongShape(reason=N_("整个文件应是一组“键: 值”"))
            raise MappingFaulty(mapping=name, faults=[fault_of(reason, row=1)])
        data = self._over_preset(data, presets or {}, faults)
        self.mapping = _shaped(self._convert(data, faults))
        misspelt = tuple(fault.field for fault in faults)
        for path, refusal, value in find_faults(self.mapping):
            # What is missing because its key was misspelt has been said once already.
            if not (isinstance(refusal, KeyMissing) and any(one.startswith(show_path(path)) for one in misspelt)):
                faults.append(self._fault(path, refusal, value))
        if faults:
            faults.sort(key=lambda fault: fault.row)
            raise MappingFaulty(mapping=name, faults=faults)

    def line_of(self, path: Path) -> int:
        """Return the line on which a key stands; of one that does not, the line of what should hold it."""
        node, line = self._root, 1
        for step in path:
            found = below(node, step)
            if found is None:
                break
            line, node = found
        return line

    def _over_preset(self, data: dict[str, Any], presets: MappingOf[str, str], faults: list[Fault]) -> dict[str, Any]:
        wanted = data.get("preset")
        if not isinstance(wanted, str) or not wanted:
            return data
        if wanted not in presets:
            possible = "、".join(presets) or "—"
            refusal = NotAChoice(value=wanted, possible=possible, nearest=nearest(wanted, presets) or "—")
            faults.append(self._fault(("preset",), refusal, wanted))
            return data
        return _without_rules_of_missing_tables(laid_over(self._parse(presets[wanted])[1], data), data)

    def _parse(self, text: str) -> tuple[yaml.Node | None, Any]:
        try:
            loader = _Loader(text)
            root = loader.get_single_node()
            return root, loader.construct_document(root) if root is not None else None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, reason = mark.line + 1 if mark else 0, error.problem or str(error)
        except yaml.reader.ReaderError as error:
            line, reason = text.count("\n", 0, error.position) + 1, error.reason
        except (yaml.YAMLError, RecursionError) as error:
            line, reason = 0, str(error)
        refusal = NotYaml(reason=" ".join(reason.split()))
        raise MappingFaulty(mapping=self.name, faults=[fault_of(refusal, row=line)])

    def _convert(self, data: Any, faults: list[Fault]) -> Mapping:
        """Convert; each fault is noted and its key taken out, so that the next one shows."""
        while True:
            try:
                return msgspec.convert(data, Mapping, strict=False)
            except msgspec.ValidationError as error:
                reason, _, where = str(error).partition(" - at `")
                path = _actual(data, _steps(where.rstrip("`")))
                if reason.startswith(_UNKNOWN):
                    key = reason.partition("`")[2].rstrip("`")
                    path, refusal = (*path, key), _unknown(path, key)
                else:
                    refusal = WrongShape(reason=reason)
                faults.append(self._fault(path, refusal, ""))
                if len(faults) >= _MOST_FAULTS or not _take_out(data, path):
                    raise MappingFaulty(mapping=self.name, faults=faults) from None

    def _fault(self, path: Path, refusal: Refusal, value: str) -> Fault:
        return fault_of(refusal, row=self.line_of(path), field=show_path(path), value=value)


def laid_over(below_: dict[str, Any], above: dict[str, Any], *, whole: bool = False) -> dict[str, Any]:
    """Return one YAML map laid over another; an empty value above takes a map below it away."""
    result = dict(below_)
    for key, value in above.items():
        old = below_.get(key)
        if isinstance(value, dict) and isinstance(old, dict) and not whole:
            result[key] = laid_over(old, value, whole=key in _WHOLE_ENTRIES)
        elif value == "" and isinstance(old, dict):
            del result[key]
        else:
            result[key] = value
    return result


def _without_rules_of_missing_tables(whole: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Leave out the preset's rules for tables that the mapping has taken away; rules of its own are judged later."""
    if "events" in own or not isinstance(whole.get("events"), list):
        return whole
    tables = whole.get("tables", {})

    def stands(rule: Any) -> bool:
        return all(one.get("column") != TABLE_COLUMN or one.get("equals") in tables for one in rule.get("when", ()))

    return whole | {"events": [rule for rule in whole["events"] if stands(rule)]}


def _shaped(mapping: Mapping) -> Mapping:
    return replace(mapping, shape="tables") if mapping.of_tables else mapping


def show_path(path: Path) -> str:
    """Return a key path as people write it: events[2].acts[1].fields.step."""
    text = ""
    for step in path:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _steps(where: str) -> Path:
    """Return the steps of a path as msgspec writes it: $.events[0].when[...].column."""
    steps: list[str | int] = []
    for part in where.removeprefix("$").replace("[...]", "[*]").replace("[", ".[").split("."):
        if part.startswith("["):
            inside = part[1:-1]
            steps.append(int(inside) if inside.isdigit() else "*")
        elif part:
            steps.append(part)
    return tuple(steps)


def _actual(data: Any, path: Path) -> Path:
    """Replace "some key" of msgspec's path by the first key that leads to a value which does not convert."""
    found: list[str | int] = []
    node = data
    for place, step in enumerate(path):
        chosen = step
        if step == "*" and isinstance(node, dict):
            rest = path[place + 1 :]
            kinds = _KINDS.get(str(path[place - 1]), (Value | str,)) if place else ()
            chosen = next((key for key, value in node.items() if _leads(value, rest, kinds)), "")
        found.append(chosen)
        try:
            node = node[chosen]
        except (KeyError, IndexError, TypeError):
            break
    return tuple(found)


def _leads(value: Any, rest: Path, kinds: tuple[Any, ...]) -> bool:
    def fails(kind: Any) -> bool:
        try:
            msgspec.convert(value, kind, strict=False)
        except msgspec.ValidationError as error:
            return _steps(str(error).partition(" - at `")[2].rstrip("`")) == rest or not rest
        return False

    return any(fails(kind) for kind in kinds)


def _unknown(path: Path, key: str) -> Refusal:
    possible = keys_at(path)
    return UnknownKey(key=key, possible="、".join(possible) or "—", nearest=nearest(key, possible) or "—")


def _take_out(data: Any, path: Path) -> bool:
    node = data
    try:
        for step in path[:-1]:
            node = node[step]
        del node[path[-1]]
    except (KeyError, IndexError, TypeError):
        return False
    return True
