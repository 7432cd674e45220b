"""What a half-year of cases cannot hold: violations planted in lists, feeds, complaints and registers are found."""

from collections import defaultdict
from datetime import date, datetime, time
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from tests.factories import feedback as public
from tests.factories.filings import file, filing
from tests.factories.stories import china
from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import CHINA
from yichuang.cases.domain import acts as a
from yichuang.cases.values import Filing
from yichuang.catalogue.commands import cancel_item
from yichuang.catalogue.models import CatalogueItem, ImplementationItem
from yichuang.catalogue.queries import list_gaps, list_offers
from yichuang.exchange.models import ExchangeBatch, QuarantinedRecord
from yichuang.exchange.values import QuarantineState
from yichuang.feedback.values import Step
from yichuang.halls import commands as halls
from yichuang.kernel.actor import Actor, ActorKind
from yichuang.supervision import commands, queries
from yichuang.supervision.domain.schemes import PACKAGED
from yichuang.supervision.models import Lead
from yichuang.supervision.values import CallbackState, Verdict

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.usefixtures("ankang")]

# The last working day before the National Day holiday; the factory of feedback speaks on Monday the 21st.
AT = datetime(2026, 9, 30, 23, 0, tzinfo=CHINA)
BY = Actor(id="supervisor-1", name="李监察", division="610900")
LAND, RIGHTS = "610924-guotu", "11002"
Found = dict[str, set[str]]
CHOSEN_B = """chosen:
  - division: "610924"
    scheme: B
    from: 2015-01-01
    until: null
    note: {zh: 紫阳县, en: Ziyang county}
    citation: 虚构
    mark: K
"""


def found_at(at: datetime = AT) -> Found:
    """Return what is found, by rule: keys of rows."""
    found: Found = defaultdict(set)
    for row in queries.list_found(at=at):
        found[row.rule].add(row.key)
    return found


def of(relation: str, found: Found) -> Found:
    """Return what the rules of one relation found."""
    rules = {rule.id for rule in queries.get_rules().of(relation)}
    return {rule: keys for rule, keys in found.items() if rule in rules}


def granted(
    key: str,
    *,
    on: str,
    decided: str = "",
    item: str = RIGHTS,
    organisation: str = LAND,
    decider: str = "",
    number: str = "",
) -> Filing:
    """Return a case taken in and accepted on a day; with `decided` granted, delivered and closed on another."""
    division = organisation.partition("-")[0]
    receive = a.Receive(item=item, organisation=organisation, division=division, centre=f"{division}-centre")
    told: list[tuple[a.Act, str]] = [(receive, f"{on}T10:00"), (a.Accept(), f"{on}T10:20")]
    if decided:
        told += [
            (a.Grant(decider=decider or "孙长", document_number=f"准{key}"), f"{decided}T10:00"),
            (a.IssueCertificate(name="证", certificate_number=number or f"C-{key}"), f"{decided}T10:20"),
            (a.Deliver(), f"{decided}T11:00"),
            (a.Close(), f"{decided}T11:10"),
        ]
    return filing(key, told)


def numbers(*filings: Filing) -> list[str]:
    """File cases and return their numbers."""
    filed = file(filings, now=china("2026-09-30"))
    assert [one.refusal for one in filed if one.refusal] == []
    return [one.number for one in filed]


# --- cases that need a list or the day ------------------------------------------------------------------------------


def test_who_decides_without_standing_on_the_published_list_is_found() -> None:
    outside, listed = numbers(
        granted("a", on="2026-09-21", decided="2026-09-22", decider="过路人"),
        granted("b", on="2026-09-21", decided="2026-09-22", decider="钱审批（演示）"),
    )
    found = of("cases", found_at())
    assert found == {"decider-outside-authority": {outside}}
    assert listed not in found["decider-outside-authority"]


def test_what_is_nearly_due_is_reminded_and_under_scheme_a_yellow() -> None:
    (number,) = numbers(granted("a", on="2026-09-16"))
    near = of("cases", found_at(datetime(2026, 9, 29, 9, tzinfo=CHINA)))
    due = of("cases", found_at())
    assert near == due == {"promised-near-due": {number}, "promise-ninety-percent": {number}}


