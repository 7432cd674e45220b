"""Lists: what the catalogue and the authority lists say of cases, read once for a command or a batch."""

from yichuang.accounts.queries import list_authorities_ever
from yichuang.calendar.values import local_day
from yichuang.cases.domain.listed import NO_DECIDERS, UNLISTED, Deciders, Listed
from yichuang.cases.domain.state import State
from yichuang.cases.terms import TermsBook


class Lists:
    """Answers for one case after another; the authority lists are read when the first decided case asks for them.

    `whole` reads those of all organisations at once, for a batch; without it only that of the case's own.
    """

    __slots__ = ("_book", "_deciders", "_whole")

    def __init__(self, *, book: TermsBook | None = None, whole: bool = True) -> None:
        self._book = book or TermsBook()
        self._whole = whole
        self._deciders: Deciders | None = None

    def listed(self, state: State) -> Listed:
        """Return what the item's terms of the day of receipt ask for."""
        received, at = state.received, state.received_at
        if received is None or at is None:
            return UNLISTED
        return self._book.listed(organisation=received.organisation, item=received.item, on=local_day(at))

    def deciders(self, state: State) -> Deciders:
        """Return who may decide, as far as this case needs it: nothing for one that nobody has decided."""
        if state.decided_at is None or state.received is None:
            return NO_DECIDERS
        if self._deciders is None:
            asked = None if self._whole else [state.received.organisation]
            self._deciders = Deciders(list_authorities_ever(organisations=asked))
        return self._deciders
