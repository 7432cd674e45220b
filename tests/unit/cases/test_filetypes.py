"""Names and first bytes of files: what is shown, what is renamed, what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yichuang.cases.domain.attachments import NameMisleading, TypeMismatch
from yichuang.cases.domain.filetypes import ACCEPTED, JPEG, PDF, PNG, SHOWN_LENGTH, check_name, name_for, shown_name


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("C:\\Users\\x\\桌面\\身份证.jpg", "身份证.jpg"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("lpt1", "_lpt1"),
        ("a<b>:|?*.pdf", "a_b_____.pdf"),
        ("换\n行\x00\x07.pdf", "换行.pdf"),
        (" . 点 . ", "点"),
        ("", "附件"),
        ("...", "附件"),
        ("𠮷野家😀.png", "𠮷野家😀.png"),
        ("e\u0301.png", "é.png"),
    ],
)
def test_a_name_is_shown_without_what_no_folder_can_hold(typed: str, shown: str) -> None:
    assert shown_name(typed) == shown


def test_a_long_name_keeps_its_ending() -> None:
    shown = shown_name("章" * 300 + ".pdf")
    assert len(shown) == SHOWN_LENGTH and shown.endswith("章.pdf")


@given(st.text(max_size=400))
def test_every_name_can_be_shown_and_stays_what_it_is_when_shown_again(name: str) -> None:
    shown = shown_name(name)
    assert 0 < len(shown) <= SHOWN_LENGTH
    assert "/" not in shown and "\\" not in shown and "\0" not in shown
    assert shown_name(shown) == shown


@pytest.mark.parametrize("name", ["a.exe.pdf", "a.pdf.exe", "a.js.jpg", "报告.docm.docx", "x.HTML.png", "a.svg.jpg"])
def test_a_name_with_the_ending_of_a_program_is_refused(name: str) -> None:
    with pytest.raises(NameMisleading):
        check_name(name)


@pytest.mark.parametrize("name", ["a\u202egpj.exe", "a\u2066b.pdf"])
def test_a_name_that_turns_letters_round_is_refused(name: str) -> None:
    with pytest.raises(NameMisleading):
        check_name(name)


def test_an_arabic_name_and_a_family_emoji_are_names() -> None:
    for name in ("صورة.jpg", "👨\u200d👩\u200d👧.jpg"):
        check_name(name)


def test_pictures_follow_their_content_and_other_files_must_tell_the_truth() -> None:
    assert name_for("a.PNG", JPEG) == "a.jpg"
    assert name_for("a.JPEG", JPEG) == "a.JPEG"
    assert name_for("2026.3.1", PDF) == "2026.3.1.pdf"
    for name, kind in (("a.pdf", PNG), ("a.png", PDF), ("a.doc", PDF), ("a.zip", PNG)):
        with pytest.raises(TypeMismatch):
            name_for(name, kind)


def test_every_accepted_type_has_one_media_type_and_endings_of_its_own() -> None:
    endings = [ending for kind in ACCEPTED for ending in kind.endings]
    assert len(endings) == len(set(endings))
    assert len({kind.media_type for kind in ACCEPTED}) == len(ACCEPTED)
