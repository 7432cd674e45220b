"""Names in English: every place and every organisation that the city has or had, on every day it is spoken of."""

import re
from datetime import date

import pytest
from django.utils import translation

from yichuang.regions.queries import get_division_register, get_organisation_names, list_centres
from yichuang.ui.names import get_names

# Left to SQLite: what the packaged files say.
pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.usefixtures("all_places")]
CHINESE = re.compile(r"[\u3400-\u9fff]")
DAYS = (date(2015, 3, 2), date(2026, 11, 26))


@pytest.mark.parametrize("on", DAYS)
def test_every_organisation_has_an_english_name_also_one_that_only_another_day_had(on: date) -> None:
    codes = get_organisation_names()
    assert len(codes) == 760
    names = get_names(on=on)
    with translation.override("en"):
        shown = {code: names.organisation(code) for code in codes}
    assert {code: name for code, name in shown.items() if CHINESE.search(name) or name == code} == {}


@pytest.mark.parametrize("on", DAYS)
def test_every_place_and_every_centre_has_one(on: date) -> None:
    names = get_names(on=on)
    with translation.override("en"):
        places = {code: translation.gettext(one.name) for code, one in get_division_register().items()}
        centres = {row.code: names.body(row.code) for row in list_centres(on=on)}
    assert {code: name for code, name in {**places, **centres}.items() if CHINESE.search(name)} == {}


def test_an_english_name_says_what_and_where() -> None:
    names = get_names(on=date(2026, 11, 26))
    with translation.override("en"):
        assert names.organisation("610924-guotu") == "Land and Resources Bureau, Ziyang County"
        assert names.organisation("610971-gongan") == "Public Security Bureau, Ankang Hi-Tech Zone"
        assert names.body("610924-centre") == "Government service centre, Ziyang County"
        assert names.body("610924100-hall") == "Town hall, Chengguan Town"
        assert names.department("guotu") == "Land and Resources Bureau"
    assert names.organisation("610924-guotu") == "紫阳县国土资源局"
    assert names.department("guotu") == "国土资源局"