def test_a_county_of_scheme_b_gets_its_red_card_when_the_supervision_period_has_passed_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = PACKAGED.read_text().replace("chosen:\n", CHOSEN_B, 1)
    (tmp_path / "supervision").mkdir()
    (tmp_path / "supervision" / "schemes.yaml").write_text(own)
    over, within = numbers(granted("a", on="2026-08-03"), granted("b", on="2026-09-14"))
    found = of("cases", found_at())
    assert found["promised-overdue"] == {over, within}
    assert "not-corrected-in-time" not in found
    monkeypatch.setenv("YICHUANG_LAW_DIR", str(tmp_path))
    assert of("cases", found_at())["not-corrected-in-time"] == {over}


# --- complaints -----------------------------------------------------------------------------------------------------


def test_every_deadline_of_the_public_is_watched() -> None:
    asked = public.ask()
    public.step(public.ask(owner="b", phone="13900000002"), Step.ANSWER, "请带身份证。", days=3)
    undecided = public.complain()
    overdue = public.complain(owner="c", phone="13900000003", at=public.later(-40))
    public.step(overdue, Step.ACCEPT, by=public.MANAGER, days=-39)
    public.step(overdue, Step.ASSIGN, by=public.MANAGER, days=-39, organisation=LAND)
    untold = public.complain(owner="d", phone="13900000004", at=public.later(-14))
    public.step(untold, Step.ACCEPT, by=public.MANAGER, days=-13)
    public.step(untold, Step.ASSIGN, by=public.MANAGER, days=-13, organisation=LAND)
    public.step(untold, Step.FIND_PROVEN, days=-5)
    public.step(untold, Step.REPLY, days=-4)
    late, uncalled = public.bad(), public.bad(case="61092420260901000029", at=china("2026-09-25"))
    public.step(late, Step.CONTACT)
    found = of("feedback", found_at())
    assert found == {
        "consultation-overdue": {asked},
        "complaint-decision-late": {undecided},
        "complaint-overdue": {overdue},
        "complaint-result-not-told": {untold},
        "bad-rating-overdue": {late},
        "bad-rating-not-contacted": {uncalled},
    }


# --- lists ----------------------------------------------------------------------------------------------------------


def test_what_the_lists_and_the_centre_say_of_an_item_is_held_together() -> None:
    code = CatalogueItem.objects.filter(item_code=RIGHTS).order_by("-version").values_list("code", flat=True)[0]
    cancel_item(code=code, on=date(2026, 9, 1), reason="国务院决定取消", by=BY, at=china("2026-09-01"))
    numbers(granted("a", on="2026-09-21", decided="2026-09-22", decider="钱审批（演示）"))
    # Neither the door nor the table takes such a promise; the rule is for lists that were kept elsewhere.
    slow = ImplementationItem.objects.filter(organisation_code=LAND, item_code="11004")
    with pytest.raises(IntegrityError), transaction.atomic():
        slow.update(
            promised_amount=99, promised_unit="working-days", statutory_amount=20, statutory_unit="working-days"
        )
    found = of("items", found_at())
    offers = list_offers(on=AT.date())
    offered = {f"{one.organisation_code}|{one.item_code}" for one in offers if one.item_code == RIGHTS}
    assert found["cancelled-item-used"] == {f"{LAND}|{RIGHTS}"}
    assert found["cancelled-item-standing"] == offered - {f"{LAND}|{RIGHTS}"}
    assert "item-promise-over-statutory" not in found
    gaps = {
        f"{gap.organisation_code}|{gap.item_code}"
        for division in {one.division for one in offers}
        for gap in list_gaps(division=division, on=AT.date())
    }
    entered = {
        f"{one.organisation_code}|{one.item_code}" for one in offers if any(entries for _, entries in one.handling)
    }
    assert gaps - entered == found["item-never-entered"]
    assert f"{LAND}|{RIGHTS}" not in found["item-zero-volume"]
    assert found["item-zero-volume"] <= entered - offered


# --- feeds ----------------------------------------------------------------------------------------------------------


