"""The report: what a check found, in values that a terminal, JSON and a test read alike. No personal value in any."""

from enum import StrEnum

import msgspec

from yichuang.kernel.words import N_


class Verdict(StrEnum):
    """Whether the source can be connected."""

    READY = "ready"
    FIX_FIRST = "fix-first"
    NOT_YET = "not-yet"


VERDICT_LABELS: dict[Verdict, str] = {
    Verdict.READY: N_("可以接入"),
    Verdict.FIX_FIRST: N_("先改后接"),
    Verdict.NOT_YET: N_("不能接入"),
}


class _Part(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all parts."""


class Reason(_Part, frozen=True, kw_only=True):
    """Why the verdict is what it is: a message id with its details."""

    sentence: str
    details: dict[str, str] = {}


class FieldCoverage(_Part, frozen=True, kw_only=True):
    """One field of the standard: `mapped` whether the mapping says it, `filled` of `total` rows have a value."""

    field: str
    english: str
    needed: bool
    mapped: bool
    columns: tuple[str, ...] = ()
    filled: int = 0
    total: int = 0

    @property
    def permille(self) -> int:
        """Return the share that is filled."""
        return 1000 * self.filled // self.total if self.total else 0


class UnknownCode(_Part, frozen=True, kw_only=True):
    """A value that a code list or the ledger does not know, how often it stands, and what is most like it."""

    codes: str
    column: str
    value: str
    count: int
    nearest: str = ""


class FaultGroup(_Part, frozen=True, kw_only=True):
    """All faults of one kind in one column: how many cases have it, and one of them in words."""

    code: str
    column: str
    cases: int
    example_key: str
    example: str


class Duplicates(_Part, frozen=True, kw_only=True):
    """Numbers that stand for more than one case."""

    count: int = 0
    examples: tuple[str, ...] = ()


class OrderFault(_Part, frozen=True, kw_only=True):
    """Cases whose times cannot both be right: `kind` is a message id."""

    kind: str
    cases: int
    example_key: str


class ClockDoubt(_Part, frozen=True, kw_only=True):
    """What the clock of the source looks like: shares in permille of all instants with a time of day.

    `doubt` is a message id, none where nothing is strange; `shift_hours` is the shift that would make it office time.
    """

    instants: int = 0
    night: int = 0
    office: int = 0
    shift_hours: int = 0
    doubt: str = ""
    column: str = ""


class Delay(_Part, frozen=True, kw_only=True):
    """How long events take to reach the exchange table, in seconds; `ahead` arrived before they happened."""

    measured: int = 0
    p50: int = 0
    p95: int = 0
    ahead: int = 0
    back_filled: int = 0

    @property
    def back_filled_permille(self) -> int:
        """Return the share of acts that were typed in afterwards."""
        return 1000 * self.back_filled // self.measured if self.measured else 0


class Conformance(_Part, frozen=True, kw_only=True):
    """All that a check found. `fit` cases could be filed as they are; nothing was."""

    source: str
    mapping: str
    cases: int
    fit: int
    acts: int
    rows: dict[str, int]
    sampled: bool
    verdict: Verdict
    reasons: tuple[Reason, ...]
    coverage: tuple[FieldCoverage, ...]
    unknown_codes: tuple[UnknownCode, ...]
    faults: tuple[FaultGroup, ...]
    duplicates: Duplicates
    order: tuple[OrderFault, ...]
    clock: ClockDoubt
    delay: Delay

    @property
    def broken(self) -> int:
        """Return how many cases could not be filed."""
        return self.cases - self.fit
