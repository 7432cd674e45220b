"""What people type: kept as it is, refused when no database keeps it, and veiled before it is published."""

import pytest

from yichuang.feedback.domain.addresses import network_of
from yichuang.feedback.domain.texts import clean, veil
from yichuang.kernel.texts import PhoneUnfit, TextMissing, TextUnfit, clean_phone


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("电话13900000001。", "电话***********。"),
        ("139 0000 0001", "*" * 13),
        ("身份证61092419900101001X", "身份证" + "*" * 18),
        ("０９１５－３２１４５６７", "*" * 12),
        ("写信到 chen.x@mail.example 吧", "写信到 **** 吧"),
        ("2026-09-01 交了 1500 元，国办发〔2019〕51号", "2026-09-01 交了 1500 元，国办发〔2019〕51号"),
        ("办件61092420260901000010", "办件" + "*" * 20),
        ("", ""),
    ],
)
def test_numbers_of_people_are_hidden_and_dates_and_amounts_stay(typed: str, shown: str) -> None:
    assert veil(typed) == shown


@pytest.mark.parametrize("text", ["𠮷😀", "مرحبا", "第一行\n第二行\t完", "e\u0301"])
def test_whatever_people_write_is_kept(text: str) -> None:
    assert clean("text", f"  {text}\r\n") == text


@pytest.mark.parametrize("text", ["a\0", "\ud800", "\x07", "\x1b[31m"])
def test_what_no_database_keeps_is_refused(text: str) -> None:
    with pytest.raises(TextUnfit):
        clean("text", text)


@pytest.mark.parametrize("text", ["", "\n", "\u3000", "\u200e\u200d"])
def test_a_text_that_shows_nothing_is_missing_where_one_is_needed(text: str) -> None:
    with pytest.raises(TextMissing):
        clean("answer", text, required=True)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("１３９００００００01", "13900000001"),
        ("0915-3214567", "0915-3214567"),
        ("+86 139 0000 0001", "+86 139 0000 0001"),
    ],
)
def test_a_phone_is_kept_in_plain_digits(typed: str, kept: str) -> None:
    assert clean_phone(typed) == kept


@pytest.mark.parametrize("typed", ["1234", "一三九", "1" * 16, "139x0000001", "--------", "123456\n7"])
def test_what_nobody_could_call_is_refused(typed: str) -> None:
    with pytest.raises(PhoneUnfit):
        clean_phone(typed)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8:0:0:ffff::1", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("", ""),
        ("unknown", ""),
        ("198.51.100.7, 10.0.0.1", ""),
    ],
)
def test_a_visitor_is_counted_by_his_network(address: str, network: str) -> None:
    assert network_of(address) == network
