"""Registers of a demonstration half-year as files, and what was planted in them as a file of its own.

Reads other contexts by their doors; the lists themselves are invented in `domain/registers.py`. The files go in by
`yichuang registers import`, like those of any department.
"""

import csv
from collections.abc import Callable, Container, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import yaml
from openpyxl import Workbook

from yichuang.calendar.values import local_day
from yichuang.cases import queries as cases
from yichuang.cases.values import Filing, acts
from yichuang.catalogue import queries as catalogue
from yichuang.regions import queries as regions
from yichuang.scenario.domain.people import Crowd
from yichuang.scenario.domain.registers import (
    List,
    Matter,
    RegisterStory,
    Registrar,
    Words,
    personal_of,
    read_registers,
)
from yichuang.scenario.setting import Setting, load_setting

TRUTH = "truth.csv"
_DATA = Path(__file__).parent / "data"
_YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Written(NamedTuple):
    """One file that was written: its register, the mapping beside it, its number of rows."""

    register: str
    file: Path
    mapping: Path
    rows: int


def write_registers(
    *,
    name: str,
    seed: int,
    scale: float,
    into: Path,
    registers: str = "ankang-registers",
    tell: Callable[[int, int], None] | None = None,
) -> list[Written]:
    """Write the lists of a half-year into a folder, each with its mapping, and `truth.csv` beside them.

    Only cases that stand in the ledger are copied: what has not been filed yet would be off-system by accident.
    Refuses with ScenarioUnknown, StoryFaulty or NothingOffered.
    """
    setting = load_setting(name=name, seed=seed, scale=scale)
    standing = set(map(int, cases.list_source_keys(setting.source)))
    lists = make_lists(setting, load_registers(registers), seed=seed, standing=standing, tell=tell)
    into.mkdir(parents=True, exist_ok=True)
    written = [_write(one, into) for one in lists]
    with (into / TRUTH).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("register", "row", "truth", "source", "source_key"))
        for one in lists:
            for number, line in enumerate(one.lines, start=_head_row(one) + 1):
                key = str(line.place) if line.place >= 0 else ""
                writer.writerow((one.code, number, line.truth, setting.source, key))
    return written


def load_registers(name: str) -> RegisterStory:
    """Return the data file of a name; refuses with StoryFaulty."""
    path = _DATA / f"{name}.yaml"
    return read_registers(yaml.load(path.read_text("utf-8"), Loader=_YAML), file=path.name)


def make_lists(
    setting: Setting,
    story: RegisterStory,
    *,
    seed: int,
    standing: Container[int] | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> list[List]:
    """Return the lists of a half-year; of `standing` places only, where given."""
    words = _words(setting)
    registrar = Registrar(
        story,
        words,
        Crowd(setting.story.people, [county.division for county in setting.story.counties]),
        offers=[
            (offer.organisation, offer.item, "natural" in offer.objects and "enterprise" not in offer.objects)
            for offer in setting.offers
        ],
        brought=_brought(setting, standing),
        seed=seed,
        start_on=setting.story.start_on,
        until=setting.story.until,
    )
    return registrar.make(_matters(setting, registrar, standing, tell))


def _brought(setting: Setting, standing: Container[int] | None) -> set[tuple[str, str]]:
    """Return (organisation, item) of everything that has a case in the centre, however it ended."""
    places = (place for place in range(len(setting.plan)) if standing is None or place in standing)
    used = {setting.plan[place].offer for place in places}
    return {(setting.offers[number].organisation, setting.offers[number].item) for number in used}


def _matters(
    setting: Setting,
    registrar: Registrar,
    standing: Container[int] | None,
    tell: Callable[[int, int], None] | None,
) -> Iterator[Matter]:
    total = len(setting.plan)
    for place in range(total):
        if tell is not None and place % 2_000 == 0:
            tell(place, total)
        if standing is not None and place not in standing:
            continue
        if not registrar.keeps(setting.offers[setting.plan[place].offer].organisation):
            continue
        if matter := matter_of(setting.courses.make(place, setting.plan[place])):
            yield matter
    if tell is not None:
        tell(total, total)


def matter_of(filing: Filing) -> Matter | None:
    """Return what a department did in a case that gave a certificate, None of any other."""
    receive = filing.history[0].act
    certificate = granted = None
    for applied in filing.history:
        if isinstance(applied.act, acts.IssueCertificate):
            certificate = applied.act
        elif isinstance(applied.act, acts.Grant):
            granted = applied.at
    if certificate is None or granted is None or not isinstance(receive, acts.Receive):
        return None
    town = receive.receiving_division if len(receive.receiving_division) > 6 else ""
    return Matter(
        place=int(filing.source_key),
        organisation=receive.organisation,
        item=receive.item,
        county=receive.organisation.partition("-")[0],
        town=town,
        name=filing.applicant.name,
        number=filing.applicant.id_number,
        personal=personal_of(filing.applicant.id_type),
        received=local_day(filing.history[0].at),
        day=local_day(granted),
        document=certificate.certificate_number,
    )


def _words(setting: Setting) -> Words:
    on: date = setting.story.start_on
    tree = regions.get_tree(on=on)
    names = {row.code: row.name for row in tree}
    terms = catalogue.get_terms(on=on)
    return Words(
        organisations=regions.get_organisation_names(),
        counties={row.code: row.short_name for row in tree if len(row.code) == 6},
        towns=names,
        items={key: one.name for key, one in terms.items()},
        results={key: one.result_name for key, one in terms.items()},
    )


def _head_row(one: List) -> int:
    return 2 if one.title else 1


def _write(one: List, into: Path) -> Written:
    file = into / f"{one.code}.{one.shape.file}"
    head = list(one.shape.columns)
    if one.shape.file == "xlsx":
        book = Workbook(write_only=True)
        sheet = book.create_sheet("Sheet1")
        if one.title:
            sheet.append([one.title])
        sheet.append(head)
        for line in one.lines:
            sheet.append(list(line.cells))
        book.save(file)
    else:
        with file.open("w", encoding=one.shape.encoding, newline="", errors="replace") as text:
            writer = csv.writer(text)
            if one.title:
                writer.writerow([one.title])
            writer.writerow(head)
            writer.writerows(line.cells for line in one.lines)
    mapping = into / f"{one.code}.yaml"
    told = {"title": one.title or f"{one.code}", "kind": one.shape.kind, "county": one.county}
    if one.organisation:
        told["organisation"] = one.organisation
    mapping.write_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=False), "utf-8")
    return Written(one.code, file, mapping, len(one.lines))
