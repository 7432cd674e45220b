"""Tracking without signing in: the right four digits open, wrong ones tell nothing, and trying them out is stopped."""

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.factories import intake as i
from tests.factories.at_once import at_once, on_disk
from tests.factories.catalogue import handmade_catalogue
from tests.factories.filings import decided, file, filing
from tests.factories.intake import folder_of_files, small_catalogue
from yichuang.cases import commands, queries
from yichuang.cases.models import TrackingGuard
from yichuang.cases.values import CaseFile, TrackingLocked, TrackingRefused
from yichuang.kernel.identifiers.case_number import generate_number

__all__ = ["folder_of_files", "handmade_catalogue", "small_catalogue"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder_of_files")]
NOBODY = generate_number(division="610924", on=i.AT.date(), serial=4711)


def track(number: str, tail: str = "0001", *, address: str = "203.0.113.7", minutes: float = 0) -> CaseFile:
    return queries.find_tracked(number=number, phone_tail=tail, address=address, at=i.AT + timedelta(minutes=minutes))


def outcome(number: str, tail: str, **where: object) -> str:
    try:
        track(number, tail, **where)  # type: ignore[arg-type]
    except (TrackingRefused, TrackingLocked) as refused:
        return refused.explain()
    return "open"


def test_number_and_four_digits_open_a_case_without_personal_details(small_catalogue: str) -> None:
    number = i.filed(small_catalogue)
    case = track(f" {number} ")
    assert (case.row.number, case.applicant) == (number, None)
    assert track(number, "０００１").row.number == number


@pytest.mark.usefixtures("handmade_catalogue")
def test_a_case_of_another_system_opens_by_the_phone_it_came_with() -> None:
    (filed,) = file([filing("F-1", decided())])
    assert queries.get_application(filed.number) is None
    assert track(filed.number, "0000").row.number == filed.number
    assert outcome(filed.number, "0001") != "open"


def test_the_agents_phone_opens_it_too(small_catalogue: str) -> None:
    agent = replace(i.PARTY, name="女儿", id_type="414", id_number="E12345678", phone="0915-4421239")
    number = i.filed(small_catalogue, agent=agent, agent_relation="family")
    assert track(number, "1239").row.number == track(number, "0001").row.number == number


@pytest.mark.parametrize("tail", ["", "1", "00001", "abcd", "\0\0\0\0", "١٢٣٤", "-001", "0002"])
def test_other_digits_are_refused_in_the_same_words_as_an_unknown_number(small_catalogue: str, tail: str) -> None:
    number = i.filed(small_catalogue)
    words = outcome(number, tail)
    assert words != "open"
    assert words == outcome(NOBODY, "0001") == outcome("", "") == outcome("'; --", "0001") == outcome("9" * 500, "0001")


def test_a_known_and_an_unknown_number_are_locked_alike_and_unlocked_by_time(small_catalogue: str) -> None:
    number = i.filed(small_catalogue)
    told = {
        each: [outcome(each, "9999", address=f"198.51.100.{place}", minutes=place) for place in range(8)]
        for each in (number, NOBODY)
    }
    assert told[number] == told[NOBODY]
    assert [words.startswith("输错次数过多") for words in told[number]] == [False] * 5 + [True] * 3
    assert outcome(number, "0001", address="192.0.2.1", minutes=8) == told[number][-1], (
        "locked for the right digits too"
    )
    assert outcome(number, "0001", address="192.0.2.1", minutes=36) == "open"


def test_tries_long_ago_are_forgotten(small_catalogue: str) -> None:
    number = i.filed(small_catalogue)
    for minute in (0, 1, 2, 3, 31, 32, 33, 34):
        assert not outcome(number, "9999", address=f"198.51.100.{minute}", minutes=minute).startswith("输错")


def test_one_address_cannot_try_many_numbers(small_catalogue: str) -> None:
    number = i.filed(small_catalogue)
    numbers = [generate_number(division="610924", on=i.AT.date(), serial=serial) for serial in range(100, 122)]
    told = [outcome(each, "0001").startswith("输错") for each in numbers]
    assert told == [False] * 20 + [True] * 2
    assert outcome(number, "0001").startswith("输错")
    assert outcome(number, "0001", address="192.0.2.1") == "open", "others are not locked out"


def test_whoever_is_right_may_look_as_often_as_he_likes(small_catalogue: str) -> None:
    number = i.filed(small_catalogue)
    assert [outcome(number, "0001") for _ in range(40)] == ["open"] * 40


def test_no_address_and_no_number_is_kept_to_be_read(small_catalogue: str) -> None:
    number = i.filed(small_catalogue)
    outcome(number, "9999")
    kept = str(list(TrackingGuard.objects.values_list("kind", "subject")))
    assert number not in kept and "203.0.113.7" not in kept
    commands.clean_uploads(at=i.AT + timedelta(days=2))
    assert TrackingGuard.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_once_are_counted_one_by_one(tmp_path: Path, small_catalogue: str) -> None:
    number = i.filed(small_catalogue)
    with on_disk(tmp_path):
        told = at_once([lambda: outcome(number, "9999")] * 8)
    assert sorted(words.startswith("输错") for words in told) == [False] * 5 + [True] * 3
