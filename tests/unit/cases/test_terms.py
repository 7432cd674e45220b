"""Terms of an item by day: what the catalogue says then, and what still binds a case received before."""

from datetime import date

import pytest

from tests.factories.catalogue import LICENCE, organisation_of, terms_of
from yichuang.cases.terms import TermsBook
from yichuang.catalogue.terms import TermsRegister

CANCELLED_ON = date(2015, 3, 1)
ORGANISATION = organisation_of(LICENCE)


@pytest.fixture
def book(monkeypatch: pytest.MonkeyPatch) -> TermsBook:
    """A catalogue whose one item was cancelled on the first of March."""
    versions = {(ORGANISATION, LICENCE): [(date(2015, 1, 1), CANCELLED_ON, terms_of(LICENCE))]}
    monkeypatch.setattr("yichuang.cases.terms.get_terms_register", lambda: TermsRegister(versions))
    return TermsBook()


def test_a_cancelled_item_takes_in_no_new_case(book: TermsBook) -> None:
    assert book.find(organisation=ORGANISATION, item=LICENCE, on=date(2015, 2, 28)) is not None
    assert book.find(organisation=ORGANISATION, item=LICENCE, on=CANCELLED_ON) is None


def test_a_cancelled_item_still_binds_the_cases_received_before(book: TermsBook) -> None:
    terms = book.find(organisation=ORGANISATION, item=LICENCE, on=date(2015, 3, 2), received_on=date(2015, 2, 27))
    assert terms is not None
    assert terms.name == terms_of(LICENCE).name


def test_a_case_received_after_the_cancellation_is_not_helped_by_its_day_of_receipt(book: TermsBook) -> None:
    assert book.find(organisation=ORGANISATION, item=LICENCE, on=date(2015, 3, 5), received_on=CANCELLED_ON) is None


def test_the_materials_of_an_item_come_along_for_tolerance_and_commitment(book: TermsBook) -> None:
    terms = book.find(organisation=ORGANISATION, item=LICENCE, on=date(2015, 2, 2))
    assert terms is not None
    assert terms.key_materials == {"申请书"}
    assert terms.promisable == {"无犯罪记录证明"}
    assert terms.required_materials[0] == "申请书"
    assert terms.fees is None


def test_fees_are_looked_up_only_where_they_are_asked_for(book: TermsBook, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, object]] = []

    def list_fees(**given: object) -> tuple[str, ...]:
        asked.append(given)
        return ("工本费",)

    monkeypatch.setattr("yichuang.cases.terms.list_fees", list_fees)
    where = {"organisation": ORGANISATION, "item": LICENCE}
    plain = book.find(**where, on=date(2015, 2, 2))
    assert not asked
    # A cancelled item has the fees of the day of receipt.
    told = book.find(**where, on=date(2015, 3, 5), received_on=date(2015, 2, 2), with_fees=True)
    assert told is not None
    assert plain is not None
    assert (told.fees, plain.fees) == (("工本费",), None)
    assert asked == [{**where, "on": date(2015, 2, 2)}]
