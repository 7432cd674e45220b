"""Papers over the real ledger: listed, printed, proven, numbered without gaps, and put into an archive folder."""

import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from openpyxl import Workbook
from PIL import Image
from pypdf import PdfReader, PdfWriter

from tests.factories import catalogue
from tests.factories.at_once import asked, at_once, on_disk
from tests.factories.catalogue import HandmadeRegister, handmade_catalogue
from tests.factories.people import APPLICANT, CLERK, CONNECTOR
from tests.factories.running import accept, receive
from tests.factories.stories import china
from tests.unit.papers.samples import pages_of, text_of
from yichuang.cases import commands
from yichuang.cases.domain import acts as a
from yichuang.cases.domain.refusals import NotPossibleNow
from yichuang.cases.values import CaseNotFound, MaterialEntry
from yichuang.certificates import commands as certificates
from yichuang.certificates.models import Serial
from yichuang.certificates.queries import find_by_case
from yichuang.kernel.identifiers.case_number import generate_number
from yichuang.papers import archive, queries
from yichuang.papers.values import ArchiveFormUnknown, PaperKind, PaperNotFound, PaperNotProven

__all__ = ["handmade_catalogue"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_places", "handmade_catalogue", "handmade_register")]
ON = date(2015, 3, 10)
SITE = "https://127.0.0.1"
UNKNOWN = generate_number(division="610924", on=date(2015, 2, 13), serial=999)
K = PaperKind


@pytest.fixture
def handmade_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yichuang.papers.gathering.get_terms_register", HandmadeRegister)


def act(number: str, what: a.Act, at: str, **more: Any) -> int:
    return commands.perform(number=number, act=what, by=CLERK, at=china(at), **more)


def finished() -> str:
    """Carry a case through supplement, tolerance, grant, certificate and delivery."""
    number = receive("2015-02-13")
    act(number, a.TakeMaterials(entries=(MaterialEntry(name="申请书", way="bring"),)), "2015-02-13")
    act(number, a.RequestSupplement(missing=("住所证明",), due_on=date(2015, 3, 6)), "2015-02-15")
    act(number, a.TakeMaterials(entries=(MaterialEntry(name="住所证明", way="bring"),)), "2015-02-25")
    act(number, a.TakeSupplement(), "2015-02-25")
    act(number, a.Accept(), "2015-02-25")
    act(number, a.Grant(decider="局长", opinion="同意"), "2015-03-03")
    issued = certificates.issue(
        case_number=number,
        kind="certificate",
        name="营业执照",
        organisation="610924-gongshang",
        organisation_name="紫阳县工商行政管理局",
        division="610924",
        item=catalogue.LICENCE,
        holder_name=APPLICANT.name,
        holder_id_type=APPLICANT.id_type,
        holder_id=APPLICANT.id_number,
        statements=(("经营范围", "茶叶销售"),),
        valid_from=date(2015, 3, 4),
        by=CLERK,
        at=china("2015-03-04"),
    )
    act(number, a.IssueCertificate(name=issued.name, certificate_number=issued.number), "2015-03-04")
    act(number, a.Deliver(), "2015-03-05")
    act(number, a.Close(), "2015-03-05")
    return number


def test_every_paper_of_a_case_is_listed_in_order_with_its_number() -> None:
    rows = queries.list_papers(finished())
    assert [(row.kind, row.number, row.dated_on.isoformat()) for row in rows] == [
        (K.RECEIPT, "", "2015-02-13"),
        (K.SUPPLEMENT, "紫工商补字〔2015〕1号", "2015-02-15"),
        (K.RECEIPT, "", "2015-02-25"),
        (K.ACCEPTANCE, "紫工商受字〔2015〕1号", "2015-02-25"),
        (K.GRANT, "紫工商许字〔2015〕1号", "2015-03-03"),
        (K.DELIVERY, "紫工商送字〔2015〕1号", "2015-03-05"),
    ]


def test_each_listed_paper_can_be_printed_and_proven() -> None:
    number = finished()
    for row in queries.list_papers(number):
        words = text_of(queries.render_paper(number=number, kind=row.kind.value, seq=row.seq, site=SITE))
        assert row.code in words
        assert "公司设立登记" in words
        assert "紫阳县" in words
        proof = queries.verify_paper(row.code, on=ON)
        assert (proof.kind, proof.number, proof.dated_on) == (row.kind.value, row.number, row.dated_on)
        assert (proof.holder, proof.item, proof.organisation) == ("测**", "公司设立登记", "紫阳县工商行政管理局")
        assert proof.standing


def test_a_certificates_code_is_proven_by_the_same_door() -> None:
    number = finished()
    row = find_by_case(number)
    assert row is not None
    proof = queries.verify_paper(row.code, on=ON)
    assert (proof.kind, proof.title, proof.holder, proof.standing) == ("certificate", "营业执照", "测**", True)
    certificates.revoke(number=row.number, reason="骗取", by=CLERK, at=china("2015-03-09"))
    assert not queries.verify_paper(row.code, on=ON).standing
    with pytest.raises(PaperNotProven):
        queries.verify_paper(row.code[:-1], on=ON)


def test_a_forged_code_is_not_proven() -> None:
    number = finished()
    code = next(row.code for row in queries.list_papers(number) if row.kind is K.GRANT)
    forged = (
        code[:-1] + ("0" if code[-1] != "0" else "1"),
        code.replace("-PZ-", "-BP-"),
        code.replace(f"{number}-", f"{receive('2015-02-26')}-"),
        code.replace(number, number[:-1] + "0"),
        code.replace(number, "6109242015021399999X"),
        "",
        "' OR 1=1 --",
        "x" * 5000,
    )
    for wrong in forged:
        with pytest.raises(PaperNotProven):
            queries.verify_paper(wrong, on=ON)


def test_a_ledger_with_a_broken_link_proves_nothing() -> None:
    number = finished()
    code = queries.list_papers(number)[0].code
    queries.verify_paper(code, on=ON)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'cases_event'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE cases_event SET actor_name = 'x' WHERE seq = 3")
        if connection.vendor != "sqlite":
            cursor.execute("SET session_replication_role = origin")
    with pytest.raises(PaperNotProven):
        queries.verify_paper(code, on=ON)


def test_a_voided_case_has_papers_that_no_longer_hold() -> None:
    number = accept("2015-02-13")
    code = queries.list_papers(number)[1].code
    act(number, a.Void(reason="误录"), "2015-02-15")
    assert not queries.verify_paper(code, on=ON).standing


def test_what_a_case_does_not_have_is_refused() -> None:
    number = receive("2015-02-13")
    for kind, seq in (("grant", 1), ("receipt", 2), ("poem", 1)):
        with pytest.raises(PaperNotFound):
            queries.render_paper(number=number, kind=kind, seq=seq)
    with pytest.raises(CaseNotFound):
        queries.list_papers(UNKNOWN)
    with pytest.raises(ArchiveFormUnknown):
        queries.build_archive(number, form="docx")


def test_a_refused_act_spends_no_number_and_another_systems_act_gets_none() -> None:
    number = accept("2015-02-13")
    with pytest.raises(NotPossibleNow):
        act(number, a.Accept(), "2015-02-15")
    assert Serial.objects.get(book="紫工商受字").last == 1
    second = receive("2015-02-15")
    commands.perform(number=second, act=a.Accept(), by=CONNECTOR, at=china("2015-02-15"))
    assert queries.list_papers(second)[-1].number == ""
    third = accept("2015-02-26")
    assert queries.list_papers(third)[-1].number == "紫工商受字〔2015〕2号"


def test_a_number_given_by_the_department_is_kept() -> None:
    number = receive("2015-02-13")
    act(number, a.Accept(document_number="自有〔2015〕7号"), "2015-02-13")
    assert queries.list_papers(number)[-1].number == "自有〔2015〕7号"
    assert not Serial.objects.filter(book="紫工商受字").exists()


def test_whatever_way_a_case_is_decided_its_papers_are_numbered() -> None:
    quick = receive("2015-02-13", item=catalogue.ON_THE_SPOT)
    commands.finish_on_the_spot(
        number=quick, opinion="同意", result_name="", certificate_number="", by=CLERK, at=china("2015-02-13T11:00")
    )
    assert [row.number for row in queries.list_papers(quick)[1:]] == [
        "紫车管所受字〔2015〕1号",
        "紫车管所许字〔2015〕1号",
        "紫车管所送字〔2015〕1号",
    ]
    late = receive("2015-02-13")
    commands.accept_by_lapse(now=china("2015-02-27"))
    (row,) = [row for row in queries.list_papers(late) if row.kind is K.ACCEPTANCE]
    assert row.number == "紫工商受字〔2015〕1号"


def test_remedies_are_suggested_for_the_organisation_and_the_day() -> None:
    words = queries.suggest_remedies(organisation="610924-guotu", on=date(2015, 2, 13))
    assert "向紫阳县人民政府或者安康市国土资源局申请行政复议" in words
    assert "安康市人民政府" in queries.suggest_remedies(organisation="610900-guotu", on=ON)
    town = queries.suggest_remedies(organisation="610924100-zhen", on=ON)
    assert "向紫阳县人民政府申请行政复议" in town
    zone = queries.suggest_remedies(organisation="610971-gongshang", on=ON)
    assert "向安康市人民政府或者安康市工商行政管理局申请行政复议" in zone


# --- the archive folder -----------------------------------------------------------------------------------------------


def picture(width: int, height: int) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), (200, 60, 60)).save(out, "JPEG")
    return out.getvalue()


