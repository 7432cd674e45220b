"""How numbers are written, what a word of a name is, what of a holder may be seen, when a certificate holds."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.papers.samples import COMPANY, RESIDENT

from yichuang.certificates.numbering import is_own, load_numbers, next_in_range, number_text, words_for
from yichuang.certificates.printing import letter_of, proof_text, statements_of, validity_of
from yichuang.certificates.values import (
    CertificateKind,
    CertificateRow,
    CertificateStatus,
    mask_holder_id,
    mask_holder_name,
)
from yichuang.documents import DocumentNumber
from yichuang.papers.values import PaperKind

ROW = CertificateRow(
    number="紫林业林木证字〔2026〕1号",
    identifier="1.2.156.3005.2.11610924YC54992008001.11610924YC54992008.20260000001.001.X",
    kind=CertificateKind.CERTIFICATE,
    name="林木采伐许可证",
    case_number="6109242026030200001X",
    organisation="610924-linye",
    organisation_name="紫阳县林业局",
    division="610924",
    item="02001",
    holder_name="王小明",
    holder_id_type="111",
    holder_id=RESIDENT,
    statements=(("采伐树种", "杉木"),),
    valid_from=date(2026, 3, 2),
    valid_until=date(2027, 3, 1),
    issued_on=date(2026, 3, 2),
    issued_by="窗口七号",
    status=CertificateStatus.VALID,
    digest="ab" * 32,
)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("林木采伐许可证", "林木"),
        ("营业执照", "营业"),
        ("关于用地的批复", "关于"),
        ("采矿证", "采矿"),
        ("许可证", ""),
        ("证", ""),
        ("《食品》经营（许可）证", "食品"),
        ("𠮷田证", "𠮷田"),
        ('#panic("x")', "pa"),
    ],
)
def test_the_word_of_a_name_is_its_beginning_without_its_usual_ending(name: str, first: str) -> None:
    words = words_for(name, ordinal=7)
    assert words[0] == first
    assert words[-1].endswith("7")
    assert all(len(word) <= 13 for word in words)


def test_a_document_number_follows_the_standard() -> None:
    text = number_text(book="紫国土受字", year=2026, serial=12)
    assert text == "紫国土受字〔2026〕12号"
    assert str(DocumentNumber.parse(text)) == text


@given(st.lists(st.integers(1, 99_999), min_size=4, max_size=4, unique=True), st.integers(0, 10**7))
def test_two_nodes_ranges_never_meet_and_each_goes_up(ends: list[int], last: int) -> None:
    first, end, another, beyond = sorted(ends)
    for own, other in (((first, end), (another, beyond)), ((another, beyond), (first, end))):
        serial = next_in_range(last, own)
        assert serial > last
        assert is_own(serial, own)
        assert not is_own(serial, other)
        # And none of its own was passed over.
        assert not any(is_own(one, own) for one in range(last + 1, min(serial, last + 50)))


def test_every_kind_of_paper_has_a_word_of_its_own() -> None:
    words = load_numbers().in_force(date(2026, 1, 1))
    # The papers of a case, and the letter that supervision writes.
    assert set(words.documents) == {*(kind.value for kind in PaperKind), "supervision"}
    assert len(set(words.documents.values())) == len(words.documents)
    # Before the first part there was no other practice.
    assert load_numbers().in_force(date(1999, 1, 1)) == words


def test_persons_are_masked_and_companies_are_public() -> None:
    assert mask_holder_name(name="欧阳小明", id_type="111") == "欧阳**"
    assert mask_holder_name(name="茶业公司", id_type="001") == "茶业公司"
    masked = mask_holder_id(number=RESIDENT, id_type="111")
    assert (masked[:4], masked[4:14], masked[-4:]) == (RESIDENT[:4], "*" * 10, RESIDENT[-4:])
    assert mask_holder_id(number=COMPANY, id_type="001") == COMPANY
    assert mask_holder_id(number="E12345678", id_type="414") == "E*******8"
    assert mask_holder_id(number="", id_type="999") == ""


@pytest.mark.parametrize(
    ("on", "holds"),
    [(date(2026, 3, 1), False), (date(2026, 3, 2), True), (date(2027, 3, 1), True), (date(2027, 3, 2), False)],
)
def test_a_certificate_holds_from_its_first_to_its_last_day(on: date, holds: bool) -> None:
    assert ROW.is_in_force(on) is holds
    assert replace(ROW, valid_until=None).is_in_force(on) is (on >= ROW.valid_from)
    assert not replace(ROW, status=CertificateStatus.REVOKED).is_in_force(on)


def test_the_sheet_states_holder_first_and_validity_last() -> None:
    labels = [label for label, _ in statements_of(ROW)]
    assert labels == ["持证主体", "身份证号码", "采伐树种", "有效期限"]
    assert validity_of(ROW) == "2026年3月2日至2027年3月1日"
    assert validity_of(replace(ROW, valid_until=None)) == "自2026年3月2日起长期有效"
    assert RESIDENT not in str(statements_of(ROW))


def test_a_letter_addresses_a_firm_as_a_firm() -> None:
    assert "你单位的申请" in str(letter_of(replace(ROW, holder_id_type="001", holder_id=COMPANY), site="").body[0])
    assert "你的申请" in str(letter_of(ROW, site="").body[0])


def test_the_proof_code_leads_to_the_site_that_checks_it() -> None:
    assert ROW.code == f"{ROW.identifier}-{'ab' * 8}"
    assert proof_text(ROW, site="https://127.0.0.1/") == f"https://127.0.0.1/verify/{ROW.code}/"
    assert proof_text(ROW, site="") == ROW.code
