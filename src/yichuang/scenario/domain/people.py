"""People: synthetic applicants whose numbers are formally valid. Who came to the counter?

Nobody here exists: names are drawn from lists of characters, birthdays and sequences by chance, telephone
numbers begin with 1000915, which is no number of a mobile network.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from yichuang.cases.values import ApplicantDetails
from yichuang.kernel.identifiers import organisation_code, registration_2015, resident_number
from yichuang.scenario.domain.story import People

RESIDENT_CARD, ORGANISATION_CODE, OTHER_NUMBER = "111", "002", "099"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_OLDEST, _YOUNGEST = date(1940, 1, 1), date(1996, 12, 31)


def _part(text: str, start: int) -> tuple[str, int]:
    return text, sum(int(digit) * _WEIGHTS[start + place] for place, digit in enumerate(text))


class Crowd:
    """All applicants of one half-year; knows partial check sums so that a valid number costs three look-ups."""

    def __init__(self, people: People, divisions: Sequence[str]) -> None:
        self._people = people
        self._divisions = {division: _part(_registered(division), 0) for division in divisions}
        span = (_YOUNGEST - _OLDEST).days + 1
        self._birthdays = [_part(f"{_OLDEST + timedelta(days=day):%Y%m%d}", 6) for day in range(span)]
        self._sequences = [_part(f"{number:03d}", 14) for number in range(1000)]
        # The module's own rule must agree with the quick one.
        first = self._number(divisions[0], 0, 0)
        assert first[17] == resident_number.check_character(first[:17])

    def _number(self, division: str, birthday: int, sequence: int) -> str:
        place, sum_1 = self._divisions[division]
        born, sum_2 = self._birthdays[birthday]
        serial, sum_3 = self._sequences[sequence]
        return place + born + serial + _CHECKS[(sum_1 + sum_2 + sum_3) % 11]

    def person(self, random: Random, division: str) -> ApplicantDetails:
        """Return a natural person of a division."""
        draw, people = random.random, self._people
        name = people.surnames[int(draw() * len(people.surnames))] + people.given[int(draw() * len(people.given))]
        if draw() < 0.72:
            name += people.given[int(draw() * len(people.given))]
        number = self._number(division, int(draw() * len(self._birthdays)), int(draw() * 1000))
        return ApplicantDetails(name, RESIDENT_CARD, number, f"1000915{int(draw() * 10_000):04d}")

    def firm(self, random: Random, division: str, place: str) -> ApplicantDetails:
        """Return a firm with the registration number of 2015 (the unified code came in October)."""
        draw, people = random.random, self._people
        name = (
            f"{place}{people.firms[int(draw() * len(people.firms))]}{people.trades[int(draw() * len(people.trades))]}"
        )
        number = registration_2015.generate_registration(
            authority=_registered(division), serial=int(draw() * 99_999_999)
        )
        return ApplicantDetails(name, OTHER_NUMBER, number, f"1000915{int(draw() * 10_000):04d}")

    def institution(self, random: Random, place: str) -> ApplicantDetails:
        """Return an institution with an organisation code."""
        draw = random.random
        name = (
            f"{place}第{'一二三四五六七八九十'[int(draw() * 10)]}{('小学', '中学', '医院', '幼儿园')[int(draw() * 4)]}"
        )
        number = organisation_code.generate(body=f"YC{int(draw() * 1_000_000):06d}")
        return ApplicantDetails(name, ORGANISATION_CODE, number, f"1000915{int(draw() * 10_000):04d}")


def _registered(division: str) -> str:
    # The zone has no code of its own on anybody's card: its people are registered in 汉滨.
    return "610902" if division == "610971" else division
