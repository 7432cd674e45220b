"""Papers: the numbers of the written documents of one case. Which notice, which decision can be asked for?

A number follows from the place of the case in the plan, so that no two cases share one.
"""

from msgspec.structs import replace

from yichuang.cases.values import acts
from yichuang.scenario.domain.story import Words

EXTENSION_DAYS = 5


class Papers:
    """The documents of one case, numbered in the manner of its county."""

    __slots__ = ("_county", "_place")

    def __init__(self, county: str, place: int) -> None:
        self._county, self._place = county, place

    def number(self, kind: str) -> str:
        """Return the number of a document of a kind, such as 紫阳准〔2015〕001234号."""
        return f"{self._county}{kind}〔2015〕{self._place:06d}号"

    def approval(self, granted: acts.Grant) -> acts.Grant:
        """Return a decision that is a document itself, with its number."""
        return replace(granted, document_number=self.number("准"))

    def refusal(self, refused: acts.Refuse) -> acts.Refuse:
        """Return a refusal with the number of its letter."""
        return replace(refused, document_number=self.number("不准"))

    def special(self, procedure: str, reason: str, *, days: int) -> acts.StartSpecialProcedure:
        """Return a special procedure of which the applicant was told in writing, with its days (art. 45)."""
        return acts.StartSpecialProcedure(
            procedure=procedure, reason=reason, expected_days=days, document_number=self.number("特告")
        )

    def extension(self, words: Words) -> acts.Extend:
        """Return an extension approved by the head, of which the applicant was told the reason (art. 42)."""
        return acts.Extend(
            days=EXTENSION_DAYS,
            reason=words.extended,
            approved_by=words.head,
            document_number=self.number("延告"),
        )
