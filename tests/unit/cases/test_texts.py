"""What people type: names of every script are kept whole, what cannot be kept is refused in a clear sentence."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.cases.domain.texts import (
    CharacterUnfit,
    EmailUnfit,
    NameUnfit,
    PhoneUnfit,
    TextMissing,
    TextTooLong,
    check_email,
    check_name,
    check_phone,
    check_text,
    composed,
    lines_unified,
    plain_phone,
    unstorable,
)


@pytest.mark.parametrize(
    "name",
    [
        "王伟",
        "𠮷田",  # U+20BB7
        "㐱𪚥",  # Extension A and U+2A6A5
        "\U0003134a\U000323af",  # Extension G and H, newer than some tables
        "\U0002ebf0",  # Extension I
        "阿依古丽·买买提",
        "阿卜杜拉•艾山",
        "欧阳 修",
        "〇",
        "\ue863",  # a private character of an old card
        "Jean-Pierre O'Neill",
        "Nguyễn Văn A",
        "محمد عبد الله",
        "དོན་གྲུབ",
        "é",
        "辻\U000e0101",  # with a variation selector
        "﨑山",
    ],
)
def test_a_name_of_any_script_is_kept(name: str) -> None:
    check_name(name, label="姓名")


@pytest.mark.parametrize(
    ("name", "place"),
    [("张😀", 2), ("张3", 2), ("<b>张", 1), ("张\u202e三", 2), ("\u0301", 1), ("👨\u200d👩", 1), ("张/三", 2)],
)
def test_what_no_name_has_is_refused_with_its_place(name: str, place: int) -> None:
    with pytest.raises(NameUnfit) as refused:
        check_name(name, label="姓名")
    assert refused.value.details["position"] == place


def test_a_firm_may_have_figures_and_brackets() -> None:
    check_name("紫阳县第3建筑公司（普通合伙）&Co.", label="单位名称", organisation=True)
    with pytest.raises(NameUnfit):
        check_name("公司😀", label="单位名称", organisation=True)


@pytest.mark.parametrize(
    "text", ["a\0b", "a\x07b", "a\x7fb", "a\ud800b", "a\uffffb", "a\U0001fffeb", "a\ufdd0b", "a\ufffdb", "a\nb"]
)
def test_what_cannot_be_kept_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(CharacterUnfit) as refused:
        check_text(text, label="事由", limit=10)
    assert refused.value.details["position"] == 2
    assert "U+" in refused.value.explain()


def test_lines_are_allowed_where_lines_are_meant() -> None:
    check_text("a\nb\tc", label="事由", limit=10, lines=True)
    assert lines_unified("a\r\nb\rc") == "a\nb\nc"


def test_a_long_text_is_refused_and_never_cut() -> None:
    check_text("字" * 500, label="事由", limit=500)
    check_text("مرحبا 👋🏽 \u200fשלום", label="事由", limit=500)
    with pytest.raises(TextTooLong) as refused:
        check_text("字" * 501, label="事由", limit=500)
    assert "501" in refused.value.explain()
    with pytest.raises(TextMissing):
        check_text("  ", label="事由", limit=5, required=True)


def test_composing_changes_no_character_of_a_card() -> None:
    assert composed("e\u0301") == "é"
    for kept in ("\uf967", "\U0002f800", "\uf900"):  # composing these would give another glyph
        assert composed(f"e\u0301{kept}e\u0301") == f"é{kept}é"
        assert unicodedata.normalize("NFC", kept) != kept


@given(st.text(max_size=60))
def test_composing_twice_is_composing_once_and_loses_nothing(text: str) -> None:
    once = composed(text)
    assert composed(once) == once
    assert unicodedata.normalize("NFD", once) == unicodedata.normalize("NFD", text)


@given(st.text(max_size=60))
def test_what_is_storable_can_be_written_as_utf8(text: str) -> None:
    if unstorable(text, lines=True) is None:
        assert text.encode().decode() == text and "\0" not in text


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("138 0000 0000", "13800000000"),
        ("138-0000-0000", "13800000000"),
        ("+86 138 0000 0000", "13800000000"),
        ("0086-13800000000", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("（0915）1234567", "09151234567"),
        ("0915-1234567-801", "0915-1234567-801"),
        ("+852 9123 4567", "+85291234567"),
    ],
)
def test_a_phone_is_known_in_every_spelling(typed: str, plain: str) -> None:
    assert plain_phone(typed) == plain
    check_phone(plain, label="电话")


@pytest.mark.parametrize("phone", ["12345", "12800000000", "1380000000", "138000000000", "abc", "110", "0915"])
def test_what_nobody_can_call_is_no_phone(phone: str) -> None:
    with pytest.raises(PhoneUnfit):
        check_phone(plain_phone(phone), label="电话")


def test_an_address_of_a_mailbox() -> None:
    check_email("chen.wei+case@mail.example.com", label="邮箱")
    for wrong in ("chen", "chen@", "@example.com", "a b@example.com", "chen@example", "x" * 250 + "@a.cn"):
        with pytest.raises((EmailUnfit, TextTooLong)):
            check_email(wrong, label="邮箱")
