"""The workbench through HTTP: each task allowed and refused, versions that meet, what every page costs."""

import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yichuang.accounts.commands import grant_authority, grant_role
from yichuang.accounts.demonstration import PASSWORD
from yichuang.accounts.models import User
from yichuang.accounts.values import Area, Power, Role
from yichuang.calendar.queries import get_calendar
from yichuang.cases.queries import get_state
from yichuang.catalogue.queries import search_items
from yichuang.kernel.actor import SYSTEM
from yichuang.kernel.identifiers import uscc
from yichuang.kernel.identifiers.resident_number import generate

# Left to SQLite: pages over doors, each of which has tests of its own on every database.
pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.usefixtures("ankang")]

LAND = "610924-guotu"
WORK, REGISTRATION, TEMPORARY = "11001", "11002", "11004"
PERSON = generate(division="610924", born_on=date(1988, 2, 29), sequence=17)
FIRM = uscc.generate(department="9", category="1", division="610924", organisation_body="MA700001")
NAME, PHONE = "测试甲", "13900000001"
# What the form of a registration of land asks for beyond the person.
LAND_FORM = {
    "applicant_type": "natural",
    "answers.source": "allocation",
    "fields.location": "紫阳县蒿坪镇测试村一组",
    "fields.area": "120.5",
    "fields.use": "housing",
}


def as_(name: str, language: str = "zh-hans") -> Client:
    """Return a browser of somebody signed in."""
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(username=name))
    return client


def text_of(answer: HttpResponse) -> str:
    return unescape(answer.content.decode())


