"""Commands: load, fold, decide, append, project - one act at a time, in one transaction, seen by the reader."""

from datetime import date

import pytest
from django.db import connection

from tests.factories import catalogue
from tests.factories.authorities import HandmadeAuthorities, handmade_authorities
from tests.factories.catalogue import handmade_catalogue
from tests.factories.filings import decided
from tests.factories.people import APPLICANT, CLERK
from tests.factories.running import accept, case_id_of, perform_all, receive
from tests.factories.stories import china, receipt
from tests.unit.catalogue.samples import CITY, exercisers
from yichuang.cases import commands, ledger, queries
from yichuang.cases.domain import acts as a
from yichuang.cases.domain import refusals as r
from yichuang.cases.domain.bounds import TextUnfit
from yichuang.cases.models import Applicant, Case, Event, Facts
from yichuang.cases.terms import list_fees
from yichuang.cases.values import ApplicantDetails, CaseNotFound, Status
from yichuang.catalogue.commands import load_catalogue
from yichuang.kernel.identifiers.case_number import parse_number
from yichuang.kernel.identifiers.refusals import WrongCheckCharacter

__all__ = ["handmade_authorities", "handmade_catalogue"]
pytestmark = pytest.mark.django_db
by_hand = pytest.mark.usefixtures("handmade_catalogue")


@by_hand
def test_an_application_gets_the_next_number_of_its_place_and_day() -> None:
    numbers = [parse_number(receive(day)) for day in ("2015-02-13", "2015-02-13", "2015-02-15")]
    assert [(one.division, one.on.isoformat(), one.serial) for one in numbers] == [
        ("610924", "2015-02-13", 1),
        ("610924", "2015-02-13", 2),
        ("610924", "2015-02-15", 1),
    ]


@by_hand
def test_every_act_of_a_case_by_its_own_command() -> None:
    number = receive("2015-02-13T09:00")
    done = {"number": number, "by": CLERK}
    commands.correct_materials(note="改正", at=china("2015-02-13T09:10"), **done)
    commands.pre_examine(passed=True, opinion="", at=china("2015-02-13T09:20"), **done)
    commands.request_supplement(missing=("章程",), at=china("2015-02-13T09:30"), **done)
    commands.take_supplement(at=china("2015-02-25"), **done)
    commands.accept_application(at=china("2015-02-25"), **done)
    commands.start_step(step="审核", organisation="", officer="甲", at=china("2015-02-26"), **done)
    commands.finish_step(step="审核", action="pass", opinion="同意", at=china("2015-02-27"), **done)
    commands.consult(organisation="610924-huanbao", question="?", at=china("2015-02-27"), **done)
    commands.answer_consultation(
        organisation="610924-huanbao", answer="可", agreed=True, at=china("2015-02-28"), **done
    )
    commands.start_special_procedure(
        procedure="hearing", reason="依申请", expected_days=3, at=china("2015-03-02"), **done
    )
    commands.end_special_procedure(result="毕", at=china("2015-03-05"), **done)
    commands.extend_period(days=5, reason="复杂", approved_by="局长", at=china("2015-03-06"), **done)
    commands.grant_application(opinion="同意", at=china("2015-03-10"), **done)
    commands.issue_certificate(name="执照", certificate_number="1", at=china("2015-03-10"), **done)
    commands.deliver_result(method="window", at=china("2015-03-11"), **done)
    commands.close_case(at=china("2015-03-11"), **done)
    version = commands.archive_case(folder="A-1", at=china("2015-04-01"), **done)

    case = queries.get_case(number, personal=True)
    assert version == case.version == len(case.events) == 18
    assert (case.row.status, case.row.result) == (Status.ARCHIVED, "granted")
    assert (case.paused_days, case.extension_days) == (3, 5)
    assert case.applicant == APPLICANT
    assert case.chain_faults == ()
    assert [line.title for line in case.events][:4] == ["收件", "当场更正", "预审", "一次性告知补正"]
    assert case.events[-1].digest == case.head


