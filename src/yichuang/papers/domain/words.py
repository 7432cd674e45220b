"""What a composer of one kind of paper hands back: the words, before they are framed."""

from dataclasses import dataclass

from yichuang.documents import CutOff, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one paper; `organisation` "" means the deciding one, `signed` False that only people sign."""

    body: tuple[Part, ...]
    addressee: str = ""
    organisation: str = ""
    seal_place: bool = True
    signed: bool = True
    cut_off: CutOff | None = None
    note: str = ""
