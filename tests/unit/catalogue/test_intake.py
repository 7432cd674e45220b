"""Intake: which questions follow from which answers, which materials this applicant needs, how each may be met."""

from datetime import date

import pytest

from yichuang.catalogue.domain.content import Material
from yichuang.catalogue.domain.intake import (
    APPLICANT,
    HANDLING,
    LEGAL,
    NATURAL,
    Field,
    FieldKind,
    Intake,
    IntakeContent,
    MaterialRule,
    Option,
    Question,
    Situation,
    Way,
    complete,
    in_language,
    promisable,
    situate,
)

APPLICATION = Material(name="申请书", key=True, originals=1)
PREMISES = Material(name="住所证明", copies=1, use_note="租赁的交合同")
TITLE = Material(name="房产证", required=False)
LOSS = Material(name="遗失声明", required=False)
MATERIALS = (APPLICATION, PREMISES, TITLE, LOSS)


def option(key: str, **fields: object) -> Option:
    return Option(key=key, text=f"答{key}", text_en=f"Answer {key}", **fields)  # type: ignore[arg-type]


def question(key: str, *options: Option, **fields: object) -> Question:
    return Question(key=key, text=f"问{key}", text_en=f"Question {key}", options=options, **fields)  # type: ignore[arg-type]


INTAKE = complete(
    IntakeContent(
        item="01001",
        questions=(
            question(HANDLING, option("01"), option("02", drops=("住所证明",), note="请登报", note_en="Publish it")),
            question("source", option("bought", needs=("房产证",)), option("granted"), when={HANDLING: ("01",)}),
            question("lost", option("yes", needs=("遗失声明",)), option("no"), when={HANDLING: ("02",)}),
        ),
        fields=(
            Field(key="name", label="名称", label_en="Name"),
            Field(key="old", label="原证号", label_en="Old number", when={HANDLING: ("02",)}),
        ),
        materials=(
            MaterialRule(name="住所证明", ways=(Way.BRING, Way.PROMISE), note="可以承诺", note_en="May be promised"),
            MaterialRule(name="申请书", tolerable=True),
        ),
    ),
    objects_served=("1", "2"),
    version=1,
    effective_on=date(2015, 1, 1),
)


def situation(handling: str = "", online: bool = True, intake: Intake = INTAKE, **answers: str) -> Situation:
    return situate(intake, materials=MATERIALS, answers=answers, online=online, handling=handling)


def names(found: Situation) -> list[str]:
    return [need.name for need in found.materials]


def test_before_any_answer_only_the_first_question_is_asked_and_every_material_is_shown() -> None:
    found = situation()
    assert [q.key for q in found.questions] == [HANDLING]
    assert found.unanswered == (HANDLING,)
    assert (names(found), found.handling) == (["申请书", "住所证明", "房产证", "遗失声明"], "")


def test_an_answer_opens_the_questions_that_hang_on_it() -> None:
    assert situation(source="bought").answers == {}, "an answer to a question not yet asked is no answer"
    asked = situate(INTAKE, materials=MATERIALS, answers={HANDLING: "01"}, online=True)
    assert [q.key for q in asked.questions] == [HANDLING, "source"]
    assert asked.unanswered == ("source",)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({HANDLING: "01", "source": "bought"}, ["申请书", "住所证明", "房产证"]),
        ({HANDLING: "01", "source": "granted"}, ["申请书", "住所证明"]),
        ({HANDLING: "02", "lost": "yes"}, ["申请书", "遗失声明"]),
        ({HANDLING: "02", "lost": "no"}, ["申请书"]),
    ],
)
def test_answers_cut_the_list_to_what_this_applicant_needs(answers: dict[str, str], expected: list[str]) -> None:
    found = situate(INTAKE, materials=MATERIALS, answers=answers, online=True)
    assert names(found) == expected
    assert found.unanswered == ()
    assert all(need.required for need in found.materials)


def test_whoever_comes_for_one_handling_item_is_not_asked_which_but_hears_its_note() -> None:
    found = situation(handling="02")
    assert [q.key for q in found.questions] == ["lost"]
    assert (found.handling, found.notes) == ("02", ("请登报",))
    assert "住所证明" not in names(found)


def test_the_handling_item_of_the_guide_outweighs_a_made_up_answer() -> None:
    found = situate(INTAKE, materials=MATERIALS, answers={HANDLING: "01"}, online=True, handling="02")
    assert found.answers[HANDLING] == "02"


@pytest.mark.parametrize("answers", [{HANDLING: "99"}, {"nothing": "x"}, {HANDLING: ""}, {APPLICANT: "robot"}])
def test_what_is_no_answer_is_left_out_and_never_refused(answers: dict[str, str]) -> None:
    found = situate(INTAKE, materials=MATERIALS, answers=answers, online=True)
    assert found.answers == {}
    assert found == situation()


def test_a_material_that_one_answer_needs_and_another_drops_is_kept() -> None:
    intake = complete(
        IntakeContent(
            item="01001",
            questions=(
                question("a", option("x", needs=("房产证",)), option("y")),
                question("b", option("x", drops=("房产证",)), option("y")),
            ),
        ),
        objects_served=("1",),
    )
    assert "房产证" in names(situation(intake=intake, a="x", b="x"))
    assert "房产证" not in names(situation(intake=intake, a="y", b="y"))


def test_a_key_material_is_never_tolerable_whatever_the_file_says() -> None:
    needs = {need.name: need for need in situation().materials}
    assert (needs["申请书"].key, needs["申请书"].tolerable) == (True, False)
    assert needs["住所证明"].tolerable


def test_ways_and_notes_come_from_the_file_and_else_from_the_item() -> None:
    needs = {need.name: need for need in situation().materials}
    assert needs["住所证明"].ways == (Way.BRING, Way.PROMISE)
    assert needs["住所证明"].note == "可以承诺"
    assert needs["房产证"].ways == (Way.BRING, Way.UPLOAD)
    assert {need.name: need.ways for need in situation(online=False).materials}["房产证"] == (Way.BRING,)
    assert promisable(INTAKE.materials) == ("住所证明",)


def test_the_form_shows_the_fields_of_the_handling_item_and_of_the_kind_of_applicant() -> None:
    def keys(**answers: str) -> list[str]:
        return [f.key for f in situate(INTAKE, materials=MATERIALS, answers=answers, online=True).fields]

    assert keys() == ["name", "remark"]
    assert keys(**{HANDLING: "02"}) == ["name", "old", "remark"]
    assert keys(**{APPLICANT: LEGAL}) == ["name", "contact", "contact-phone", "remark"]
    assert keys(**{APPLICANT: NATURAL}) == ["name", "remark"]


def test_an_item_for_natural_persons_only_has_no_field_of_firms() -> None:
    assert [f.key for f in complete(IntakeContent(item="1"), objects_served=("1",)).fields] == ["remark"]


def test_every_field_says_how_long_it_may_be() -> None:
    assert Field(key="x", label="x", label_en="x", kind=FieldKind.PHONE).longest == 20
    assert Field(key="x", label="x", label_en="x", max_length=7).longest == 7


def test_english_takes_the_place_of_chinese_all_the_way_down_and_names_stay() -> None:
    english = in_language(INTAKE, "en")
    assert english.questions[0].text == "Question handling"
    assert english.questions[0].options[1].note == "Publish it"
    assert english.fields[0].label == "Name"
    assert english.materials[0].note == "May be promised"
    assert english.materials[0].name == "住所证明"
    assert in_language(INTAKE, "zh-hans") is INTAKE
