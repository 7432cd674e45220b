"""Bad input in the browser: pressed twice, left too long, gone back, hostile files, strange texts and rare names.

Each is told in a sentence of the page's language, and nothing that was typed is lost.
"""

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.factories import files
from tests.journeys.one_window import (
    AT_WINDOW,
    HOUSE,
    LAND,
    PERSON,
    People,
    answer_all,
    begin,
    bring_the_rest,
    fill_all,
    fill_in,
    go_on,
    hand_in,
    look,
    open_intake,
    papers_of,
    read_paper,
    say_who,
    sign_in,
    text_of,
    type_or_choose,
    upload,
)
from yichuang.kernel.identifiers import resident_number

pytestmark = [pytest.mark.journey, pytest.mark.slow(65)]

TWO_GIGABYTES = 2 * 1024**3
# Beyond the common sets: CJK extension B, extension A, and extension E, which stands beyond the BMP as well.
RARE_NAME = "𠮷㛃䶮𬱖"
# Right to left, with an override of the direction, emoji of several code points, rare characters, markup.
STRANGE = "مرحبا بالعالم \u202eabc\u202c 👨\u200d👩\u200d👧🏠 𠮷野家 <b>粗</b> & \"引号\" 'q' \\0 {{ 7|add:7 }}"
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def numbers_of(page: Page) -> set[str]:
    """Return the numbers of one's own cases."""
    page.goto("/my/")
    return set(page.locator(".case-list code").all_inner_texts())


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_pressed_twice_and_gone_back_there_is_one_case(people: People, script: bool) -> None:
    liu = people.page("liu", phone=True, script=script)
    before = numbers_of(liu)
    key = begin(liu)
    fill_all(liu)
    liu.locator("button[formaction$='/submit/']").dblclick()
    liu.wait_for_url("**/receipt/**")
    number = liu.url.rstrip("/").rpartition("/")[2]
    # Back to the page that was sent, and sent once more: the same receipt.
    liu.go_back()
    again = liu.locator("button[formaction$='/submit/']")
    if again.count():
        again.click()
        liu.wait_for_url(f"**/receipt/{number}/")
    liu.goto(f"/apply/draft/{key}/form/")
    liu.wait_for_url(f"**/receipt/{number}/")
    assert numbers_of(liu) - before == {number}


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_a_session_that_ends_in_mid_form_loses_nothing(people: People, script: bool) -> None:
    liu = people.page("liu", phone=True, script=script)
    begin(liu)
    answer_all(liu)
    say_who(liu)
    for name, value in {**HOUSE, "fields.remark": STRANGE}.items():
        type_or_choose(liu.locator(f"#step-form [name='{name}']"), value)
    liu.context.clear_cookies(name="sessionid")
    go_on(liu)
    liu.wait_for_url("**/accounts/sign-in/**")
    assert "刚才填写的内容已经保留" in text_of(liu)
    look(liu, f"session-ended-{script}", script=script)
    sign_in(liu, "liu")
    liu.get_by_role("button", name="继续提交").wait_for()
    look(liu, f"typed-before-{script}", script=script)
    liu.get_by_role("button", name="继续提交").click()
    liu.wait_for_url("**/materials/")
    bring_the_rest(liu)
    go_on(liu)
    liu.wait_for_url("**/check/")
    shown = text_of(liu)
    assert all(value in shown for value in HOUSE.values())
    assert "𠮷野家" in shown and "مرحبا بالعالم" in shown and "<b>粗</b>" in shown


def hostile(folder: Path) -> dict[str, Path]:
    """Return files that somebody made to do harm, and one that is far too large; the large ones take no room."""
    made = {
        "照片.jpg": files.picture() + files.archive({"x.html": b"<script>alert(1)</script>"}),
        "炸弹.docx": files.with_part(files.word(), "word/media/a.png", b"\0" * 120_000_000),
        "图.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "空.pdf": b"",
        "脚本.pdf": files.paper(catalog=b"/OpenAction 4 0 R", objects=[b"<< /S /JavaScript /JS (app.alert(1)) >>"]),
    }
    for name, data in made.items():
        (folder / name).write_bytes(data)
    with (folder / "两个G.pdf").open("wb") as file:
        file.truncate(TWO_GIGABYTES)
    return {name: folder / name for name in (*made, "两个G.pdf")}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_hostile_files_are_refused_in_a_sentence_and_nothing_else_is_lost(
    people: People, tmp_path: Path, language: str
) -> None:
    liu = people.page("liu", phone=True, language=language)
    begin(liu)
    answer_all(liu)
    say_who(liu)
    fill_in(liu, HOUSE)
    good = tmp_path / "房子.jpg"
    good.write_bytes(files.picture())
    upload(liu, good)
    part = liu.locator("[data-upload]").nth(2)
    for name, path in hostile(tmp_path).items():
        part.locator("input[type=file]").set_input_files(path)
        told = part.get_by_role("status")
        expect(told).to_contain_text(name)
        said = told.inner_text()
        assert len(said) > len(name) + 6, said
        if language == "en":
            assert not _CHINESE.search(said.replace(name, "")), said
        # The bar is gone and another file may be chosen.
        expect(part.locator("input[type=file]")).to_be_enabled()
    look(liu, f"hostile-{language}")
    liu.reload()
    assert liu.locator(".attachments a").all_inner_texts() == ["房子.jpg"]
    assert liu.locator("input[name='material-0.way'][value=upload]").is_checked()


