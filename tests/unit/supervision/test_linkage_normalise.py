"""Two spellings of one name, number or day come out alike; two different ones do not."""

from datetime import date

import pytest

from yichuang.supervision.domain.linkage import normalise as n

PLACES = ("陕西省", "安康市", "紫阳县", "安康", "紫阳")


def test_full_width_blanks_and_traditional_characters_are_made_plain() -> None:
    assert n.fold(" 紫陽縣Ａ１ 號\u3000") == "紫阳县A1号"


def test_variants_of_one_character_are_one() -> None:
    assert n.person_key("刘堃") == n.person_key("劉坤")


@pytest.mark.parametrize(
    "written",
    [
        "陕西省安康市紫阳县鑫源商贸有限责任公司",
        "紫陽縣鑫源商貿有限公司",
        "鑫源商贸",
        "紫阳鑫源（紫阳）商贸公司",
        "鑫源 商贸有限公司",
    ],
)
def test_a_firm_is_one_with_or_without_its_place_and_form(written: str) -> None:
    assert n.firm_key(written, PLACES)[0] == "鑫源商贸"


def test_a_firm_that_is_nothing_but_its_place_keeps_it() -> None:
    assert n.firm_key("紫阳公司", PLACES)[0] == "紫阳"


def test_names_that_are_typed_by_sound_sound_alike() -> None:
    assert n.sound_key("王晓明") == n.sound_key("王小明") == n.sound_key("王筱铭")
    assert n.sound_key("张三") != n.sound_key("张四")


def test_southern_sounds_are_not_told_apart() -> None:
    assert n.sound_key("刘兰") == n.sound_key("刘南") == n.sound_key("牛兰")


def test_letters_that_unified_codes_do_not_have_are_read_as_figures() -> None:
    assert n.code_key("9I61O924ma6tq4r7ⅹ"[:-1]) == "91610924MA6TQ4R7"


@pytest.mark.parametrize("written", ["陕食经〔2015〕第 0012 号", "陕食经（2015）第0012号", "陕食经[２０１５]0012"])
def test_a_document_number_is_one_in_any_brackets(written: str) -> None:
    assert n.document_key(written) == "陕食经20150012"


def test_a_number_is_parted_into_its_series_and_its_serial() -> None:
    assert n.series_of("紫国土字〔2015〕第0012号") == ("紫国土2015", 12)
    assert n.series_of("610924110012015000034") == ("610924110012015", 34)
    assert n.series_of("无号") == ("无", None)


@pytest.mark.parametrize(
    "written",
    [
        "2015-3-5",
        "2015.03.05",
        "2015/3/5 9:00",
        "2015年3月5日",
        "20150305",
        "二〇一五年三月五日",
        "42068",
        "20150305093000",
    ],
)
def test_a_day_is_read_however_lists_write_it(written: str) -> None:
    assert n.read_day(written) == date(2015, 3, 5)


@pytest.mark.parametrize("written", ["", "2015-02-30", "三月五日", "12", "15-3-5", "1815-03-05", "2015年13月1日"])
def test_what_is_no_day_is_none(written: str) -> None:
    assert n.read_day(written) is None


def test_amounts_are_read_in_fen() -> None:
    assert n.read_amount("1,200.50元") == 120_050
    assert n.read_amount("￥80") == 8_000
    assert n.read_amount("0.3万元") == 300_000
    assert n.read_amount("免费") is None


def test_a_persons_number_holds_a_birthday_and_a_firms_does_not() -> None:
    assert n.person_number_key("61092419850307001x") == "61092419850307001X"
    assert n.person_number_key("916109240123456789") == ""
    assert n.person_number_key("6109**********0012") == ""
    assert n.number_tail("6109**********0012") == "0012"


def test_a_slip_of_the_month_or_the_year_is_seen_as_one() -> None:
    assert n.looks_like_slip(date(2015, 2, 5), date(2015, 3, 5))
    assert n.looks_like_slip(date(2014, 3, 5), date(2015, 3, 5))
    assert not n.looks_like_slip(date(2015, 3, 4), date(2015, 3, 5))
    assert not n.looks_like_slip(date(2015, 1, 5), date(2015, 3, 5))