@by_hand
@pytest.mark.parametrize(
    ("act", "result"),
    [
        (a.RefuseAcceptance(ground="no-licence-needed", reason="不需要"), "not-accepted"),
        (a.Withdraw(reason="不办了"), "returned"),
        (a.Void(reason="重复"), "void"),
    ],
)
def test_a_received_case_can_end_in_other_ways(act: a.Act, result: str) -> None:
    number = receive()
    commands.perform(number=number, act=act, by=CLERK, at=china("2015-02-13"))
    assert queries.get_case(number).row.result == result


@by_hand
def test_the_doors_of_the_other_ends() -> None:
    done = {"by": CLERK, "at": china("2015-02-26")}
    commands.forward_case(number=accept(), to_organisation="610900-gongshang", reason="权限", **done)
    commands.refuse_application(number=accept(), reason="不符", remedies="复议", **done)
    commands.withdraw_application(number=accept(), reason="", **done)
    commands.void_case(number=accept(), reason="错", **done)
    commands.refuse_acceptance(
        number=receive(), ground="not-competent", reason="不属于", competent_organ="省厅", **done
    )
    lapsing = receive()
    commands.request_supplement(number=lapsing, missing=("章程",), **done)
    commands.lapse_supplement(number=lapsing, **done)
    assert sorted(Facts.objects.values_list("status", "result")) == [
        ("closed", "forwarded"),
        ("closed", "not-accepted"),
        ("closed", "returned"),
        ("closed", "returned"),
        ("refused", ""),
        ("voided", "void"),
    ]


@by_hand
def test_a_refused_act_leaves_no_trace() -> None:
    number = receive()
    with pytest.raises(r.NotAccepted):
        commands.grant_application(number=number, opinion="", by=CLERK, at=china("2015-02-14"))
    assert Event.objects.count() == 1
    assert Facts.objects.get().version == 1


@by_hand
def test_a_refused_receipt_leaves_neither_case_nor_applicant_nor_number() -> None:
    with pytest.raises(r.UnknownItem):
        commands.receive_application(
            receipt=a.Receive(item="99999", organisation="610924-gongshang", division="610924"),
            applicant=APPLICANT,
            by=CLERK,
            at=china("2015-02-13"),
            now=china("2015-02-13"),
        )
    assert (Case.objects.count(), Applicant.objects.count()) == (0, 0)
    assert parse_number(receive()).serial == 1


@by_hand
@pytest.mark.parametrize(
    ("receipt_", "applicant"),
    [
        (receipt(channel="telephone-call"), APPLICANT),
        (receipt(), ApplicantDetails(name="甲" * 201, id_type="111", id_number="1")),
        (receipt(), ApplicantDetails(name="甲\0乙", id_type="111", id_number="1")),
    ],
)
def test_a_text_that_no_column_holds_is_refused_on_every_engine(
    receipt_: a.Receive, applicant: ApplicantDetails
) -> None:
    with pytest.raises(TextUnfit):
        commands.receive_application(
            receipt=receipt_, applicant=applicant, by=CLERK, at=china("2015-02-13"), now=china("2015-02-13")
        )
    assert Case.objects.count() == 0


@by_hand
def test_who_saw_an_older_version_is_told_and_who_saw_this_one_may_act() -> None:
    number = accept()
    act = a.StartStep(step="审核")
    with pytest.raises(ledger.ChangedMeanwhile, match=number):
        commands.perform(number=number, act=act, by=CLERK, at=china("2015-02-25"), expected_version=1)
    assert commands.perform(number=number, act=act, by=CLERK, at=china("2015-02-25"), expected_version=2) == 3


