"""The register of certificates: numbers without gaps, one certificate a case and name, proofs, revocation."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.factories.at_once import asked, at_once, on_disk
from tests.factories.people import CLERK
from tests.unit.papers.samples import COMPANY, RESIDENT, text_of
from yichuang.certificates import commands, queries
from yichuang.certificates.models import Certificate, CertificateName, Serial
from yichuang.certificates.numbering import sign_of
from yichuang.certificates.values import (
    AlreadyRevoked,
    CertificateIncomplete,
    CertificateKind,
    CertificateNotFound,
    CertificateNotProven,
    CertificateRow,
    CertificateStatus,
    CertificateTooLong,
    DocumentKindUnknown,
    RevocationWithoutReason,
    ValidityReversed,
)
from yichuang.documents import DocumentNumber
from yichuang.kernel.actor import SYSTEM
from yichuang.kernel.identifiers import certificate_identifier
from yichuang.papers.values import PaperKind
from yichuang.regions.commands import BUNDLED, load_regions
from yichuang.regions.queries import list_organisations
from yichuang.regions.values import OrganisationNotKnown

AT = datetime(2026, 3, 2, 2, tzinfo=UTC)
ON = date(2026, 3, 2)


def issue(case: str = "case-1", **changes: Any) -> CertificateRow:
    fields: dict[str, Any] = {
        "case_number": case,
        "kind": "certificate",
        "name": "林木采伐许可证",
        "organisation": "610924-linye",
        "organisation_name": "紫阳县林业局",
        "division": "610924",
        "item": "02001",
        "holder_name": "王小明",
        "holder_id_type": "111",
        "holder_id": RESIDENT,
        "statements": (("采伐树种", "杉木"), ("采伐蓄积", "12立方米")),
        "valid_from": ON,
        "valid_until": date(2027, 3, 1),
        "by": CLERK,
        "at": AT,
    }
    return commands.issue(**{**fields, **changes})


@pytest.mark.django_db
@pytest.mark.usefixtures("all_places")
class TestIssuing:
    def test_numbers_count_without_gap_by_organisation_name_and_year(self) -> None:
        numbers = [issue(f"case-{n}").number for n in (1, 2)]
        transport = issue("case-3", name="木材运输证").number
        later = issue("case-4", at=datetime(2027, 1, 4, 2, tzinfo=UTC), valid_until=None).number
        assert numbers == ["紫林业林木证字〔2026〕1号", "紫林业林木证字〔2026〕2号"]
        assert (transport, later) == ("紫林业木材证字〔2026〕1号", "紫林业林木证字〔2027〕1号")

    def test_names_that_begin_alike_get_words_of_their_own(self) -> None:
        words = [issue(f"case-{n}", name=name).number.partition("证字")[0] for n, name in enumerate(
            ("林木采伐许可证", "林木运输许可证", "林木许可证", "许可证", "证书", "🌲"))]  # fmt: skip
        assert words == ["紫林业林木", "紫林业林木运", "紫林业林木3", "紫林业", "紫林业5", "紫林业6"]
        assert len(set(CertificateName.objects.values_list("word", flat=True))) == 6

    def test_a_letter_of_approval_is_numbered_apart(self) -> None:
        assert issue(kind="letter", name="关于林地使用的批复").number == "紫林业关于准字〔2026〕1号"

    def test_the_same_case_and_name_gives_the_same_certificate_and_spends_no_number(self) -> None:
        assert issue() == issue()
        assert issue("case-2").number.endswith("2号")

    def test_a_certificate_that_falls_back_leaves_no_gap(self) -> None:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            issue()
            raise ZeroDivisionError
        assert issue().number.endswith("〔2026〕1号")

    def test_the_identifier_follows_the_standard_and_names_issuer_year_and_serial(self) -> None:
        parts = certificate_identifier.parse(issue().identifier)
        assert parts.issuer.code == "11610924YC54992008"
        assert (parts.certificate_type[-3:], parts.serial, parts.version) == ("001", "20260000001", "001")

    @pytest.mark.parametrize(
        ("changes", "refusal"),
        [
            ({"name": "  "}, CertificateIncomplete),
            ({"holder_name": ""}, CertificateIncomplete),
            ({"holder_name": "长" * 201}, CertificateTooLong),
            ({"statements": (("事项", "长" * 3000),)}, CertificateTooLong),
            ({"statements": (("a", "b"),) * 41}, CertificateTooLong),
            ({"valid_until": date(2026, 3, 1)}, ValidityReversed),
            ({"organisation": "610924-nobody"}, OrganisationNotKnown),
        ],
    )
    def test_what_cannot_be_certified_is_refused_and_spends_no_number(
        self, changes: dict[str, Any], refusal: type[Exception]
    ) -> None:
        with pytest.raises(refusal):
            issue(**changes)
        assert not Certificate.objects.exists()
        assert issue("case-9").number.endswith("〔2026〕1号")

    def test_every_holder_finds_what_he_holds(self) -> None:
        mine, firms = issue(), issue("case-2", holder_name="茶业公司", holder_id_type="001", holder_id=COMPANY)
        ended = issue("case-3", valid_until=ON)
        assert queries.list_held(holder_id=RESIDENT) == (ended, mine)
        assert queries.list_held(holder_id=RESIDENT, on=date(2026, 3, 3)) == (mine,)
        assert queries.list_held(holder_id=COMPANY) == (firms,)
        assert queries.list_held(holder_id="") == ()

    def test_a_certificate_is_found_by_number_identifier_and_case(self) -> None:
        row = issue()
        assert queries.get_certificate(row.number) == row
        assert queries.find_by_identifier(row.identifier) == row
        assert queries.find_by_case("case-1") == row
        assert queries.list_by_case("case-1") == (row,)
        assert queries.find_by_case("other") is None
        with pytest.raises(CertificateNotFound):
            queries.get_certificate("紫林业林木证字〔2026〕99号")


@pytest.mark.django_db
@pytest.mark.usefixtures("all_places")
class TestProvingAndRevoking:
    def test_the_public_reads_a_masked_holder(self) -> None:
        row = issue()
        proof = queries.verify_certificate(f" {row.code.upper()} ", on=ON)
        assert (proof.number, proof.name, proof.organisation_name) == (row.number, "林木采伐许可证", "紫阳县林业局")
        assert (proof.holder, proof.holder_id[4:14]) == ("王**", "*" * 10)
        assert proof.in_force

    def test_a_companys_name_and_code_are_public(self) -> None:
        row = issue(holder_name="茶业公司", holder_id_type="001", holder_id=COMPANY)
        proof = queries.verify_certificate(row.code, on=ON)
        assert (proof.holder, proof.holder_id) == ("茶业公司", COMPANY)

    def test_a_wrong_short_or_empty_code_proves_nothing(self) -> None:
        code = issue().code
        for wrong in ("", code[:-1], code[:-1] + ("0" if code[-1] != "0" else "1"), code.partition("-")[0], "x" + code):
            with pytest.raises(CertificateNotProven):
                queries.verify_certificate(wrong, on=ON)

    def test_a_row_changed_past_the_commands_is_not_borne_out(self) -> None:
        row = issue()
        Certificate.objects.update(holder_name="李大胆")
        with pytest.raises(CertificateNotProven):
            queries.verify_certificate(row.code, on=ON)

    def test_a_certificate_that_has_run_out_is_true_but_not_in_force(self) -> None:
        code = issue().code
        assert queries.verify_certificate(code, on=date(2027, 3, 1)).in_force
        assert not queries.verify_certificate(code, on=date(2027, 3, 2)).in_force

    def test_revocation_says_why_and_happens_once(self) -> None:
        row = issue()
        with pytest.raises(RevocationWithoutReason):
            commands.revoke(number=row.number, reason=" ", by=CLERK, at=AT)
        revoked = commands.revoke(number=row.number, reason="以欺骗手段取得", by=CLERK, at=AT)
        assert (revoked.status, revoked.revoked_by) == (CertificateStatus.REVOKED, CLERK.name)
        proof = queries.verify_certificate(row.code, on=ON)
        assert (proof.in_force, proof.revoked_on, proof.revoked_reason) == (False, ON, "以欺骗手段取得")
        assert queries.list_held(holder_id=RESIDENT, on=ON) == ()
        with pytest.raises(AlreadyRevoked):
            commands.revoke(number=row.number, reason="再次", by=CLERK, at=AT)
        with pytest.raises(CertificateNotFound):
            commands.revoke(number="nothing", reason="再次", by=CLERK, at=AT)

    def test_the_database_itself_refuses_a_second_certificate_of_a_case_and_a_revocation_without_reason(self) -> None:
        issue()
        row = Certificate.objects.get()
        row.pk, row.number, row.identifier = None, "other", "other"
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)
        with pytest.raises(IntegrityError), transaction.atomic():
            Certificate.objects.update(status="revoked", revoked_at=AT)

    def test_the_sheet_says_everything_and_a_revoked_one_says_so(self) -> None:
        row = issue()
        words = text_of(queries.render_certificate(row.number, site="https://127.0.0.1"))
        said = ("林木采伐许可证", "编号：紫林业林木证字〔2026〕1号", "王小明", "杉木", "紫阳县林业局", "（盖章处）")
        assert [part for part in (*said, "2026年3月2日至2027年3月1日", row.code) if part not in words] == []
        assert RESIDENT not in words
        assert "已撤销" not in words
        commands.revoke(number=row.number, reason="错误", by=CLERK, at=AT)
        assert "已撤销" in text_of(queries.render_certificate(row.number))

    def test_a_letter_is_set_as_a_letter(self) -> None:
        row = issue(kind="letter", name="关于林地使用的批复", valid_until=None)
        words = text_of(queries.render_certificate(row.number))
        assert row.kind is CertificateKind.LETTER
        for part in ("关于林地使用的批复", "王小明：", "现批准如下", "自2026年3月2日起长期有效", row.code):
            assert part in words


@pytest.mark.django_db
@pytest.mark.usefixtures("all_places")
class TestDocumentNumbers:
    def take(self, kind: str = "acceptance", organisation: str = "610924-guotu", on: date = ON) -> str:
        return commands.take_document_number(organisation=organisation, division="610924", kind=kind, on=on)

    def test_each_organisation_kind_and_year_counts_for_itself(self) -> None:
        taken = [self.take(), self.take(), self.take("supplement"), self.take(organisation="610924-linye"),
                 self.take(on=date(2027, 1, 4)), self.take(organisation="610921-gongan"),
                 self.take(organisation="610902-gongan"), self.take(organisation="610900-gongan"),
                 self.take(organisation="610924100-zhen")]  # fmt: skip
        assert taken == [
            "紫国土受字〔2026〕1号",
            "紫国土受字〔2026〕2号",
            "紫国土补字〔2026〕1号",
            "紫林业受字〔2026〕1号",
            "紫国土受字〔2027〕1号",
            "汉阴公安受字〔2026〕1号",
            "汉滨公安受字〔2026〕1号",
            "安公安受字〔2026〕1号",
            "紫城关镇受字〔2026〕1号",
        ]

    def test_a_refused_act_gives_its_number_back(self) -> None:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            self.take()
            raise ZeroDivisionError
        assert self.take() == "紫国土受字〔2026〕1号"

    def test_a_node_numbers_in_its_own_range_without_gaps_and_in_a_storey_above_when_it_is_used_up(
        self, settings: Any
    ) -> None:
        assert self.take() == "紫国土受字〔2026〕1号"
        settings.NODE_SERIALS = (20_000, 20_001)
        taken = [self.take() for _ in range(5)]
        assert [text.partition("〕")[2] for text in taken] == ["20000号", "20001号", "120000号", "120001号", "220000号"]
        assert [str(DocumentNumber.parse(text)) for text in taken] == taken
        assert issue().number == "紫林业林木证字〔2026〕20000号"

    def test_a_number_that_came_back_to_a_restored_node_is_not_given_out_again(self, settings: Any) -> None:
        settings.NODE_SERIALS = (20_000, 29_999)
        for number in ("紫国土受字〔2026〕20004号", "紫国土受字〔2026〕7号", "紫国土受字〔2026〕20002号", "某号", ""):
            commands.leave_out_number(number=number)
        assert self.take() == "紫国土受字〔2026〕20005号"

    @pytest.mark.parametrize("kind", list(PaperKind))
    def test_every_kind_of_paper_has_a_word(self, kind: PaperKind) -> None:
        assert self.take(kind.value).endswith("字〔2026〕1号")

    def test_what_has_no_word_or_no_organisation_is_refused(self) -> None:
        with pytest.raises(DocumentKindUnknown):
            self.take("poem")
        with pytest.raises(OrganisationNotKnown):
            self.take(organisation="610924-nobody")

    @pytest.mark.parametrize("on", [date(2015, 2, 13), ON])
    def test_no_two_organisations_share_a_sign(self, on: date) -> None:
        rows = list_organisations(on=on)
        signs: dict[str, list[str]] = {}
        for row in rows:
            signs.setdefault(sign_of(row, on=on), []).append(row.code)
        assert {sign: codes for sign, codes in signs.items() if len(codes) > 1} == {}

    def test_a_county_that_became_a_city_counts_on_in_the_same_books(self) -> None:
        before = self.take(organisation="610928-gongan", on=date(2021, 1, 11))
        assert before == "旬公安受字〔2021〕1号"
        assert self.take(organisation="610981-gongan", on=date(2021, 2, 1)) == "旬公安受字〔2021〕2号"


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_many_who_issue_at_once_get_different_numbers_without_gap(self, tmp_path: Path) -> None:
        load_regions(folder=BUNDLED, by=SYSTEM, at=AT)
        with on_disk(tmp_path):
            rows = at_once([lambda n=n: issue(f"case-{n % 6}") for n in range(12)])
            last = asked(lambda: Serial.objects.get(book="紫林业林木证字").last)
            count = asked(Certificate.objects.count)
        assert [row for row in rows if isinstance(row, Exception)] == []
        serials = sorted({int(row.number.partition("〕")[2].removesuffix("号")) for row in rows})
        assert (serials, last, count) == ([1, 2, 3, 4, 5, 6], 6, 6)

    def test_a_number_taken_outside_a_transaction_is_refused(self) -> None:
        load_regions(folder=BUNDLED, by=SYSTEM, at=AT)
        with pytest.raises(transaction.TransactionManagementError):
            commands.take_document_number(organisation="610924-guotu", division="610924", kind="grant", on=ON)
        assert not Serial.objects.exists()