def page(client: Client, address: str, status: int = 200, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == status, f"{address}: {answer.status_code} {text_of(answer)[:3000]}"
    return text_of(answer)


def fields_of(markup: str) -> dict[str, str]:
    """Return the hidden fields of a page's forms, as a browser would send them."""
    return dict(re.findall(r'<input type="hidden" name="([\w.-]+)" value="([^"]*)"', markup))


def told(markup: str) -> str:
    """Return the words of the notices of a page: what a form has refused."""
    notices = re.findall(r'<div class="notice[^>]*>(.*?)</div>\s*(?:</div>)?', markup, re.DOTALL)
    return re.sub(r"<[^>]+>|\s+", " ", " ".join(notices))


def item_code(item: str, organisation: str = LAND) -> str:
    rows = search_items(text="", division="610924", department=organisation, limit=100)
    return next(row.implementation_code for row in rows if row.item_code == item)


def choose_first(client: Client, markup: str) -> str:
    """Choose the first handling item of a list; return the address of the form."""
    handling = re.search(r'name="item" value="([0-9A-Z]{33})"', markup)
    assert handling, told(markup)
    answer = client.post("/workbench/receive/start/", {"item": handling[1]})
    assert answer.status_code == 302, told(text_of(answer))
    return str(answer["Location"])


def start(client: Client, item: str = TEMPORARY) -> str:
    """Choose an item and its first handling item; return the address of the form."""
    answer = client.post("/workbench/receive/start/", {"item": item_code(item)})
    return choose_first(client, text_of(answer)) if answer.status_code == 200 else str(answer["Location"])


def slugs(markup: str) -> set[str]:
    """Return the tasks that a page of a case offers."""
    return set(re.findall(r'href="/workbench/cases/\w+/([\w-]+)/"', markup)) - {"files", "rating"}


def filled(markup: str, **changed: str) -> dict[str, str]:
    """Return what a clerk types into the form of an application."""
    typed = {
        "version": fields_of(markup)["version"],
        "applicant.id_type": "111",
        "applicant.id_number": PERSON,
        "applicant.name": NAME,
        "applicant.phone": PHONE,
        "represented.uscc": FIRM,
        "represented.name": "测试有限公司",
        "fields.contact": NAME,
        "fields.contact-phone": PHONE,
        "all_brought": "on",
        "delivery": "window",
        "action": "submit",
    }
    return typed | changed


def receive_as(client: Client, code: str, **changed: str) -> str:
    """Take in an application of a chosen item and return its number."""
    address = client.post("/workbench/receive/start/", {"item": code})
    location = address["Location"] if address.status_code == 302 else choose_first(client, text_of(address))
    answer = client.post(location, filled(page(client, location), **changed))
    assert answer.status_code == 302, told(text_of(answer))
    return str(answer["Location"]).split("/")[-3]


def receive(name: str = "clerk", item: str = TEMPORARY, **changed: str) -> str:
    """Take in an application at the window and return its number."""
    client = as_(name)
    address = start(client, item)
    answer = client.post(address, filled(page(client, address), **changed))
    assert answer.status_code == 302, told(text_of(answer))
    return str(answer["Location"]).split("/")[-3]


def do(who: str, number: str, slug: str, status: int = 302, /, *, at: int | None = None, **typed: object) -> str:
    """Open a task as somebody would, send its form, and return what came back."""
    client = as_(who)
    address = f"/workbench/cases/{number}/{slug}/"
    opened = client.get(address)
    shown = fields_of(text_of(opened)).get("version", "0")
    data = {"version": shown if at is None else str(at), "password": PASSWORD, **typed}
    answer = client.post(address, data)
    assert answer.status_code == status, f"{slug}: {answer.status_code} {told(text_of(answer))}"
    return text_of(answer)


def accepted(item: str = TEMPORARY) -> str:
    number = receive(item=item)
    do("clerk", number, "accept")
    return number


# -- the window ----------------------------------------------------------------------------------------


def test_the_window_finds_an_item_by_the_first_letters_of_its_pinyin() -> None:
    assert "临时用地审批" in page(as_("clerk"), "/workbench/receive/", q="lsyd")


def test_an_application_is_taken_in_and_has_its_number_and_receipt() -> None:
    number = receive()
    state = get_state(number)
    assert (state.organisation, state.county, state.channel) == (LAND, "610924", "window")
    assert state.materials
    text = page(as_("clerk"), f"/workbench/cases/{number}/received/")
    assert number in text and "打印接收回执" in text


def test_the_course_of_a_case_from_the_window_to_the_archive() -> None:
    number = accepted()
    do("approver", number, "agree", opinion="符合条件")
    do("approver", number, "issue", 403, kind="letter", name="临时用地批复", valid_from="2026-11-26")
    do("representative", number, "issue", kind="letter", name="临时用地批复", valid_from="2026-11-26", valid_until="")
    do("clerk", number, "deliver", method="window")
    do("clerk", number, "close", explanation="")
    do("clerk", number, "archive", folder="2026-001")
    assert get_state(number).status == "archived"


# -- the five outcomes -----------------------------------------------------------------------------------


def test_a_supplement_notice_lists_everything_at_once_and_the_supplements_bring_the_case_back() -> None:
    number = receive(all_brought="")
    told_once = page(as_("clerk"), f"/workbench/cases/{number}/supplement/")
    assert re.search(r'value="临时用地申请书"[^>]*checked', told_once)
    do("clerk", number, "supplement", missing=["临时用地申请书"], other="身份证复印件不清楚")
    assert get_state(number).supplement_missing == ("临时用地申请书", "身份证复印件不清楚")
    do("clerk", number, "supplemented", brought=["临时用地申请书"])
    assert get_state(number).status == "supplementing"
    do("clerk", number, "supplemented", brought=["身份证复印件不清楚"])
    assert get_state(number).status == "received"


def test_a_notice_that_lists_nothing_is_refused_and_keeps_what_was_typed() -> None:
    number = receive()
    text = do("clerk", number, "supplement", 422, due_on="2026-12-31")
    assert "请一次列明全部需要补正的内容" in text
    assert 'value="2026-12-31"' in text


def test_an_error_is_corrected_on_the_spot() -> None:
    number = receive()
    do("clerk", number, "correct", note="门牌号由3改为5")
    assert get_state(number).status == "received"


@pytest.mark.parametrize(
    ("slug", "typed"),
    [
        ("not-needed", {"reason": "该用地不需要审批"}),
        ("not-competent", {"reason": "属于林业部门职权", "organ": "紫阳县林业局"}),
    ],
)
def test_acceptance_is_refused_with_its_paper(slug: str, typed: dict[str, str]) -> None:
    number = receive()
    do("clerk", number, slug, **typed)
    assert get_state(number).result == "not-accepted"
    assert "不予受理通知书" in page(as_("clerk"), f"/workbench/cases/{number}/")


def test_a_refusal_of_acceptance_without_the_competent_organ_is_refused() -> None:
    number = receive()
    assert "有权办理的机关" in do("clerk", number, "not-competent", 422, reason="不归我们办")


def test_tolerance_offers_no_key_material_and_keeps_to_its_dates() -> None:
    number = receive(all_brought="")
    text = page(as_("clerk"), f"/workbench/cases/{number}/accept/")
    assert 'name="tolerated" value="土地复垦方案"' in text
    assert 'name="tolerated" value="临时用地申请书"' not in text
    refused = do("clerk", number, "accept", 422, tolerated=["土地复垦方案"])
    assert "容缺受理须写明补交期限" in refused
    late = do("clerk", number, "accept", 422, tolerated=["土地复垦方案"], tolerated_until="2027-06-30")
    assert "20" in told(late)
    assert re.search(r'value="土地复垦方案"[^>]*checked', late)
    until = get_calendar().add(timezone.localdate(), 3)
    do("clerk", number, "accept", tolerated=["土地复垦方案"], tolerated_until=until.isoformat())
    assert get_state(number).tolerated == ("土地复垦方案",)
    assert "土地复垦方案" in told(do("approver", number, "agree", 422, opinion="同意"))
    do("clerk", number, "tolerated", materials=["土地复垦方案"])
    do("approver", number, "agree", opinion="同意")


def test_an_on_the_spot_matter_is_finished_at_once_and_invites_to_rate() -> None:
    row = next(
        row
        for row in search_items(text="", division="610924", limit=500)
        if row.kind == "on-the-spot" and row.organisation_code.startswith("610924-")
    )
    representative = User.objects.get(username="representative")
    area = Area("610924", row.organisation_code)
    grant_role(user=representative, role=Role.CHIEF_REPRESENTATIVE, area=area, valid_from=date(2026, 1, 1))
    for power in (Power.RECEIVE, Power.REVIEW, Power.DECIDE, Power.SEAL):
        grant_authority(
            holder=str(representative.uuid),
            organisation=row.organisation_code,
            item=row.item_code,
            power=power,
            valid_from=date(2026, 1, 1),
            valid_until=None,
            document="测试授〔2026〕1号",
            by=SYSTEM,
            at=timezone.now(),
        )
    client = as_("representative")
    number = receive_as(client, row.implementation_code)
    assert "当场办结" in page(client, f"/workbench/cases/{number}/received/")
    shown = fields_of(page(client, f"/workbench/cases/{number}/finish/"))
    typed = {"version": shown["version"], "opinion": "符合条件", "result_name": "", "password": PASSWORD}
    answer = client.post(f"/workbench/cases/{number}/finish/", typed)
    assert answer.status_code == 302, told(text_of(answer))
    assert answer["Location"].endswith("/rating/")
    assert get_state(number).status == "closed"
    assert "<svg" in page(client, answer["Location"])
    again = client.post(f"/workbench/cases/{number}/finish/", typed)
    assert again.status_code == 302 and again["Location"] == f"/workbench/cases/{number}/"


# -- the town --------------------------------------------------------------------------------------------


def test_a_town_receives_for_the_county_sends_the_papers_and_hands_out_the_result() -> None:
    number = receive("townclerk", item=REGISTRATION, **LAND_FORM)
    state = get_state(number)
    assert (state.organisation, state.receiving_division, state.centre) == (LAND, "610924101", "610924101-hall")
    do("townclerk", number, "accept")
    do("townclerk", number, "move", to_centre="610924-centre", materials=["土地登记申请书"], carrier="陈镇办", note="")
    assert "物料流转凭证" in page(as_("townclerk"), f"/workbench/cases/{number}/")
    do("approver", number, "agree", opinion="同意登记")
    do("representative", number, "issue", kind="certificate", name="国有土地使用证", valid_from="2026-11-26")
    do("townclerk", number, "deliver", method="window")
    assert get_state(number).status == "delivered"


def test_a_town_does_not_see_what_others_received() -> None:
    number = receive()
    page(as_("townclerk"), f"/workbench/cases/{number}/", 404)


# -- review and decision ---------------------------------------------------------------------------------


def test_a_refusal_needs_reasons_and_begins_with_the_remedies() -> None:
    number = accepted()
    assert "行政复议" in page(as_("approver"), f"/workbench/cases/{number}/refuse/")
    assert "不予许可的理由" in do("approver", number, "refuse", 422, remedies="可以复议", reason="")
    do("approver", number, "refuse", reason="不符合土地利用总体规划", remedies="可以在六十日内申请行政复议")
    assert get_state(number).refused


def test_a_consulted_department_answers_without_seeing_personal_data() -> None:
    number = accepted()
    page(as_("consulted"), f"/workbench/cases/{number}/", 404)
    do("approver", number, "consult", organisation="610924-zhujian", question="是否符合规划")
    assert number in page(as_("consulted"), "/workbench/todo/", kind="asked")
    text = page(as_("consulted"), f"/workbench/cases/{number}/")
    assert "答复征求意见" in text and PERSON not in text and PHONE not in text
    page(as_("consulted"), f"/workbench/cases/{number}/papers/acceptance/3.pdf", 404)
    do("consulted", number, "answer", organisation="610924-zhujian", agreed="no", answer="不符合专项规划第三条")
    assert get_state(number).consultations[0].agreed is False
    page(as_("consulted"), f"/workbench/cases/{number}/", 404)


def test_a_special_procedure_stops_and_starts_the_clock() -> None:
    number = accepted(WORK)
    do("approver", number, "special", procedure="expert-review", expected_days="10", reason="需要专家论证")
    assert get_state(number).status == "suspended"
    assert "agree" not in slugs(page(as_("approver"), f"/workbench/cases/{number}/"))
    do("approver", number, "special-end", result="专家同意")
    assert get_state(number).status == "accepted"


def test_an_extension_is_approved_by_somebody_who_may_decide() -> None:
    number = accepted()
    do("approver", number, "extend", days="5", reason="情况复杂", approved_by="钱审批（演示）")
    assert get_state(number).extension_days == 5
    assert "法律只允许延期一次" in do(
        "approver", number, "extend", 422, days="5", reason="再", approved_by="钱审批（演示）"
    )


def test_the_b_post_takes_over() -> None:
    number = accepted()
    other = str(User.objects.get(username="approver2").uuid)
    do("approver", number, "hand-over", to=other, reason="外出开会")
    assert get_state(number).handler == other
    assert number in page(as_("approver2"), "/workbench/todo/", kind="decide", who="mine")
    assert number not in page(as_("approver"), "/workbench/todo/", kind="decide", who="mine")


def test_steps_are_given_out_and_finished_with_an_opinion() -> None:
    number = accepted()
    do("approver", number, "step-start", step="现场踏勘", officer="")
    do("approver", number, "step", step="现场踏勘", action="pass", opinion="现场与申请一致")
    assert get_state(number).steps[-1].opinion == "现场与申请一致"


def test_a_case_is_forwarded_or_voided_or_withdrawn() -> None:
    number = accepted()
    do("approver", number, "forward", to_organisation="安康市国土资源局", reason="属于市级权限")
    assert get_state(number).result == "forwarded"
    number = accepted()
    do("clerk", number, "withdraw", reason="申请人改变计划")
    assert get_state(number).result == "returned"
    number = accepted()
    do("approver", number, "void", result="void", reason="重复录入")
    assert get_state(number).status == "voided"


def test_agent_green_channel_and_joint_review_on_site() -> None:
    number = accepted()
    agent = str(User.objects.get(username="agent").uuid)
    do("manager", number, "agent", agent=agent, note="企业不熟悉流程")
    do("manager", number, "green", reason="重点项目", approved_by="孙主任")
    people = "国土局 钱某\n住建局 冯某"
    do("manager", number, "site-review", 422, on="2026-11-26", participants="一人", minutes="记录", conclusion="同意")
    today = timezone.localdate().isoformat()
    do("manager", number, "site-review", on=today, participants=people, minutes="现场平整", conclusion="同意")
    state = get_state(number)
    assert (state.agent, state.green, state.reviews[0].conclusion) == (agent, "重点项目", "同意")
    assert "绿色通道" in page(as_("approver"), "/workbench/todo/", kind="decide")


def test_a_fee_is_asked_for_and_paid() -> None:
    number = receive(item=REGISTRATION, **LAND_FORM)
    do("clerk", number, "accept")
    do("clerk", number, "charge", name="国有土地使用权登记", amount="80")
    do("clerk", number, "paid", name="国有土地使用权登记", receipt_number="P-1")
    assert get_state(number).fees[0].receipt_number == "P-1"


# -- who may not -----------------------------------------------------------------------------------------


def test_what_is_not_authorised_is_shown_before_one_tries_and_refused_with_who_may() -> None:
    number = accepted(WORK)
    text = page(as_("approver2"), f"/workbench/cases/{number}/")
    assert "agree" not in slugs(text)
    assert "未授权给您；可以办的有：钱审批（演示）" in text
    form = page(as_("approver2"), f"/workbench/cases/{number}/agree/")
    assert re.search(r'type="submit"[^>]*disabled', form)
    refused = do("approver2", number, "agree", 422, opinion="同意")
    assert "钱审批（演示）" in told(refused)
    assert get_state(number).status == "accepted"


@pytest.mark.parametrize("who", ["approver", "manager", "supervisor", "consulted", "editor", "operator"])
def test_a_post_that_does_not_cover_it_does_not_receive(who: str) -> None:
    number = receive()
    assert as_(who).get("/workbench/receive/").status_code == 403
    assert as_(who).post(f"/workbench/cases/{number}/accept/", {"version": "2"}).status_code in (403, 404)
    assert get_state(number).status == "received"


def test_a_clerk_is_not_offered_what_only_an_approver_decides() -> None:
    number = accepted()
    assert not {"agree", "refuse", "extend"} & slugs(page(as_("clerk"), f"/workbench/cases/{number}/"))
    assert (
        as_("clerk").post(f"/workbench/cases/{number}/agree/", {"version": "3", "opinion": "同意"}).status_code == 403
    )


def test_a_task_that_the_state_does_not_allow_says_so_and_what_is_possible() -> None:
    number = receive()
    text = page(as_("approver"), f"/workbench/cases/{number}/agree/")
    assert "办件现在的状态是“已收件”" in text
    assert "disabled" in text
    assert "尚未受理" in told(do("approver", number, "agree", 422, opinion="同意"))


def test_deciding_asks_for_the_password_again_and_refuses_a_wrong_one() -> None:
    number = accepted()
    client = as_("approver")
    address = f"/workbench/cases/{number}/agree/"
    asked = page(client, address)
    shown = fields_of(asked)
    label = re.search(r'for="id_password">(.*?)</label>', asked, re.DOTALL)
    assert label and "选填" not in label[1]
    assert "id_password" in text_of(client.post(address, {"version": shown["version"], "opinion": "同意"}))
    wrong = client.post(address, {"version": shown["version"], "opinion": "同意意见原文", "password": "wrong"})
    assert wrong.status_code == 422
    text = text_of(wrong)
    assert "密码或验证码不正确" in text and "同意意见原文" in text and "wrong" not in text
    assert get_state(number).status == "accepted"
    right = client.post(address, {"version": shown["version"], "opinion": "同意", "password": PASSWORD})
    assert right.status_code == 302
    another = accepted()
    assert 'name="password"' not in page(client, f"/workbench/cases/{another}/agree/")


# -- two at one case -------------------------------------------------------------------------------------


def test_the_second_of_two_is_told_what_changed_by_whom_and_loses_nothing() -> None:
    number = accepted()
    seen = get_state(number).version
    do("approver2", number, "step", step="审核", action="pass", opinion="王审批的意见")
    text = do("approver", number, "consult", 409, at=seen, organisation="610924-zhujian", question="我写了很久的问题")
    assert "王审批（演示）" in text and "王审批的意见" in text
    assert "我写了很久的问题" in text
    renewed = fields_of(text)["version"]
    assert int(renewed) == get_state(number).version
    do("approver", number, "consult", at=int(renewed), organisation="610924-zhujian", question="我写了很久的问题")
    assert len(get_state(number).consultations) == 1


def test_the_second_finds_his_task_impossible_and_still_loses_nothing() -> None:
    number = accepted()
    seen = get_state(number).version
    do("representative", number, "refuse", reason="不符合规划", remedies="可以复议")
    text = do("approver", number, "agree", 409, at=seen, opinion="我写了很久的意见")
    assert "郑首席（演示）" in text and "我写了很久的意见" in text and "不予许可" in text
    assert get_state(number).refused


def test_a_double_click_does_the_act_once() -> None:
    number = accepted()
    seen = get_state(number).version
    client = as_("approver")
    typed = {"version": str(seen), "opinion": "同意", "password": PASSWORD}
    first = client.post(f"/workbench/cases/{number}/agree/", typed)
    second = client.post(f"/workbench/cases/{number}/agree/", typed)
    assert (first.status_code, second.status_code) == (302, 302)
    assert "没有重复提交" in page(client, second["Location"])
    assert get_state(number).version == seen + 1


def test_an_application_sent_twice_is_one_case() -> None:
    client = as_("clerk")
    address = start(client)
    typed = filled(page(client, address))
    first, second = client.post(address, typed), client.post(address, typed)
    assert first["Location"] == second["Location"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_open_task_is_shown_in_both_languages(language: str) -> None:
    for number, who in ((receive(), "clerk"), (accepted(), "approver")):
        client = as_(who, language)
        for slug in slugs(page(client, f"/workbench/cases/{number}/")):
            page(client, f"/workbench/cases/{number}/{slug}/")


def test_pages_of_a_case_cost_the_same_however_long_its_history() -> None:
    short, long = accepted(), accepted()
    for place in range(4):
        do("approver", long, "step", step="审核", action="pass", opinion=f"意见{place}")
    costs = []
    for number in (short, long):
        client = as_("approver")
        page(client, f"/workbench/cases/{number}/")
        with CaptureQueriesContext(connection) as asked:
            page(client, f"/workbench/cases/{number}/")
        costs.append(len(asked))
    assert costs[0] == costs[1]
    assert costs[0] <= 40