@by_hand
def test_a_number_that_nobody_has_is_not_found_and_a_mistyped_one_is_explained() -> None:
    number = accept()
    other = number[:18] + "2" if number[18] != "2" else number[:18] + "3"
    with pytest.raises(CaseNotFound):
        commands.accept_application(number=other + "A", by=CLERK, at=china("2015-02-13"))
    with pytest.raises(WrongCheckCharacter):
        queries.get_case(number[:-1] + ("A" if number[-1] != "A" else "B"))


@by_hand
def test_silence_accepts_only_own_cases_whose_five_days_are_over() -> None:
    waiting = receive("2015-02-13T16:00")
    supplemented = receive("2015-02-13")
    commands.request_supplement(number=supplemented, missing=("章程",), by=CLERK, at=china("2015-02-13"))
    commands.take_supplement(number=supplemented, by=CLERK, at=china("2015-02-16"))
    fresh = receive("2015-02-26")

    assert commands.accept_by_lapse(now=china("2015-02-26T23:00")) == ()
    assert commands.accept_by_lapse(now=china("2015-02-27T06:00")) == (waiting,)
    assert commands.accept_by_lapse(now=china("2015-02-27T06:00")) == ()

    case = queries.get_case(waiting)
    assert case.row.accepted_at == china("2015-02-13T16:00")
    assert queries.get_case(supplemented).row.status is queries.get_case(fresh).row.status is Status.RECEIVED


@by_hand
def test_the_page_of_a_case_says_what_is_possible_now() -> None:
    assert queries.get_case(receive()).possible == (
        "当场更正", "预审", "告知补正", "不予受理", "受理", "撤回", "作废",
        "收取材料", "移交", "指派代办员", "开通绿色通道", "流转材料",
    )  # fmt: skip


@by_hand
def test_a_scope_question_reads_county_and_organisation_of_one_case() -> None:
    number = receive(county="610922")
    assert queries.find_case_scope(number) == ("610922", "610922-gongshang")
    assert queries.find_case_scope("610922201502139999X") is None


@by_hand
def test_one_command_asks_the_database_only_what_it_needs(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    number = accept()
    with django_assert_max_num_queries(8):  # savepoint, case, events, catalogue version, insert, facts, release
        commands.perform(number=number, act=a.StartStep(step="审核"), by=CLERK, at=china("2015-02-25"))


def test_terms_come_from_the_catalogue_of_the_day(handmade_authorities: HandmadeAuthorities) -> None:
    load_catalogue(folder=CITY, exercisers=exercisers(), by=CLERK, at=china("2015-01-01"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_code, item_code FROM catalogue_implementationitem ORDER BY id LIMIT 1")
        organisation, item = cursor.fetchone()
    number = commands.receive_application(
        receipt=a.Receive(item=item, organisation=organisation, division=organisation[:6]),
        applicant=APPLICANT,
        by=CLERK,
        at=china("2015-02-13"),
        now=china("2015-02-13"),
    )
    commands.accept_application(number=number, by=CLERK, at=china("2015-02-13"))
    case = queries.get_case(number)
    assert case.implementation_code.endswith(f"{item}000")
    assert case.row.promised_amount is not None
    assert dict(queries.verify_cases()) == {number: ()}


def test_fees_come_from_the_items_own_list() -> None:
    load_catalogue(folder=CITY, exercisers=exercisers(), by=CLERK, at=china("2015-01-01"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.organisation_code, i.item_code, f.name FROM catalogue_fee f"
            " JOIN catalogue_implementationitem i ON i.id = f.item_id ORDER BY f.id LIMIT 1"
        )
        organisation, item, name = cursor.fetchone()
    where = {"organisation": organisation, "on": date(2015, 2, 13)}
    assert name in list_fees(item=item, **where)
    assert list_fees(item="99999", **where) == ()


@by_hand
def test_a_whole_history_runs_command_by_command() -> None:
    number = perform_all(decided(item=catalogue.PERMIT))
    assert queries.get_case(number).row.status is Status.CLOSED
    assert len(ledger.read_case(case_id_of(number))) == 6