def plain_pdf(pages: int) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def workbook() -> bytes:
    book, out = Workbook(), BytesIO()
    book.active["A1"] = "清单"
    book.save(out)
    return out.getvalue()


def attach(number: str, name: str, data: bytes) -> None:
    commands.store_upload(
        number=number, material="住所证明", file=BytesIO(data), file_name=name, size=len(data), by=CLERK,
        at=china("2015-02-14"),
    )  # fmt: skip


@pytest.fixture
def folder() -> str:
    number = receive("2015-02-13")
    attach(number, "照片.jpg", picture(900, 600))
    attach(number, "合同.pdf", plain_pdf(3))
    attach(number, "../清单.xlsx", workbook())
    act(number, a.Accept(), "2015-02-15")
    act(number, a.Grant(decider="局长"), "2015-02-26")
    act(number, a.Close(), "2015-02-26")
    return number


def test_the_folder_is_one_pdf_with_contents_bookmarks_and_page_numbers(folder: str) -> None:
    pdf = queries.build_archive(folder, form="pdf", site=SITE)
    pages, reader = pages_of(pdf), PdfReader(BytesIO(pdf))
    titles = [item.title for item in reader.outline]
    assert titles == ["卷内目录", "接收回执", "受理回执", "批准决定书", "住所证明（照片.jpg）", "住所证明（合同.pdf）",
                      "办理过程记录"]  # fmt: skip
    starts = [reader.get_destination_page_number(item) for item in reader.outline]
    assert starts == [0, 1, 2, 3, 4, 5, 8]
    assert "卷内目录" in pages[0]
    for part in ("接收回执", "紫工商受字〔2015〕1号", "批准决定书", "5—7", "办理过程记录", "另存文件"):
        assert part in pages[0]
    assert [n for n, page in enumerate(pages[1:], start=1) if str(n) not in page] == []
    assert "附件：住所证明" in pages[4]
    assert "账本核验完整" in pages[-1]
    assert "窗口七号" in pages[-1]
    across = reader.pages[4].mediabox
    assert across.width > across.height


