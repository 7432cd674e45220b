"""Drafts: saved, overtaken, submitted once and only once, on both engines."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.factories import intake as i
from tests.factories.at_once import asked, at_once, on_disk
from tests.factories.intake import folder_of_files, small_catalogue
from yichuang.cases import commands, queries
from yichuang.cases.domain.materials import MaterialEntry
from yichuang.cases.models import Applicant, Attachment, Case, Draft, DraftRevision, Event, Form
from yichuang.cases.values import (
    Application,
    ApplicationIncomplete,
    DraftChanged,
    DraftSubmitted,
    DraftTooLarge,
    DraftUnknown,
    MaterialChoice,
    Party,
    Status,
    TooManyDrafts,
    events,
)
from yichuang.kernel.identifiers import uscc

__all__ = ["folder_of_files", "small_catalogue"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder_of_files")]


def test_a_draft_comes_back_as_it_was_left() -> None:
    key = i.start("01001")
    assert queries.get_draft(key=key, owner=i.CHEN.id).application == Application()
    told = i.application(summary="第一行\n𠮷😀 مرحبا", fields={"company-name": "未写完"})
    assert i.save(key, told) == 1
    draft = queries.get_draft(key=key, owner=i.CHEN.id)
    assert (draft.application, draft.version, draft.number) == (told, 1, "")
    (row,) = queries.list_drafts(owner=i.CHEN.id)
    assert (row.key, row.applicant_name, row.item) == (key, "陈𠮷", "01001")


def test_the_same_saved_twice_is_one_version_and_an_untouched_draft_is_taken_up_again() -> None:
    key = i.start("01001")
    assert i.start("01001") == key
    assert [i.save(key, i.application()) for _ in range(3)] == [1, 1, 1]
    assert i.save(key, i.application(), seen=0) == 1, "the same page sent twice is no quarrel"
    assert i.start("01001") != key


def test_of_two_pages_the_later_is_told_and_both_texts_are_kept() -> None:
    key = i.start("01001")
    i.save(key, i.application(), seen=0)
    first, second = i.application(summary="甲页"), i.application(summary="乙页")
    assert i.save(key, first, seen=1) == 2
    with pytest.raises(DraftChanged) as refused:
        i.save(key, second, seen=1)
    assert refused.value.current.application == first
    assert refused.value.offered == second
    assert queries.get_draft(key=key, owner=i.CHEN.id).application == first
    versions = queries.list_draft_versions(key=key, owner=i.CHEN.id)
    assert [(one.application.summary, one.set_aside) for one in versions] == [
        ("乙页", True),
        ("甲页", False),
        ("", False),
    ]
    assert i.save(key, second, seen=2) == 3


def test_old_versions_are_forgotten_beyond_the_limit() -> None:
    key = i.start("01001")
    for count in range(25):
        i.save(key, i.application(summary=str(count)))
    versions = queries.list_draft_versions(key=key, owner=i.CHEN.id)
    assert [one.version for one in versions] == list(range(25, 5, -1))


def test_a_draft_of_another_is_not_there() -> None:
    key = i.start("01001")
    for act in (
        lambda: queries.get_draft(key=key, owner=i.WANG.id),
        lambda: queries.list_draft_versions(key=key, owner=i.WANG.id),
        lambda: i.save(key, i.application(), by=i.WANG),
        lambda: i.submit(key, by=i.WANG),
        lambda: commands.drop_draft(key=key, owner=i.WANG.id),
        lambda: queries.check_draft(key=key, owner=i.WANG.id, on=i.AT.date()),
        lambda: i.upload(key, by=i.WANG),
    ):
        with pytest.raises(DraftUnknown):
            act()
    assert queries.list_drafts(owner=i.WANG.id) == ()


def test_limits_of_drafts_are_told() -> None:
    for count in range(50):
        i.save(i.start("01001"), i.application(summary=str(count)))
    with pytest.raises(TooManyDrafts):
        i.start("01001")
    (key, *_) = (row.key for row in queries.list_drafts(owner=i.CHEN.id))
    with pytest.raises(DraftTooLarge):
        i.save(key, i.application(summary="字" * 400_000))


def test_text_that_no_database_holds_is_saved_and_told_at_submission(small_catalogue: str) -> None:
    key = i.start(small_catalogue)
    i.save(key, i.application(summary="a\0b", applicant=replace(i.PARTY, name="张\ud83d")))
    draft = queries.get_draft(key=key, owner=i.CHEN.id)
    assert draft.application.summary == "a\0b"
    with pytest.raises(ApplicationIncomplete) as refused:
        i.submit(key)
    assert [fault.field for fault in refused.value.faults] == ["applicant.name", "summary"]


def test_an_application_becomes_a_case_with_its_form_materials_and_applicant(small_catalogue: str) -> None:
    key = i.start(small_catalogue)
    files = [i.upload(key), i.upload(key, name="第二页.pdf")]
    i.upload(key, material="不需要的材料")
    i.save(key, i.application(materials=(MaterialChoice(i.PREMISES, "promise", note="真实"),), summary="个人原因"))
    number = i.submit(key)

    case = queries.get_case(number, personal=True)
    assert (case.row.status, case.row.channel, case.row.item) == (Status.RECEIVED, "web", "01001")
    assert case.applicant is not None
    assert (case.applicant.name, case.applicant.phone) == ("陈𠮷", "13900000001")
    told = queries.get_application(number)
    assert told is not None
    assert told.summary == "个人原因"
    taken = [line.event for line in queries.list_acts(number) if isinstance(line.event, events.MaterialsTaken)]
    assert [[(one.name, one.way) for one in event.entries] for event in taken] == [
        [(i.PREMISES, "promise"), (i.FORM, "upload")]
    ]
    assert len(taken[0].entries[1].digest) == 64
    kept = queries.list_attachments(number=number)
    assert [(one.key, one.material, one.taken, one.owner) for one in kept] == [
        (one.key, i.FORM, True, i.CHEN.id) for one in files
    ]
    assert Attachment.objects.count() == 2, "what no situation asks for does not follow"
    assert dict(queries.verify_cases([number])) == {number: ()}
    ledger = " ".join(Event.objects.values_list("payload", flat=True))
    assert not any(personal in ledger for personal in ("陈𠮷", "13900000001", i.PARTY.id_number, "个人原因"))


def test_a_form_changed_behind_our_back_is_found(small_catalogue: str) -> None:
    number = i.filed(small_catalogue)
    form = Form.objects.get()
    Form.objects.update(content=form.content.replace("茶业", "矿业"))
    assert dict(queries.verify_cases([number])) == {number: ("the form does not match its digest",)}


def test_submitting_again_gives_the_same_number_and_one_case(small_catalogue: str) -> None:
    key = i.start(small_catalogue)
    i.save(key, i.application())
    assert i.submit(key) == i.submit(key) == i.submit(key, at=i.AT + timedelta(days=40))
    assert (Case.objects.count(), Form.objects.count(), DraftRevision.objects.count()) == (1, 1, 0)
    draft = queries.get_draft(key=key, owner=i.CHEN.id)
    assert draft.number and draft.application.applicant.name == "陈𠮷"
    with pytest.raises(DraftSubmitted) as refused:
        i.save(key, i.application(summary="再改"))
    assert draft.number in refused.value.explain()
    with pytest.raises(DraftSubmitted):
        commands.drop_draft(key=key, owner=i.CHEN.id)
    with pytest.raises(DraftSubmitted):
        i.upload(key)
    assert queries.list_drafts(owner=i.CHEN.id) == ()


def test_an_incomplete_application_is_told_everything_and_nothing_is_written(small_catalogue: str) -> None:
    key = i.start(small_catalogue)
    i.save(key, Application(answers={"premises": "x"}))
    faults = queries.check_draft(key=key, owner=i.CHEN.id, on=i.AT.date())
    with pytest.raises(ApplicationIncomplete) as refused:
        i.submit(key)
    fields = [fault.field for fault in refused.value.faults]
    assert fields == [fault.field for fault in faults]
    assert fields == [
        "applicant.name",
        "applicant.id_number",
        "applicant.phone",
        "answers.premises",
        "fields.company-name",
        f"materials.{i.FORM}",
        f"materials.{i.PREMISES}",
    ]
    assert f"{len(fields)}处" in refused.value.explain()
    assert (Case.objects.count(), Event.objects.count(), Applicant.objects.count()) == (0, 0, 0)


def test_an_answer_that_drops_a_material_leaves_nothing_of_it_behind(small_catalogue: str) -> None:
    key = i.start(small_catalogue)
    i.upload(key, material=i.PREMISES)
    i.save(key, i.application(answers={"premises": "own"}, fields={"company-name": "甲", "old": "旧"}))
    told = queries.get_application(i.submit(key))
    assert told is not None
    assert [choice.name for choice in told.materials] == [i.FORM]
    assert told.fields == {"company-name": "甲"}
    assert Attachment.objects.count() == 0


def test_a_window_receives_whoever_brings_too_little(small_catalogue: str) -> None:
    number = i.filed(small_catalogue, by=i.CLERK, place=i.WINDOW, materials=(MaterialChoice(i.FORM, "bring"),))
    state = queries.get_state(number)
    assert state.materials == (MaterialEntry(name=i.FORM, way="bring"),)
    assert state.centre == "610924-centre"
    assert not queries.owns(number=number, owner=i.CLERK.id)
    assert queries.page_own(owner=i.CLERK.id).rows == ()
    assert i.filed(small_catalogue, by=i.CLERK, place=i.WINDOW, materials=()) != number


def test_a_firm_with_an_agent_is_the_applicant_in_law(small_catalogue: str) -> None:
    code = uscc.generate(department="9", category="1", division="610924", organisation_body="YC000001")
    agent = replace(i.PARTY, name="周测试", id_type="414", id_number="E12345678", phone="13900000009")
    number = i.filed(
        small_catalogue,
        applicant_type="legal",
        represented=(code, "紫阳县测试茶业有限公司"),
        applicant=replace(i.PARTY, phone=""),
        agent=agent,
        agent_relation="entrusted",
        fields={"company-name": "甲", "contact": "周测试", "contact-phone": "138 0000 0000"},
    )
    case = queries.get_case(number, personal=True)
    assert case.applicant is not None
    assert (case.applicant.name, case.applicant.id_type, case.applicant.id_number, case.applicant.phone) == (
        "紫阳县测试茶业有限公司",
        "001",
        code,
        "13900000009",
    )
    assert queries.get_state(number).agent_relation == "entrusted"
    (row,) = queries.page_own(owner=i.CHEN.id)
    assert row.applicant_name == "紫阳县测试茶业有限公司"
    assert [one.number for one in queries.list_earlier(id_number=code)] == [number]


def test_own_cases_are_listed_newest_first_in_pages(small_catalogue: str) -> None:
    numbers = [i.filed(small_catalogue, summary=str(count)) for count in range(5)]
    other = i.filed(small_catalogue, by=i.WANG)
    first = queries.page_own(owner=i.CHEN.id, limit=3)
    rest = queries.page_own(owner=i.CHEN.id, after=first.next_after, limit=3)
    assert [row.number for row in (*first, *rest)] == numbers[::-1]
    assert rest.next_after == ""
    assert queries.owns(number=other, owner=i.WANG.id) and not queries.owns(number=other, owner=i.CHEN.id)
    assert not queries.owns(number=other, owner="")


def test_earlier_cases_of_a_person_are_seen_within_a_place(small_catalogue: str) -> None:
    numbers = [i.filed(small_catalogue, summary=str(count)) for count in range(3)]
    number = i.PARTY.id_number
    assert [row.number for row in queries.list_earlier(id_number=number, limit=2)] == numbers[:0:-1]
    assert queries.list_earlier(id_number=number, counties=("610922",)) == ()
    assert len(queries.list_earlier(id_number=number, counties=("610924",), organisations=(i.ORGANISATION,))) == 3
    assert queries.list_earlier(id_number="") == ()


def test_a_dropped_draft_takes_its_files_along(folder_of_files: Path, django_capture_on_commit_callbacks: Any) -> None:
    key = i.start("01001")
    i.upload(key)
    commands.begin_upload(draft=key, material=i.FORM, file_name="a.pdf", size=100_000, by=i.CHEN, at=i.AT)
    assert i.stored_files(folder_of_files) == ["attachments"]
    with django_capture_on_commit_callbacks(execute=True):
        commands.drop_draft(key=key, owner=i.CHEN.id)
    assert i.stored_files(folder_of_files) == []
    assert (Draft.objects.count(), Attachment.objects.count()) == (0, 0)


def test_an_empty_party_is_a_fault_and_never_a_crash(small_catalogue: str) -> None:
    key = i.start(small_catalogue)
    i.save(key, i.application(applicant=Party(), agent=Party(), delivery="", contact=("",)))
    with pytest.raises(ApplicationIncomplete):
        i.submit(key)


@pytest.mark.django_db(transaction=True)
def test_two_who_submit_the_same_draft_at_once_get_the_same_number(tmp_path: Path, small_catalogue: str) -> None:
    key = i.start(small_catalogue)
    i.upload(key)
    i.save(key, i.application())
    with on_disk(tmp_path):
        numbers = at_once([lambda: i.submit(key)] * 4)
        assert len(set(numbers)) == 1 and isinstance(numbers[0], str), numbers
        assert asked(lambda: (Case.objects.count(), Form.objects.count(), Attachment.objects.count())) == (1, 1, 1)
        assert asked(lambda: [fault for _, faults in queries.verify_cases() for fault in faults]) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_told_and_neither_text_is_lost(tmp_path: Path) -> None:
    key = i.start("01001")
    i.save(key, i.application())
    texts = [i.application(summary=name) for name in "甲乙"]
    with on_disk(tmp_path):
        outcomes = at_once([lambda text=text: i.save(key, text, seen=1) for text in texts])
        assert sorted(type(one).__name__ for one in outcomes) == ["DraftChanged", "int"], outcomes
        versions = asked(lambda: queries.list_draft_versions(key=key, owner=i.CHEN.id))
    assert {one.application.summary for one in versions} == {"", "甲", "乙"}
