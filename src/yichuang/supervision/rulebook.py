"""The rules in force in this process: those shipped, with what a city's own folder replaces or adds.

It stands between files that somebody may edit at any moment and judges that must not stop. The folders are looked at
once a second at most; a set with a fault is not taken over: the old one stays in force, the operator is told once in
the log, and `faults` says it to whoever asks. Only a process that has no old set yet refuses to start (ADR 0004).
"""

import logging
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from yichuang.kernel.crypto import sm3
from yichuang.kernel.words import N_
from yichuang.supervision.domain.faults import RuleFaulty, RulesFaulty
from yichuang.supervision.domain.rule import Rule
from yichuang.supervision.domain.rulefile import read_rule

__all__ = [
    "PACKAGED",
    "RuleSet",
    "faults",
    "find_rule_files",
    "forget_rules",
    "get_rules",
    "load_rules",
    "rule_folders",
]

PACKAGED = Path(__file__).parent / "law" / "rules"
_LOOK_SECONDS = 1.0

log = logging.getLogger("yichuang.supervision.rules")


@dataclass(frozen=True)
class RuleSet:
    """The rules of one state of the folders, by id; equal digest, equal rules."""

    rules: tuple[Rule, ...]
    digest: str

    def get(self, rule_id: str) -> Rule | None:
        """Return the rule of an id, None when there is none."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def of(self, relation: str) -> tuple[Rule, ...]:
        """Return the rules of a relation, by id."""
        return tuple(rule for rule in self.rules if rule.relation_name == relation)

    @property
    def relations(self) -> tuple[str, ...]:
        """Return the relations that at least one rule judges, by name."""
        return tuple(sorted({rule.relation_name for rule in self.rules}))


def rule_folders() -> tuple[Path, ...]:
    """Return where rules are read: the shipped folder, then the city's own (YICHUANG_RULES_DIR) if it has one."""
    own = os.environ.get("YICHUANG_RULES_DIR", "")
    return (PACKAGED, Path(own)) if own else (PACKAGED,)


def find_rule_files(*folders: Path) -> dict[str, Path]:
    """Return the file of each rule by id; a later folder's wins. Raises RulesFaulty for a folder that is not there."""
    found: dict[str, Path] = {}
    for folder in folders:
        if not folder.is_dir():
            raise RulesFaulty(faults=[RuleFaulty(file=str(folder), line=0, column=0, reason=N_("没有这个文件夹"))])
        found |= {path.stem: path for path in sorted(folder.glob("*.yaml"))}
    return found


def load_rules(*folders: Path) -> RuleSet:
    """Return the rules of the folders, a later one's replacing those of the same id; raises RulesFaulty with all."""
    faults: list[RuleFaulty] = []
    rules: list[Rule] = []
    for path in find_rule_files(*folders).values():
        try:
            rules.append(read_rule(_text(path), file=str(path)))
        except RulesFaulty as fault:
            faults += fault.faults
    if faults:
        raise RulesFaulty(faults=faults)
    rules.sort(key=lambda rule: rule.id)
    return RuleSet(tuple(rules), sm3("\n".join(f"{rule.id} {rule.digest}" for rule in rules).encode()).hex())


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        line = path.read_bytes()[: fault.start].count(b"\n") + 1
        raise _unread(path, N_("不是 UTF-8 编码"), line) from None
    except OSError as fault:
        raise _unread(path, N_("读不出：{problem}"), 0, problem=fault.strerror or str(fault)) from None


def _unread(path: Path, reason: str, line: int, **parts: str) -> RulesFaulty:
    return RulesFaulty(faults=[RuleFaulty(file=str(path), line=line, column=1, reason=reason, **parts)])


# --- the set in force -------------------------------------------------------------------------------------------------


@dataclass
class _Watched:
    """What one process knows of the folders."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    folders: tuple[Path, ...] = ()
    rules: RuleSet | None = None
    faults: tuple[RuleFaulty, ...] = ()
    seen: tuple[tuple[str, int, int], ...] = ()
    looked: float = 0.0


_watched = _Watched()


def get_rules() -> RuleSet:
    """Return the rules in force; looks at the files once a second at most. Raises RulesFaulty without an old set."""
    folders = rule_folders()
    with _watched.lock:
        now = time.monotonic()
        if _watched.rules is not None and _watched.folders == folders and now - _watched.looked < _LOOK_SECONDS:
            return _watched.rules
        if _watched.folders != folders:
            _watched.folders, _watched.rules, _watched.seen, _watched.faults = folders, None, (), ()
        seen = tuple(_states(folders))
        if _watched.rules is None or seen != _watched.seen:
            _read_anew(folders, seen)
        _watched.looked = now
        assert _watched.rules is not None
        return _watched.rules


def _read_anew(folders: tuple[Path, ...], seen: tuple[tuple[str, int, int], ...]) -> None:
    try:
        rules = load_rules(*folders)
    except RulesFaulty as refusal:
        if _watched.rules is None:
            raise
        if _watched.faults != refusal.faults:
            log.error("The rules of %s stay in force: %s", _watched.rules.digest[:12], refusal)
        _watched.faults = refusal.faults
    else:
        if _watched.rules is not None and rules.digest != _watched.rules.digest:
            log.info("Rules %s replace %s", rules.digest[:12], _watched.rules.digest[:12])
        _watched.rules, _watched.faults = rules, ()
    _watched.seen = seen


def _states(folders: tuple[Path, ...]) -> Iterator[tuple[str, int, int]]:
    for folder in folders:
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            yield str(folder), 0, -1
            continue
        for entry in entries:
            if entry.name.endswith(".yaml"):
                try:
                    state = entry.stat()
                except OSError:
                    continue
                yield entry.path, state.st_mtime_ns, state.st_size


def faults() -> tuple[RuleFaulty, ...]:
    """Return what keeps the present files from coming into force, after a look at them; empty when they are."""
    get_rules()
    return _watched.faults


def forget_rules() -> None:
    """Drop what was read, so that the next question reads the files again."""
    with _watched.lock:
        _watched.folders, _watched.rules, _watched.seen, _watched.faults = (), None, (), ()