def test_the_folder_is_a_zip_with_the_files_as_they_came_in(folder: str) -> None:
    data = queries.build_archive(folder, site=SITE)
    with zipfile.ZipFile(BytesIO(data)) as packed:
        assert packed.testzip() is None
        names = packed.namelist()
        assert names == [f"{folder}/{name}" for name in (
            "案卷.pdf", "附件/01 照片.jpg", "附件/02 合同.pdf", f"附件/03 {names[3].rpartition(' ')[2]}",
            "附件校验值SM3.txt")]  # fmt: skip
        assert all(".." not in name.split("/") and name.count("/") <= 2 for name in names)
        assert packed.read(names[2]) == plain_pdf(3)
        assert packed.read(names[0]) == queries.build_archive(folder, form="pdf", site=SITE)
        assert len(packed.read(names[-1]).decode().splitlines()) == 3


@pytest.mark.parametrize("form", ["pdf", "zip"])
def test_the_same_case_gives_the_same_folder(folder: str, form: str) -> None:
    assert queries.build_archive(folder, form=form) == queries.build_archive(folder, form=form)


def test_a_folder_without_files_holds_papers_certificate_and_time_line() -> None:
    number = finished()
    pdf = queries.build_archive(number, form="pdf")
    titles = "、".join(item.title for item in PdfReader(BytesIO(pdf)).outline)
    papers = "接收回执、申请材料补正告知书、接收回执、受理回执、批准决定书、送达回执"
    assert titles == f"卷内目录、{papers}、营业执照、办理过程记录"
    with zipfile.ZipFile(BytesIO(queries.build_archive(number))) as packed:
        assert "没有电子附件" in packed.read(packed.namelist()[-1]).decode()


def test_what_is_too_large_to_merge_is_listed_and_lies_beside(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    small = archive.Limits(mark="K", citation="x", attachment_megabytes=0, merged_megabytes=0, merged_pages=600)
    monkeypatch.setattr(archive, "load_limits", lambda: small)
    pdf = queries.build_archive(folder, form="pdf")
    assert "合同.pdf" not in str([item.title for item in PdfReader(BytesIO(pdf)).outline])
    assert text_of(pdf).count("另存文件") == 3


def test_a_file_that_breaks_on_the_way_is_listed_and_breaks_nothing(
    folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(data: bytes) -> bytes:
        raise OSError(len(data))

    monkeypatch.setattr(archive, "picture_page", broken)
    pdf = queries.build_archive(folder, form="pdf")
    assert "照片.jpg" not in str([item.title for item in PdfReader(BytesIO(pdf)).outline])
    assert "照片.jpg" in pages_of(pdf)[0]


@pytest.mark.django_db(transaction=True)
def test_acts_at_once_get_different_numbers_without_gap(tmp_path: Path) -> None:
    numbers = [receive("2015-02-13") for _ in range(8)]
    with on_disk(tmp_path):
        results = at_once([lambda n=n: act(n, a.Accept(), "2015-02-13") for n in numbers])
        assert [result for result in results if isinstance(result, Exception)] == []
        taken = asked(lambda: sorted(queries.list_papers(n)[-1].number for n in numbers))
    assert taken == [f"紫工商受字〔2015〕{n}号" for n in range(1, 9)]