def report(source: str, *days: str, waiting: int = 0) -> None:
    """Let a source report on some days, and some of its records wait."""
    for day in days:
        batch = ExchangeBatch.objects.create(
            source=source, file="f", file_digest="0" * 64, encoding="utf-8", mapping="m", mapping_text="",
            started_at=china(day), finished_at=china(day), by_id="i", by_name="对接员",
        )  # fmt: skip
    for place in range(waiting):
        QuarantinedRecord.objects.create(
            batch=batch, source=source, row=place, identity=f"{source}-{place}", original="", record="{}", faults="[]",
            state=QuarantineState.WAITING, created_at=china(day), updated_at=china(day),
        )  # fmt: skip


def test_a_feed_that_is_late_silent_incomplete_or_stuck_is_found() -> None:
    report("late", "2026-09-23", "2026-09-24", "2026-09-27")
    report("silent", "2026-09-01", "2026-09-02", "2026-09-03")
    report("regular", "2026-09-28", "2026-09-29", "2026-09-30")
    report("stuck", "2026-09-28", "2026-09-29", "2026-09-30", waiting=3)
    told = granted("a", on="2026-09-21", decided="2026-09-22", decider="钱审批（演示）")
    nameless = granted("b", on="2026-09-21", decided="2026-09-22", decider=" ")
    for one, key in ((told, "full"), (nameless, "empty")):
        numbers(Filing(f"lacking-{key}", one.source_key, one.applicant, one.history))
    found = of("feeds", found_at())
    assert found == {
        "feed-late": {"late"},
        "feed-silent": {"silent"},
        "feed-incomplete": {"lacking-empty"},
        "quarantine-piling-up": {"stuck"},
    }


# --- visits, call-backs ---------------------------------------------------------------------------------------------


def test_many_visitors_and_hardly_a_case_are_found() -> None:
    centre, on = "610924-centre", date(2026, 9, 22)
    starts = [(owner, time(9, 0) if owner < 6 else time(9, 30)) for owner in range(12)]
    for owner, start in starts:
        booked = halls.book(
            centre=centre, on=on, start=start, name="陈晓演", phone=f"139000000{owner:02d}", owner=f"owner-{owner}",
            by=Actor(id=f"owner-{owner}", name="陈晓演", kind=ActorKind.APPLICANT), at=public.NOW,
        )  # fmt: skip
        halls.mark_arrived(
            code=booked.code, by=public.MANAGER, at=datetime.combine(on, start, CHINA).replace(minute=start.minute + 5)
        )
    assert of("visits", found_at()) == {"visits-without-cases": {f"{centre}|{on.isoformat()}"}}
    numbers(*(granted(str(place), on="2026-09-22") for place in range(3)))
    assert of("visits", found_at()) == {}


def test_a_call_back_that_contradicts_the_record_and_one_that_nobody_made_are_found() -> None:
    numbers(
        *(granted(str(place), on="2026-09-01", decided="2026-09-08", decider="钱审批（演示）") for place in range(3))
    )
    drawn = commands.draw_callbacks(on=date(2026, 9, 21), per_county=3, seed=1, by=BY, at=public.NOW)
    wrong, right, uncalled = drawn
    for number, agrees in ((wrong, False), (right, True)):
        commands.record_callback(
            number=number, state=CallbackState.DONE, place_agrees=True, date_agrees=agrees, visits_agree=True,
            fees_agree=True, by=BY, at=public.later(1),
        )  # fmt: skip
    assert of("callbacks", found_at()) == {"callback-contradicts": {wrong}, "callback-not-made": {uncalled}}


# --- registers ------------------------------------------------------------------------------------------------------

HEAD = "登记序号,许可证编号,持证人,身份证号,决定日期,公示日期\n"
MINING = "11005"
# The land bureaus were merged into others in the spring of 2019; by then decisions were published within seven days.
THEN = datetime(2019, 2, 28, 18, 0, tzinfo=CHINA)


