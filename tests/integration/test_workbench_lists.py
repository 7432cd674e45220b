"""Lists and administration of the workbench through HTTP: to-do, bulk, authority, hall, matters, staff, items."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.integration.test_workbench import (
    LAND,
    PASSWORD,
    TEMPORARY,
    WORK,
    accepted,
    as_,
    do,
    fields_of,
    item_code,
    page,
    receive,
    text_of,
    told,
)
from yichuang.accounts.models import User
from yichuang.accounts.queries import list_authorities, list_authorities_in
from yichuang.accounts.values import Power
from yichuang.cases.queries import get_state
from yichuang.catalogue.queries import get_terms
from yichuang.feedback.commands import complain, consult, rate
from yichuang.feedback.queries import get_matter
from yichuang.feedback.values import Channel, Level, Service
from yichuang.halls.commands import book
from yichuang.halls.queries import list_days, list_slots
from yichuang.kernel.actor import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("ankang")]

LONG_PASSWORD = "a-long-enough-phrase-2026"


def reviewed() -> str:
    number = accepted()
    do("approver", number, "step", step="审核", action="pass", opinion="符合")
    return number


# -- to-do -----------------------------------------------------------------------------------------------


def test_each_post_has_its_own_parts_of_the_to_do() -> None:
    number, other = receive(), accepted()
    assert number in page(as_("clerk"), "/workbench/todo/")
    assert other in page(as_("approver"), "/workbench/todo/")
    assert number not in page(as_("approver"), "/workbench/todo/")
    assert number not in page(as_("townclerk"), "/workbench/todo/")
    assert other in page(as_("manager"), "/workbench/todo/", kind="decide")


def test_the_address_keeps_the_filters() -> None:
    text = page(as_("approver"), "/workbench/todo/", kind="special", who="mine")
    assert re.search(r'href="/workbench/todo/\?kind=special&who=mine" aria-current="page"', text)


def test_the_to_do_costs_the_same_however_many_cases_there_are() -> None:
    accepted()
    client = as_("approver")
    page(client, "/workbench/todo/")
    costs = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as asked:
            page(client, "/workbench/todo/")
        costs.append(len(asked))
        for _case in range(3):
            accepted()
    assert costs[0] == costs[1]
    assert costs[0] <= 16


def test_several_are_agreed_to_at_once_and_each_says_what_became_of_it() -> None:
    good, unreviewed, foreign = reviewed(), accepted(), receive("townclerk")
    client = as_("approver")
    typed = {"numbers": [good, unreviewed, foreign, "nonsense"], "opinion": "同意", "password": PASSWORD}
    text = text_of(client.post("/workbench/todo/agree/", typed))
    assert "选中 4 件，办成 1 件" in text
    assert "还没有通过的审查环节" in text
    assert [get_state(number).status for number in (good, unreviewed)] == ["granted", "accepted"]
    again = text_of(client.post("/workbench/todo/agree/", typed))
    assert "办成 0 件" in again


def test_a_bulk_agreement_without_a_choice_or_an_opinion_keeps_the_list() -> None:
    number = reviewed()
    answer = as_("approver").post("/workbench/todo/agree/", {"opinion": "", "password": PASSWORD})
    assert answer.status_code == 422
    text = text_of(answer)
    assert "请先选中要准予的办件" in text and number in text
    assert as_("clerk").post("/workbench/todo/agree/", {"numbers": [number]}).status_code == 403


def test_an_opinion_template_is_kept_chosen_changed_and_thrown_away() -> None:
    client = as_("approver")
    typed = {"kind": "agree", "title": "同意一", "text": "经审查，材料真实有效，同意。"}
    assert client.post("/workbench/opinions/", typed).status_code == 302
    assert client.post("/workbench/opinions/", typed).status_code == 422
    number = accepted()
    assert "经审查，材料真实有效，同意。</textarea>" in page(client, f"/workbench/cases/{number}/agree/")
    listed = page(client, "/workbench/opinions/", kind="agree")
    found = re.search(r"/workbench/opinions/(\d+)/remove/", listed)
    assert found
    editing = page(client, "/workbench/opinions/", kind="agree", edit=found[1])
    assert f'name="id" value="{found[1]}"' in editing
    assert "同意一" not in page(as_("approver2"), "/workbench/opinions/", kind="agree")
    client.post(f"/workbench/opinions/{found[1]}/remove/")
    assert "经审查，材料真实有效" not in page(client, "/workbench/opinions/", kind="agree")


@pytest.mark.parametrize(
    "who",
    ["clerk", "representative", "approver", "approver2", "consulted", "townclerk", "agent", "manager", "supervisor"],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_everybody_has_a_first_page(who: str, language: str) -> None:
    page(as_(who, language), "/workbench/")


@pytest.mark.parametrize("who", ["editor", "operator"])
def test_those_without_cases_of_their_own_have_one_too(who: str) -> None:
    page(as_(who), "/workbench/")


# -- authority -------------------------------------------------------------------------------------------


def test_the_authority_list_says_per_item_who_may_and_where_nobody_may() -> None:
    text = page(as_("representative"), "/workbench/authority/")
    assert "钱审批（演示）" in text and "（含本人）" in text and "授权书" in text
    assert "登记授权书</a>" not in text
    today = timezone.localdate()
    county = {organisation for organisation, _item in get_terms(on=today) if organisation.startswith("610924-")}
    without = next(one for one in sorted(county) if not list_authorities_in(organisation=one, on=today))
    other = page(as_("manager"), "/workbench/authority/", organisation=without)
    assert "未授权" in other
    assert as_("operator").get("/workbench/authority/").status_code == 403


def test_a_letter_of_authority_is_registered_counts_and_ends() -> None:
    number = accepted(WORK)
    holder = User.objects.get(username="approver2")
    typed = {
        "organisation": LAND,
        "holder": str(holder.uuid),
        "item": WORK,
        "powers": ["decide"],
        "valid_from": "2026-01-01",
        "document": "测试授〔2026〕9号",
    }
    client = as_("manager")
    assert client.post("/workbench/authority/grant/", typed).status_code == 302
    twice = client.post("/workbench/authority/grant/", typed)
    assert twice.status_code == 422 and "测试授〔2026〕9号" in told(text_of(twice))
    do("approver2", number, "agree", opinion="同意")
    rows = list_authorities(organisation=LAND, item=WORK, power=Power.DECIDE, on=timezone.localdate())
    line = next(row for row in rows if row.document == "测试授〔2026〕9号")
    yesterday = timezone.localdate() - timedelta(days=1)
    assert client.post(f"/workbench/authority/{line.id}/end/", {"last_on": yesterday.isoformat()}).status_code == 302
    another = accepted(WORK)
    assert "钱审批" in told(do("approver2", another, "agree", 422, opinion="同意"))
    assert as_("representative").post("/workbench/authority/grant/", typed).status_code == 403


# -- the hall --------------------------------------------------------------------------------------------


def test_the_hall_shows_windows_cases_and_what_falls_due() -> None:
    number = receive()
    text = page(as_("manager"), "/workbench/hall/")
    assert "综合窗口" in text and number in text and "在办件数，按部门和状态" in text
    # Folded, whatever their number: on a phone they would fill five screens.
    summary = re.search(r'<details class="fold hall-area"><summary>(.*?)</summary>', text, re.DOTALL)
    assert summary
    assert re.search(r"\b41 个窗口", summary[1])
    assert as_("clerk").get("/workbench/hall/").status_code == 403
    page(as_("manager"), "/workbench/hall/", centre="610924101-hall")
    assert "紫阳县政务服务中心" in page(as_("manager"), "/workbench/hall/", centre="610902-centre")


def test_bookings_of_a_day_are_noted_as_come_or_not() -> None:
    now = timezone.now()
    day = list_days(centre="610924-centre", at=now)[-1].on
    slot = list_slots(centre="610924-centre", on=day, at=now)[0]
    row = book(centre="610924-centre", on=day, start=slot.start, name="测试乙", phone="13900000002", by=SYSTEM, at=now)
    text = page(as_("manager"), "/workbench/hall/bookings/", on=day.isoformat())
    assert "测试乙" in text
    answer = as_("manager").post(f"/workbench/hall/bookings/{row.code}/arrive/")
    assert answer.status_code == 302
    assert as_("manager").post("/workbench/hall/bookings/000000000/arrive/").status_code in (404, 422)
    assert as_("clerk").post(f"/workbench/hall/bookings/{row.code}/arrive/").status_code == 403


def test_an_announcement_is_published_within_the_area_and_withdrawn_with_a_reason() -> None:
    client = as_("manager")
    typed = {"division": "610924", "title": "测试公告", "text": "系统维护", "from_on": "2026-11-26"}
    assert client.post("/workbench/hall/announcements/", typed).status_code == 302
    text = page(client, "/workbench/hall/announcements/")
    found = re.search(r"/workbench/hall/announcements/(\d+)/withdraw/", text)
    assert found and "测试公告" in text
    assert client.post("/workbench/hall/announcements/", typed | {"division": "610902"}).status_code == 422
    address = f"/workbench/hall/announcements/{found[1]}/withdraw/"
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "已恢复"}).status_code == 302
    assert "已撤下" in page(client, "/workbench/hall/announcements/")


# -- what the public brought -----------------------------------------------------------------------------


def bad_rating() -> str:
    number = accepted()
    rate(
        case_number=number,
        service=Service.ACCEPTANCE,
        level=Level.DISSATISFIED,
        channel=Channel.QR,
        organisation=LAND,
        division="610924",
        item=TEMPORARY,
        rater_digest="test",
        at=timezone.now(),
    )
    return number


def test_a_bad_rating_becomes_a_work_order_that_is_followed_up_step_by_step() -> None:
    number = bad_rating()
    client = as_("representative")
    listed = page(client, "/workbench/matters/", kind="work-order")
    orders = re.findall(r'href="/workbench/matters/([\w-]+)/"', listed)
    order = next(one for one in orders if get_matter(number=one, on=timezone.localdate()).row.case_number == number)
    text = page(client, f"/workbench/matters/{order}/")
    assert "联系评价人" in text
    form = page(client, f"/workbench/matters/{order}/contact/")
    typed = {"version": fields_of(form)["version"], "text": "已电话联系，了解情况"}
    assert client.post(f"/workbench/matters/{order}/contact/", typed).status_code == 302
    again = client.post(f"/workbench/matters/{order}/contact/", typed)
    assert again.status_code == 302
    stale = client.post(f"/workbench/matters/{order}/find-reasonable/", typed | {"text": "我写了很久的核实情况"})
    assert stale.status_code == 409 and "我写了很久的核实情况" in text_of(stale)
    assert order in page(as_("manager"), f"/workbench/cases/{number}/")


def test_consultations_and_complaints_are_answered_within_scope() -> None:
    asked = consult(
        title="怎样办临时用地",
        text="需要带什么",
        name="测试丙",
        phone="13900000003",
        organisation=LAND,
        division="610924",
        by=SYSTEM,
        at=timezone.now(),
    )
    page(as_("representative"), f"/workbench/matters/{asked}/")
    form = page(as_("representative"), f"/workbench/matters/{asked}/answer/")
    typed = {"version": fields_of(form)["version"], "text": "请带申请书和合同"}
    assert as_("representative").post(f"/workbench/matters/{asked}/answer/", typed).status_code == 302
    filed = complain(
        category="attitude",
        title="态度",
        text="窗口态度不好",
        organisation="610924-gongan",
        division="610924",
        by=SYSTEM,
        at=timezone.now(),
    )
    assert filed in page(as_("manager"), "/workbench/matters/", kind="complaint")
    assert as_("representative").get(f"/workbench/matters/{filed}/").status_code == 403
    assert as_("clerk").get("/workbench/matters/").status_code == 403
    assert as_("manager").get(f"/workbench/matters/{filed}/nonsense/").status_code == 404


def test_a_complaint_is_not_read_by_the_body_complained_of_before_it_is_assigned() -> None:
    filed = complain(
        category="attitude",
        title="态度",
        text="首席代表态度不好",
        organisation=LAND,
        division="610924",
        by=SYSTEM,
        at=timezone.now(),
    )
    client = as_("representative")
    assert filed not in page(client, "/workbench/matters/", kind="complaint")
    assert client.get(f"/workbench/matters/{filed}/").status_code == 403
    assert client.get(f"/workbench/matters/{filed}/accept/").status_code == 403
    assert filed in page(as_("manager"), "/workbench/matters/", kind="complaint")
    page(as_("manager"), f"/workbench/matters/{filed}/")
    for step, more in (("accept", {}), ("assign", {"organisation": "610924-gongan"})):
        form = page(as_("manager"), f"/workbench/matters/{filed}/{step}/")
        typed = {"version": fields_of(form)["version"], "text": "按规定办理", **more}
        answer = as_("manager").post(f"/workbench/matters/{filed}/{step}/", typed)
        assert answer.status_code == 302, text_of(answer)
    assert client.get(f"/workbench/matters/{filed}/").status_code == 403
    registrar = as_("registrar")
    assert filed in page(registrar, "/workbench/matters/", kind="complaint")
    page(registrar, f"/workbench/matters/{filed}/")


# -- staff -----------------------------------------------------------------------------------------------


def test_a_manager_opens_an_account_gives_and_ends_a_role_and_closes_it() -> None:
    client = as_("manager")
    typed = {
        "username": "newclerk",
        "name": "测试新人",
        "employee_number": "T001",
        "place": "610924|610924-guotu||",
        "password": LONG_PASSWORD,
    }
    answer = client.post("/workbench/staff/new/", typed)
    assert answer.status_code == 302, told(text_of(answer))
    person = answer["Location"]
    assert client.post("/workbench/staff/new/", typed).status_code == 422
    assert "测试新人" in page(client, "/workbench/staff/", q="新人")
    role = {"role": "clerk", "place": "610924|610924-guotu||", "valid_from": "2026-01-01"}
    assert client.post(f"{person}roles/", role).status_code == 302
    text = page(client, person)
    assert "窗口人员" in text and "授予岗位" in text
    ending = re.search(r'href="([^"]+/roles/\d+/end/)"', text)
    assert ending
    assert client.post(ending[1], {"last_on": timezone.localdate().isoformat()}).status_code == 302
    assert client.post(f"{person}password/", {"password": "short"}).status_code == 422
    assert client.post(f"{person}edit/", typed | {"name": "测试改名"}).status_code == 302
    assert client.post(f"{person}do/close/").status_code == 302
    assert "已停用" in page(client, "/workbench/staff/", q="改名")
    assert client.post(f"{person}do/nonsense/").status_code == 404


def test_a_manager_gives_nothing_beyond_his_own_area() -> None:
    client = as_("manager")
    clerk = str(User.objects.get(username="clerk").uuid)
    role = {"role": "operator", "place": "610924|||", "valid_from": "2026-01-01"}
    assert client.post(f"/workbench/staff/{clerk}/roles/", role).status_code == 422
    supervisor = str(User.objects.get(username="supervisor").uuid)
    assert client.get(f"/workbench/staff/{supervisor}/").status_code == 404
    assert as_("clerk").get("/workbench/staff/").status_code == 403


# -- items -----------------------------------------------------------------------------------------------


def test_an_item_gets_a_new_version_through_both_approvals() -> None:
    code = item_code(TEMPORARY)
    address = f"/workbench/items/{code}/"
    client = as_("manager")
    form = page(client, f"{address}change/")
    promised = re.search(r'name="promised_amount" value="(\d+)"', form)
    assert promised
    typed = {"promised_amount": promised[1], "visits": "0", "conditions": "一\n二", "reason": "减少跑动"}
    assert client.post(f"{address}change/", typed | {"promised_amount": "90"}).status_code == 422
    answer = client.post(f"{address}change/", typed)
    assert answer.status_code == 302, told(text_of(answer))
    version = re.search(rf"{address}(\d+)/send/", page(client, address))
    assert version
    acts = f"{address}{version[1]}/"
    assert client.post(f"{acts}send/").status_code == 302
    assert client.post(f"{acts}publish/", {"effective_on": "2026-12-01"}).status_code == 422
    assert client.post(f"{acts}approve/", {"role": "staffing"}).status_code == 302
    assert client.post(f"{acts}approve/", {"role": "legal"}).status_code == 422
    assert as_("operator").post(f"{acts}approve/", {"role": "legal"}).status_code == 302
    assert client.post(f"{acts}publish/", {"effective_on": "2026-12-01"}).status_code == 302
    assert "已发布" in page(client, address)


def test_an_item_is_suspended_found_again_and_resumed() -> None:
    code = item_code(WORK)
    client = as_("manager")
    listed = page(client, "/workbench/items/", q=code)
    version = re.search(rf"/workbench/items/{code}/", listed)
    assert version
    acts = re.search(rf"(/workbench/items/{code}/\d+/)suspend/", page(client, f"/workbench/items/{code}/"))
    assert acts
    today = timezone.localdate().isoformat()
    assert client.post(f"{acts[1]}suspend/", {"on": today, "reason": "政策调整"}).status_code == 302
    assert code in page(client, "/workbench/items/", state="suspended")
    assert client.post(f"{acts[1]}resume/", {"on": today}).status_code == 302
    assert as_("clerk").get("/workbench/items/").status_code == 403
    assert client.get(f"/workbench/items/{'1' * 31}/").status_code == 404


def test_centres_are_shown_not_changed() -> None:
    assert "紫阳县蒿坪镇便民服务中心" in page(as_("manager"), "/workbench/centres/")


@pytest.mark.parametrize(
    ("who", "address"),
    [
        ("manager", "/workbench/hall/"),
        ("manager", "/workbench/matters/"),
        ("manager", "/workbench/staff/"),
        ("manager", "/workbench/items/"),
        ("manager", "/workbench/authority/?organisation=610924-guotu"),
        ("clerk", "/workbench/receive/?q=td"),
        ("clerk", "/workbench/"),
    ],
)
def test_lists_cost_a_bounded_number_of_queries(who: str, address: str) -> None:
    client = as_(who)
    page(client, address)
    with CaptureQueriesContext(connection) as asked:
        page(client, address)
    assert len(asked) <= 24, [one["sql"][:120] for one in asked]
