"""Which family of cards holds where and when."""

from datetime import date
from pathlib import Path

import pytest

from yichuang.calendar.values import FaultyLaw
from yichuang.supervision import schemes
from yichuang.supervision.domain.schemes import PACKAGED, read_schemes, scheme_of
from yichuang.supervision.domain.words import Scheme

HEAD = PACKAGED.read_text().split("chosen:\n")[0] + "chosen:\n"
CHOSEN = """\
  - {division: "610900", scheme: A, from: 2014-11-03, until: 2020-01-01, citation: 甲, mark: K}
  - {division: "610900", scheme: B, from: 2020-01-01, citation: 乙, mark: K}
  - {division: "610924", scheme: B, from: 2015-01-01, until: 2016-01-01, citation: 丙, mark: K}
  - {centre: "610924-centre", scheme: A, from: 2015-06-01, until: null, citation: 丁, mark: K}
"""


def written(folder: Path, chosen: str) -> Path:
    path = folder / "schemes.yaml"
    path.write_text(HEAD + chosen)
    return path


@pytest.mark.parametrize(
    ("county", "centre", "on", "expected"),
    [
        ("610900", "", date(2015, 1, 5), Scheme.A),
        ("610902", "610902-centre", date(2015, 1, 5), Scheme.A),
        ("610902", "610902-centre", date(2020, 1, 1), Scheme.B),
        ("610924", "610924-other", date(2015, 1, 5), Scheme.B),
        ("610924", "610924-centre", date(2015, 5, 31), Scheme.B),
        ("610924", "610924-centre", date(2015, 6, 1), Scheme.A),
        ("610924", "610924-other", date(2016, 1, 1), Scheme.A),
        ("610124", "", date(2015, 1, 5), Scheme.A),
        ("", "", date(2015, 1, 5), Scheme.A),
    ],
)
def test_the_most_specific_choice_in_force_wins(
    tmp_path: Path, county: str, centre: str, on: date, expected: Scheme
) -> None:
    assert scheme_of(county, centre, on, written(tmp_path, CHOSEN)) is expected


def test_the_shipped_file_knows_both_schemes_and_gives_ankang_the_first() -> None:
    assert {preset.key for preset in read_schemes().schemes} == set(Scheme)
    assert schemes.scheme_of("610924", "610924-centre", date(2015, 3, 18)) is Scheme.A


def test_a_city_may_say_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "supervision").mkdir()
    written(tmp_path / "supervision", '  - {division: "610900", scheme: B, from: 2014-11-03, citation: 甲, mark: K}\n')
    monkeypatch.setenv("YICHUANG_LAW_DIR", str(tmp_path))
    assert schemes.scheme_of("610924", "610924-centre", date(2015, 3, 18)) is Scheme.B
    monkeypatch.setenv("YICHUANG_LAW_DIR", str(tmp_path / "nothing-of-this"))
    assert schemes.scheme_of("610924", "610924-centre", date(2015, 3, 18)) is Scheme.A


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ('  - {division: "1", centre: x, scheme: A, from: 2015-01-01, citation: 甲, mark: K}\n', "只写一个"),
        ("  - {scheme: A, from: 2015-01-01, citation: 甲, mark: K}\n", "只写一个"),
        ('  - {division: "1", scheme: A, from: 2015-01-01, until: 2014-01-01, citation: 甲, mark: K}\n', "失效日"),
        ('  - {division: "1", scheme: A, from: 2015-01-01, citation: "", mark: K}\n', "没有写依据"),
        (
            '  - {division: "1", scheme: A, from: 2015-01-01, citation: 甲, mark: K}\n'
            '  - {division: "1", scheme: B, from: 2016-01-01, citation: 甲, mark: K}\n',
            "不能重叠",
        ),
        ('  - {division: "1", scheme: C, from: 2015-01-01, citation: 甲, mark: K}\n', "schemes.yaml"),
    ],
)
def test_a_choice_that_contradicts_itself_is_refused(tmp_path: Path, chosen: str, words: str) -> None:
    with pytest.raises(FaultyLaw) as refused:
        read_schemes(written(tmp_path, chosen))
    assert words in str(refused.value)
