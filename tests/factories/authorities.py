"""An authority list made by hand: the clerk of these tests may do everything, the head decides, a test grants more."""

from collections.abc import Iterable
from datetime import date

import pytest

from tests.factories.people import CLERK, HEAD
from yichuang.accounts.values import AuthorityRow, Power
from yichuang.kernel.actor import Actor


class HandmadeAuthorities:
    """Answers as the doors of accounts do: a line names a holder, an item ("" for all) and a power."""

    def __init__(self) -> None:
        self._lines: list[AuthorityRow] = []
        for power in Power:
            self.grant(CLERK, power)
        self.grant(HEAD, Power.DECIDE)

    def grant(self, holder: Actor, power: Power, *, item: str = "", organisation: str = "") -> None:
        """Let somebody hold a power, everywhere or in one organisation."""
        row = AuthorityRow(
            id=len(self._lines) + 1,
            holder=holder.id,
            holder_name=holder.name,
            organisation=organisation,
            item=item,
            power=power,
            valid_from=date(2015, 1, 1),
            valid_until=None,
            document="授〔2015〕1号",
        )
        self._lines.append(row)

    def list_authorities(self, *, organisation: str, item: str, power: Power, on: date) -> tuple[AuthorityRow, ...]:
        """Return the lines for one act."""
        return tuple(
            row
            for row in self.list_authorities_in(organisation=organisation, on=on)
            if row.item in ("", item) and row.power is power
        )

    def list_authorities_in(self, *, organisation: str, on: date) -> tuple[AuthorityRow, ...]:
        """Return the lines of an organisation."""
        return tuple(row for row in self._lines if row.organisation in ("", organisation) and row.valid_from <= on)

    def list_authorities_ever(self, *, organisations: Iterable[str] | None = None) -> tuple[AuthorityRow, ...]:
        """Return every line that names an organisation, of some or of all."""
        asked = None if organisations is None else set(organisations)
        return tuple(row for row in self._lines if row.organisation and (asked is None or row.organisation in asked))


def lay_down_authorities(monkeypatch: pytest.MonkeyPatch) -> HandmadeAuthorities:
    """Let acts rest on a list of this module, and return it: more may be granted."""
    made = HandmadeAuthorities()
    monkeypatch.setattr("yichuang.cases.authority.list_authorities", made.list_authorities)
    monkeypatch.setattr("yichuang.cases.authority.list_authorities_in", made.list_authorities_in)
    monkeypatch.setattr("yichuang.cases.lists.list_authorities_ever", made.list_authorities_ever)
    return made


@pytest.fixture
def handmade_authorities(monkeypatch: pytest.MonkeyPatch) -> HandmadeAuthorities:
    """Let the clerk of these tests have every power over the items of the real catalogue."""
    return lay_down_authorities(monkeypatch)