@pytest.fixture
def registers(tmp_path: Path) -> dict[str, str]:
    """Two lists of the land bureau: mining rights, which the centre knows nothing of, and land rights."""
    serials = [number for number in range(1, 14) if number != 5]
    rows = [f"{n},采许〔2019〕{n}号,外人{n},,2019-01-{n + 1:02d},2019-01-{n + 3:02d}\n" for n in serials]
    # One is published on the eleventh working day.
    rows[0] = rows[0].replace("2019-01-04", "2019-01-17")
    (tmp_path / "mining.csv").write_text(HEAD + "".join(rows))
    inside, missing = numbers(
        granted("a", on="2019-01-02", decided="2019-01-08", decider="孙长", number="紫国用（2019）第4001号"),
        granted("b", on="2019-01-03", decided="2019-01-10", decider="孙长", number="紫国用（2019）第4002号"),
    )
    (tmp_path / "rights.csv").write_text(
        HEAD
        + "1,紫国用（2019）第4001号,王试,,2019-01-08,2019-01-10\n"
        + "2,紫国用（2019）第701号,外乡人甲,,2019-01-11,2019-01-14\n"
        + "3,紫国用（2019）第702号,外乡人乙,,2019-01-14,2019-01-16\n"
    )
    for register, item in (("mining", MINING), ("rights", RIGHTS)):
        mapping = tmp_path / f"{register}.yaml"
        mapping.write_text(f'title: 登记\nkind: licences\ncounty: "610924"\norganisation: {LAND}\nitem: "{item}"\n')
        file = tmp_path / f"{register}.csv"
        result = commands.import_register(file=file, register=register, mapping=mapping, by=BY, at=THEN)
        assert result.faults == []
    commands.link_registers(as_of=THEN.date(), by=BY, at=THEN)
    return {"inside": inside, "missing": missing}


def keys(*entries: str, register: str = "mining") -> set[str]:
    """Return the keys of entries by their serial numbers."""
    rows = Lead.objects.filter(entry__register__code=register).select_related("entry")
    return {f"{register}|{lead.entry.identity}" for lead in rows if lead.entry.document_number.rstrip("号") in entries}


def test_what_departments_keep_for_themselves_is_held_against_the_centre(registers: dict[str, str]) -> None:
    found = found_at(THEN)
    all_mining = {f"mining|{lead.entry.identity}" for lead in Lead.objects.filter(entry__register__code="mining")}
    outside_rights = keys("紫国用（2019）第701", "紫国用（2019）第702", register="rights")
    assert len(all_mining) == 12
    assert len(outside_rights) == 2
    assert of("registers", found) == {
        "outside-lead": all_mining,
        "double-track-lead": outside_rights,
        "publicity-late": keys("采许〔2019〕1"),
    }
    assert of("series", found) == {"number-series-gap": {key for key in found["number-series-gap"] if "mining" in key}}
    assert len(found["number-series-gap"]) == 1
    assert of("volumes", found) == {"centre-volume-low": {f"{LAND}|{MINING}|201901"}}
    (key,) = found["result-not-in-register"]
    assert key.endswith(registers["missing"])

    for lead in Lead.objects.filter(entry__document_number__in=("采许〔2019〕2号", "紫国用（2019）第701号")):
        commands.review_lead(lead=lead.pk, verdict=Verdict.CONFIRMED, reason="当事人在科室办理", by=BY, at=THEN)
    after = of("registers", found_at(THEN))
    assert after["outside-confirmed"] == keys("采许〔2019〕2")
    assert after["double-track-confirmed"] == keys("紫国用（2019）第701", register="rights")
    assert after["outside-lead"] == all_mining - keys("采许〔2019〕2")
    assert after["double-track-lead"] == keys("紫国用（2019）第702", register="rights")


def test_every_rule_is_planted_somewhere() -> None:
    here = "".join(path.read_text() for path in Path(__file__).parent.glob("test_planted*.py"))
    data = (Path(__file__).parents[2] / "src/yichuang/scenario/data/ankang-violations.yaml").read_text()
    unplanted = {rule.id for rule in queries.get_rules().rules if rule.id not in here and rule.id not in data}
    assert unplanted == set()
    assert get_calendar().is_working_day(AT.date())
