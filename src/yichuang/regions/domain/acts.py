"""Acts on a centre: what its manager may do, each with what he says; the day and the reason come beside it."""

from dataclasses import dataclass
from decimal import Decimal

from yichuang.regions.domain.words import CentreStateKind, WindowKind


@dataclass(frozen=True, slots=True)
class RegisterCentre:
    """A new centre or town hall, in a state; `floor_area` is in square metres, None where unknown."""

    division: str
    name: str
    organisation: str
    state: CentreStateKind
    floor_area: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ChangeState:
    """How far a centre has come; `with_windows` closes its windows and ends the posts at them that day."""

    state: CentreStateKind
    with_windows: bool = False


@dataclass(frozen=True, slots=True)
class ChangeSystem:
    """Whether a centre has an e-supervision system, and whether the city's can read it."""

    supervision: bool
    compatible: bool


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """A new window of a centre and the organisation that sits there."""

    number: str
    name: str
    kind: WindowKind
    organisation: str
    area: str = ""


@dataclass(frozen=True, slots=True)
class RenameWindow:
    """Another name for a window; who sits there stays."""

    window: str
    name: str


@dataclass(frozen=True, slots=True)
class ReseatWindow:
    """Another organisation at a window; `end_posts` ends the posts of those who sat there until then."""

    window: str
    name: str
    organisation: str
    end_posts: bool = False


@dataclass(frozen=True, slots=True)
class CloseWindow:
    """The end of a window; `end_posts` ends the posts at it."""

    window: str
    end_posts: bool = False


@dataclass(frozen=True, slots=True)
class WithdrawAmendment:
    """An amendment that has not come into force yet, and shall not."""

    amendment: int


Act = (
    RegisterCentre
    | ChangeState
    | ChangeSystem
    | OpenWindow
    | RenameWindow
    | ReseatWindow
    | CloseWindow
    | WithdrawAmendment
)
