"""Supplements on line: kept piece by piece, and the case goes on only when everything asked for is there."""

from datetime import timedelta
from typing import Any

import pytest

from tests.factories import intake as i
from tests.factories.intake import folder_of_files, small_catalogue
from yichuang.cases import commands, queries
from yichuang.cases.domain import acts as a
from yichuang.cases.models import Supplement
from yichuang.cases.values import (
    CaseNotFound,
    MaterialChoice,
    NotAskedFor,
    Status,
    SupplementChanged,
    SupplementNotAwaited,
)
from yichuang.kernel.actor import SYSTEM

__all__ = ["folder_of_files", "small_catalogue"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder_of_files")]
ASKED = ("股东签字的章程", "租赁合同（缺第二页）")
LATER = i.AT + timedelta(hours=3)


@pytest.fixture
def number(small_catalogue: str) -> str:
    """A case whose applicant was told what is missing."""
    number = i.filed(small_catalogue)
    commands.perform(number=number, act=a.RequestSupplement(missing=ASKED), by=SYSTEM, at=i.AT + timedelta(hours=1))
    return number


def hand_in(number: str, *choices: MaterialChoice, **more: Any) -> Any:
    by = more.pop("by", i.CHEN)
    return commands.supplement(number=number, owner=by.id, choices=choices, by=by, at=LATER, **more)


def test_what_was_asked_for_is_told(number: str) -> None:
    told = queries.get_supplement(number=number)
    assert (told.asked, told.missing, told.complete, told.version) == (ASKED, ASKED, False, 0)
    assert told.until is not None


def test_a_part_is_kept_and_what_is_still_missing_is_told(number: str) -> None:
    i.upload(number=number, material=ASKED[0], at=LATER)
    told = hand_in(number, MaterialChoice(ASKED[0], "upload"), MaterialChoice(ASKED[1], "upload"))
    assert (told.complete, told.missing) == (False, ASKED[1:])
    assert queries.get_state(number).status is Status.SUPPLEMENTING
    kept = queries.get_supplement(number=number)
    assert (kept.missing, [choice.name for choice in kept.choices]) == (ASKED[1:], list(ASKED))


def test_when_all_is_there_the_case_goes_on_and_the_ledger_names_the_files(number: str) -> None:
    first = i.upload(number=number, material=ASKED[0], at=LATER)
    hand_in(number, MaterialChoice(ASKED[0], "upload"))
    second = i.upload(number=number, material=ASKED[1], at=LATER)
    told = hand_in(number, MaterialChoice(ASKED[1], "upload"))
    assert told.complete
    state = queries.get_state(number)
    assert state.status is Status.RECEIVED
    digests = {one.name: one.digest for one in state.materials}
    assert (digests[ASKED[0]], digests[ASKED[1]]) == (first.digest, second.digest)
    assert all(row.taken for row in queries.list_attachments(number=number))
    assert Supplement.objects.count() == 0
    with pytest.raises(SupplementNotAwaited):
        hand_in(number, MaterialChoice(ASKED[1], "upload"))
    assert queries.get_supplement(number=number).complete


def test_files_alone_are_enough(number: str) -> None:
    for name in ASKED:
        i.upload(number=number, material=name, at=LATER)
    assert hand_in(number).complete


def test_an_applicant_cannot_promise_or_bring_on_line_and_a_window_takes_what_is_brought(number: str) -> None:
    told = hand_in(number, MaterialChoice(ASKED[0], "promise"), MaterialChoice(ASKED[1], "bring"))
    assert told.missing == ASKED
    assert hand_in(number, *(MaterialChoice(name, "bring") for name in ASKED), by=i.CLERK).complete


def test_only_what_was_asked_for_and_only_by_its_owner(number: str) -> None:
    with pytest.raises(NotAskedFor):
        hand_in(number, MaterialChoice("别的", "upload"))
    with pytest.raises(CaseNotFound):
        hand_in(number, by=i.WANG)


def test_of_two_pages_the_later_is_told(number: str) -> None:
    hand_in(number, MaterialChoice(ASKED[0], "reuse", note="证照一"), expected_version=0)
    with pytest.raises(SupplementChanged):
        hand_in(number, MaterialChoice(ASKED[1], "reuse", note="证照二"), expected_version=0)
    assert hand_in(number, MaterialChoice(ASKED[1], "reuse", note="证照二"), expected_version=1).complete


def test_a_case_that_was_asked_for_nothing_awaits_nothing(small_catalogue: str) -> None:
    number = i.filed(small_catalogue)
    with pytest.raises(SupplementNotAwaited):
        hand_in(number)
    assert queries.get_supplement(number=number).asked == ()
