"""Guidance: between files that lead people to an item and through its form, and where they are kept.

Reads `intake/<item>.yaml`, `life_events.yaml` and `search_words.yaml` strictly, every fault with its line; writes what
is new as a version; keeps what stands per process until the catalogue changes.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec
import yaml

from yichuang.catalogue import audit, models
from yichuang.catalogue.domain.faults import Fault
from yichuang.catalogue.domain.intake import IntakeContent
from yichuang.catalogue.domain.intake_faults import read_intake
from yichuang.catalogue.domain.source import SourceItem
from yichuang.catalogue.domain.wording import (
    LIFE_EVENTS,
    SEARCH_WORDS,
    LifeEvents,
    SearchWords,
    find_life_event_faults,
    find_search_word_faults,
    read_wording,
)
from yichuang.kernel.actor import Actor
from yichuang.kernel.crypto import sm3
from yichuang.kernel.words import N_
from yichuang.kernel.yamlnodes import below, repeated_keys

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FILES: dict[str, tuple[str, type[Any]]] = {
    LIFE_EVENTS: ("life_events.yaml", LifeEvents),
    SEARCH_WORDS: ("search_words.yaml", SearchWords),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One fault of one file at its line (from 1; 0 where no line is known)."""

    file: str
    line: int
    key: str
    fault: Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """What a folder says beside its items: contents with the day they take effect, and every fault."""

    intakes: tuple[tuple[date, IntakeContent], ...] = ()
    wordings: tuple[tuple[date, str, LifeEvents | SearchWords], ...] = ()
    faults: tuple[Spot, ...] = ()


def paths(folder: Path) -> list[Path]:
    """Return the files that are there, in a fixed order."""
    named = [folder / name for name, _ in _FILES.values()]
    return [path for path in (*named, *sorted((folder / "intake").glob("*.yaml"))) if path.exists()]


class _File:
    """One YAML file that is being read; it knows the line of every key."""

    def __init__(self, path: Path) -> None:
        self.name = f"{path.parent.name}/{path.name}" if path.parent.name == "intake" else path.name
        self.faults: list[Spot] = []
        self.data: Any = None
        self._root: yaml.Node | None = None
        line, reason = 0, ""
        try:
            loader = _Loader(path.read_text(encoding="utf-8-sig"))
            self._root = loader.get_single_node()
            self.data = loader.construct_document(self._root) if self._root is not None else None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, reason = (mark.line + 1 if mark else 0), error.problem or str(error)
        except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
            reason = str(error)
        if reason:
            fault = Fault(
                reason=N_("文件不是有效的YAML：{why}"), remedy=N_("请改正该数据文件"), details={"why": reason}
            )
            self.faults.append(Spot(file=self.name, line=line, key="", fault=fault))
        for key, node in repeated_keys(self._root):
            fault = Fault(reason=N_("同一键写了两次"), remedy=N_("请改正该数据文件"))
            self.faults.append(Spot(file=self.name, line=node.start_mark.line + 1, key=key, fault=fault))

    def tell(self, path: Sequence[str | int], fault: Fault) -> None:
        """Keep a fault with the line of its key, or of what should hold it."""
        node, line = self._root, 1
        for step in path:
            found = below(node, step) if node is not None else None
            if found is None:
                break
            line, node = found
        self.faults.append(Spot(file=self.name, line=line, key=".".join(map(str, path)), fault=fault))

    def day(self, default: date) -> date:
        """Return the day the file takes effect; the folder's own where it does not say."""
        day = self.data.get("effective_on", default) if isinstance(self.data, dict) else default
        if isinstance(day, date) and not isinstance(day, datetime):
            return day
        self.tell(("effective_on",), Fault(reason=N_("生效日期应写成2015-01-01的样子"), remedy=N_("请改正该数据文件")))
        return default


def read_guidance(
    folder: Path, *, items: Sequence[tuple[str, SourceItem]], unread: Collection[str], effective_on: date
) -> Guidance:
    """Return the guidance of a folder with every fault; `items` are the (department, item) of the folder.

    `unread` are the codes of items with faults of their own: what leads to them is not said to be wrong as well.
    """
    by_code = {item.code: item for _, item in items}
    intakes: list[tuple[date, IntakeContent]] = []
    wordings: list[tuple[date, str, LifeEvents | SearchWords]] = []
    faults: list[Spot] = []
    for path in paths(folder):
        file = _File(path)
        if not file.faults:
            day = file.day(effective_on)
            if path.parent.name != "intake":
                known = {*by_code, *unread}
                wordings += _read_wording(file, path.name, day, known, {department for department, _ in items})
            elif path.stem in by_code:
                content, found = read_intake(file.data, item=by_code[path.stem])
                for place, fault in found:
                    file.tell(place, fault)
                intakes.append((day, content))
            elif path.stem not in unread:
                reason = N_("目录中没有主项“{code}”")
                file.tell(("item",), Fault(reason=reason, remedy=N_("请核对主项编码"), details={"code": path.stem}))
        faults += sorted(file.faults, key=lambda spot: spot.line)
    return Guidance(intakes=tuple(intakes), wordings=tuple(wordings), faults=tuple(faults))


