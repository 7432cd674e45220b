"""Intakes, life events and words of the search over their tables: loading, versions by day, terms, languages."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.unit.catalogue.samples import CITY, GONGSHANG, exercisers
from yichuang.catalogue import commands, queries
from yichuang.catalogue.models import CatalogueAct, Intake, Wording
from yichuang.catalogue.values import ItemUnknown, LoadReport, SourceFaulty, Way
from yichuang.kernel.actor import Actor

pytestmark = pytest.mark.django_db

NOW = datetime(2015, 7, 1, 9, 0, tzinfo=UTC)
CLERK = Actor(id="c", name="经办")
CODE = f"{GONGSHANG}4610101001000"
KEY = ("610924-gongshang", "01001")


def load(folder: Path = CITY) -> LoadReport:
    return commands.load_catalogue(folder=folder, by=CLERK, at=NOW, exercisers=exercisers())


def changed(tmp_path: Path, name: str, *pairs: tuple[str, str]) -> Path:
    """Return a copy of the small city with some text of one file replaced."""
    folder = shutil.copytree(CITY, tmp_path / "city", dirs_exist_ok=True)
    file = folder / name
    text = file.read_text()
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    file.write_text(text)
    return folder


def test_a_load_writes_intakes_and_wordings_and_a_second_one_writes_nothing() -> None:
    assert load().guidance == 3
    assert load().guidance == 0
    assert (Intake.objects.count(), Wording.objects.count()) == (1, 2)
    assert CatalogueAct.objects.count() == 1


def test_an_item_with_a_file_is_asked_for_as_the_file_says() -> None:
    load()
    intake = queries.get_intake(item="01001")
    assert (intake.version, intake.effective_on, intake.town_hall) == (1, date(2015, 1, 1), True)
    assert [question.key for question in intake.questions] == ["handling", "premises"]
    assert [field.key for field in intake.fields] == ["company-name", "capital", "contact", "contact-phone", "remark"]
    assert queries.get_intake(item=CODE) == queries.get_intake(item=f"{CODE}02") == intake


def test_an_item_without_a_file_has_no_questions_and_the_fields_that_every_form_has() -> None:
    load()
    intake = queries.get_intake(item="01002")
    assert (intake.version, intake.questions) == (0, ())
    assert [field.key for field in intake.fields] == ["contact", "contact-phone", "remark"]
    assert [field.key for field in queries.get_intake(item="06001").fields] == ["remark"]


@pytest.mark.parametrize("item", ["", "99999", "0" * 31, "x"])
def test_an_unknown_item_has_no_intake(item: str) -> None:
    load()
    with pytest.raises(ItemUnknown):
        queries.get_intake(item=item)


def test_a_new_file_is_a_new_version_from_its_day_and_the_old_one_stays(tmp_path: Path) -> None:
    load()
    folder = changed(
        tmp_path, "intake/01001.yaml", ("effective_on: 2015-01-01", "effective_on: 2015-06-01"), (", promise]", "]")
    )
    assert load(folder).guidance == 1
    assert queries.get_intake(item="01001", on=date(2015, 5, 31)).version == 1
    assert queries.get_intake(item="01001", on=date(2015, 6, 1)).version == 2
    assert queries.get_intake(item="01001").version == 2
    assert queries.get_intake(item="01001", on=date(2014, 12, 31)).version == 0
    terms = {day: queries.get_terms(on=day)[KEY].promisable for day in (date(2015, 5, 31), date(2015, 6, 1))}
    assert terms == {date(2015, 5, 31): ("住所使用证明",), date(2015, 6, 1): ()}


def test_terms_name_key_required_and_promisable_materials() -> None:
    load()
    terms = queries.get_terms(on=date(2015, 6, 30))
    found = terms[KEY]
    assert found.key_materials == ("公司登记（备案）申请书",)
    assert found.required_materials == ("公司登记（备案）申请书", "住所使用证明")
    assert found.promisable == ("住所使用证明",)
    assert terms["610900-gongjiao", "33001"].promisable == ()


def test_a_file_corrected_for_the_same_day_takes_the_place_of_the_first(tmp_path: Path) -> None:
    load()
    load(changed(tmp_path, "intake/01001.yaml", ("可以承诺", "可以书面承诺")))
    intake = queries.get_intake(item="01001", on=date(2015, 1, 1))
    assert (intake.version, intake.find_material("住所使用证明").note) == (2, "可以书面承诺")


def test_answers_narrow_the_materials_of_a_real_guide() -> None:
    load()
    intake = queries.get_intake(item="01001")
    whole = queries.get_item_guide(code=CODE)
    needs = queries.narrow(guide=whole, intake=intake, answers={"handling": "01", "premises": "shared"})
    assert [need.name for need in needs] == ["公司登记（备案）申请书"]
    joint_stock = queries.get_item_guide(code=f"{CODE}02")
    found = queries.get_situation(guide=joint_stock, intake=intake, answers={})
    assert (found.handling, found.questions, found.notes) == ("02", (), ("须有发起人协议",))
    assert [need.ways for need in found.materials][1] == (Way.BRING, Way.UPLOAD, Way.PROMISE)


def test_english_pages_get_english_questions_and_events() -> None:
    load()
    assert queries.get_intake(item="01001", language="en").questions[0].text == "Which kind of company?"
    assert [event.name for event in queries.list_life_events(audience="legal", language="en")] == ["Opening a business"]
    assert [event.key for event in queries.list_life_events()] == ["open-business", "car"]


def test_an_intake_is_read_from_memory_while_nothing_changes() -> None:
    load()
    queries.get_intake(item="01001")
    with CaptureQueriesContext(connection) as asked:
        queries.get_intake(item="01001")
    # What the item serves, and the version of the data.
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("name", "before", "after", "place"),
    [
        ("intake/01001.yaml", "drops: [住所使用证明]", "drops: [租房合同]", "intake/01001.yaml:17"),
        ("intake/01001.yaml", "label: 资本", "lable: 资本", "intake/01001.yaml:20"),
        ("intake/01001.yaml", "effective_on: 2015-01-01", "effective_on: soon", "intake/01001.yaml:2"),
        ("intake/01001.yaml", "town_hall: true", "item: '01001'", "intake/01001.yaml:3"),
        ("intake/01001.yaml", "questions:", "questions: [", "intake/01001.yaml"),
        ("life_events.yaml", '"01002"', '"01009"', "life_events.yaml:2"),
        ("life_events.yaml", "audience: natural", "audience: 3", "life_events.yaml:3"),
        ("search_words.yaml", "[驾照]", "[执照]", "search_words.yaml:4"),
        ("search_words.yaml", "gongshang", "nobody", "search_words.yaml:6"),
    ],
)
def test_a_fault_is_told_with_its_file_and_line_and_nothing_is_loaded(
    tmp_path: Path, name: str, before: str, after: str, place: str
) -> None:
    with pytest.raises(SourceFaulty) as refused:
        load(changed(tmp_path, name, (before, after)))
    assert str(refused.value.details["first"]).startswith(place)
    assert not Intake.objects.exists()


def test_an_intake_of_an_item_that_is_not_there_is_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(CITY, tmp_path / "city")
    (folder / "intake" / "01001.yaml").rename(folder / "intake" / "77777.yaml")
    with pytest.raises(SourceFaulty, match=r"intake/77777\.yaml:1"):
        load(folder)


def test_the_check_lists_every_fault_without_loading(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = changed(
        tmp_path, "intake/01001.yaml", ("drops: [住所使用证明]", "drops: [租房合同]"), ("label: 资本", "lable: 资本")
    )
    with pytest.raises(CommandError, match="2处"):
        call_command("catalogue_check", str(folder))
    printed = capsys.readouterr().out
    assert "intake/01001.yaml:17" in printed
    assert "intake/01001.yaml:20" in printed


def test_two_rows_of_one_version_are_refused_by_the_database() -> None:
    load()
    row = Intake.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_the_city_without_guidance_still_loads(tmp_path: Path) -> None:
    folder = shutil.copytree(CITY, tmp_path / "city")
    shutil.rmtree(folder / "intake")
    (folder / "life_events.yaml").unlink()
    (folder / "search_words.yaml").unlink()
    assert load(folder).guidance == 0
    assert queries.list_life_events() == ()
    assert [row.item_code for row in queries.search_items(text="公司", division="610924")] == ["01001"]
