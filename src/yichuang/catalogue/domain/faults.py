"""Faults: what is wrong with one content, where exactly, and what to do about it.

Faults are found, not raised: whoever fills in a list wants all of them at once, each at its place.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Part(StrEnum):
    """Which table of a content a fault lies in."""

    ITEM = "item"
    MATERIAL = "material"
    STEP = "step"
    BASIS = "basis"
    HANDLING = "handling"
    FEE = "fee"


def _same(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault: the part, the row within it (from 0), the attribute, its value, the reason and the remedy.

    Reason and remedy are message ids whose placeholders `details` fills after translation.
    """

    reason: str
    remedy: str
    part: Part = Part.ITEM
    index: int = 0
    attribute: str = ""
    value: str = ""
    citation: str = ""
    details: Mapping[str, object] = field(default_factory=dict)

    def explain(self, translate: Callable[[str], str] = _same) -> str:
        """Return reason, remedy and citation as one text in the language of `translate`."""
        details = {name: translate(v) if isinstance(v, str) and v else v for name, v in self.details.items()}
        text = f"{translate(self.reason).format_map(details)}。{translate(self.remedy).format_map(details)}。"
        return f"{text}（{translate(self.citation)}）" if self.citation else text

    def __str__(self) -> str:
        where = self.attribute if self.part is Part.ITEM else f"{self.part}[{self.index}].{self.attribute}"
        return f"{where}={self.value!r}: {self.explain()}"