def _read_wording(
    file: _File, name: str, day: date, items: Collection[str], departments: Collection[str]
) -> Iterator[tuple[date, str, LifeEvents | SearchWords]]:
    kind, (_, shape) = next((kind, entry) for kind, entry in _FILES.items() if entry[0] == name)
    raw = {key: value for key, value in (file.data or {}).items() if key != "effective_on"} if file.data else {}
    try:
        content = read_wording(raw, shape)
    except msgspec.ValidationError as error:
        why, _, where = str(error).partition(" - at `$")
        path = [
            int(s) if s.isdigit() else s for s in where.rstrip("`").replace("[", ".").replace("]", "").split(".") if s
        ]
        fault = Fault(reason=N_("数据结构不符：{why}"), remedy=N_("请对照目录数据的字段说明改正"), details={"why": why})
        file.tell(path, fault)
        return
    if isinstance(content, LifeEvents):
        found = find_life_event_faults(content, items=items)
    else:
        found = find_search_word_faults(content, items=items, departments=departments)
    for place, fault in found:
        file.tell(place, fault)
    yield day, kind, content


def write(guidance: Guidance, *, by: Actor, at: datetime) -> int:
    """Write what is new and return how many versions; a content that any version ever had is not new."""
    written = 0
    for day, content in guidance.intakes:
        written += _write_version(models.Intake, {"item_code": content.item}, day, content, by=by, at=at)
    for day, kind, wording in guidance.wordings:
        written += _write_version(models.Wording, {"kind": kind}, day, wording, by=by, at=at)
    return written


def _write_version(
    model: type[models.Intake] | type[models.Wording],
    key: Mapping[str, str],
    day: date,
    content: msgspec.Struct,
    *,
    by: Actor,
    at: datetime,
) -> int:
    digest = sm3(msgspec.json.encode((day, content))).hex()
    known = list(model.objects.filter(**key).order_by("version").values_list("version", "digest"))
    if any(digest == other for _, other in known):
        return 0
    model.objects.create(
        **key,
        version=known[-1][0] + 1 if known else 1,
        effective_on=day,
        content=msgspec.to_builtins(content),
        digest=digest,
        created_by=by.name,
        created_at=at,
    )
    return 1


class GuidanceRegister:
    """All intakes and wordings that ever stood, on any day without a query."""

    def __init__(
        self,
        intakes: Mapping[str, Sequence[tuple[date, int, IntakeContent]]],
        read_wordings: Callable[[], Mapping[str, Any]],
    ) -> None:
        self._intakes = intakes
        # Cases need the intakes only: wordings are read when somebody searches.
        self._read_wordings = read_wordings
        self._wordings: Mapping[str, Any] | None = None

    def find_intake(self, item: str, on: date | None) -> tuple[date, int, IntakeContent] | None:
        """Return the day, version and content in force on a day, the newest of all without one; None without a file."""
        for day, version, content in self._intakes.get(item, ()):
            if on is None or day <= on:
                return day, version, content
        return None

    def versions(self, item: str) -> Sequence[tuple[date, int, IntakeContent]]:
        """Return every version of an item's intake, the newest first."""
        return self._intakes.get(item, ())

    def find_town_hall_items(self, on: date | None) -> frozenset[str]:
        """Return the main items that town halls take in for their county."""
        found = ((item, self.find_intake(item, on)) for item in self._intakes)
        return frozenset(item for item, intake in found if intake is not None and intake[2].town_hall)

    def life_events(self) -> LifeEvents:
        """Return the newest life events."""
        events: LifeEvents = self._newest(LIFE_EVENTS, LifeEvents())
        return events

    def search_words(self) -> SearchWords:
        """Return the newest words of the search."""
        words: SearchWords = self._newest(SEARCH_WORDS, SearchWords())
        return words

    def _newest(self, kind: str, otherwise: Any) -> Any:
        if self._wordings is None:
            self._wordings = self._read_wordings()
        return self._wordings.get(kind, otherwise)


_kept: tuple[int, GuidanceRegister] | None = None
_lock = Lock()


def get_guidance() -> GuidanceRegister:
    """Return the register from memory while no act changed the catalogue, else read anew (one query)."""
    return get_guidance_of(audit.data_version())


def get_guidance_of(version: int) -> GuidanceRegister:
    """Return the register of a data version that the caller has just asked for."""
    global _kept  # noqa: PLW0603 - one per process, replaced whole
    with _lock:
        if _kept is None or _kept[0] != version:
            _kept = (version, _read_register())
        return _kept[1]


def _read_register() -> GuidanceRegister:
    intakes: dict[str, list[tuple[date, int, IntakeContent]]] = {}
    rows = models.Intake.objects.order_by("item_code", "-effective_on", "-version", "id")
    for code, day, version, content in rows.values_list("item_code", "effective_on", "version", "content"):
        intakes.setdefault(code, []).append((day, version, msgspec.convert(content, IntakeContent)))
    return GuidanceRegister(intakes, _read_wordings)


def _read_wordings() -> Mapping[str, Any]:
    newest: dict[str, Any] = {}
    sheets = models.Wording.objects.order_by("kind", "-effective_on", "-version", "id")
    for kind, content in sheets.values_list("kind", "content"):
        if kind not in newest:
            newest[kind] = read_wording(content, _FILES[kind][1])
    return newest