def test_a_hostile_file_of_the_plain_form_is_refused_in_a_sentence(people: People, tmp_path: Path) -> None:
    liu = people.page("liu", phone=True, script=False)
    begin(liu)
    answer_all(liu)
    say_who(liu)
    fill_in(liu, HOUSE)
    made = hostile(tmp_path)
    del made["两个G.pdf"]
    for name, path in made.items():
        liu.locator("input[type=file]").nth(1).set_input_files(path)
        liu.locator("button[form^='upload-form']").nth(1).click()
        expect(liu.locator("main .notice-bad")).to_contain_text(name)
    look(liu, "hostile-plain", script=False)
    assert liu.locator(".attachments a").count() == 0


def test_long_and_strange_texts_come_back_as_typed_or_are_refused_at_their_field(people: People) -> None:
    liu = people.page("liu", phone=True)
    begin(liu)
    answer_all(liu)
    say_who(liu)
    fill_in(liu, {**HOUSE, "fields.location": "长" * 3000, "fields.remark": STRANGE})
    summary = liu.locator("#fault-summary")
    summary.wait_for()
    # The browser's own limit is a help, not the rule: the server says what is too long and keeps it.
    assert liu.locator("[id='fields.location']").input_value().startswith("长" * 100)
    assert liu.locator("[id='fields.remark']").input_value() == STRANGE
    look(liu, "too-long")
    summary.get_by_role("link").first.click()
    assert liu.evaluate("document.activeElement.id") == "fields.location"
    fill_in(liu, {"fields.location": "🏠" * 20 + "老屋旁"})
    bring_the_rest(liu)
    go_on(liu)
    liu.wait_for_url("**/check/")
    look(liu, "strange-texts")
    number = hand_in(liu)
    clerk = people.page("clerk")
    clerk.goto(f"/workbench/cases/{number}/")
    assert "𠮷野家" in text_of(clerk) and "🏠🏠" in text_of(clerk)
    look(clerk, "strange-texts-clerk")


def test_rare_names_and_leap_day_birthdays_go_the_whole_way(people: People) -> None:
    clerk = people.page("clerk")
    open_intake(clerk, "土地登记", LAND)
    wrong = PERSON["applicant.id_number"].replace("19880229", "19890229")
    typed = {**AT_WINDOW, **PERSON, "applicant.name": RARE_NAME, "applicant.id_number": wrong}
    for name, value in typed.items():
        type_or_choose(clerk.locator(f"form[data-enter] [name='{name}']"), value)
    clerk.locator("#applicant-check").get_by_role("alert").wait_for()
    clerk.wait_for_function("!document.querySelector('.htmx-request')")
    clerk.locator("#id_all_brought").check()
    clerk.locator("button[name=action][value=submit]").click()
    fault = clerk.locator("#errors")
    fault.wait_for()
    look(clerk, "wrong-birthday")
    assert clerk.locator("[name='applicant.name']").input_value() == RARE_NAME
    assert clerk.locator("[name='applicant.id_number']").input_value() == wrong
    right = resident_number.generate(division="610924", born_on=date(2000, 2, 29), sequence=17)
    clerk.locator("[name='applicant.id_number']").fill(right)
    clerk.locator("#id_all_brought").check()
    clerk.locator("button[name=action][value=submit]").click()
    clerk.wait_for_url("**/received/")
    receipt = next(address for title, address in papers_of(clerk).items() if "接收回执" in title)
    assert RARE_NAME in read_paper(clerk, receipt)
    clerk.get_by_role("link", name="打开办件").click()
    assert RARE_NAME in text_of(clerk) and right in text_of(clerk)
    look(clerk, "rare-name")
