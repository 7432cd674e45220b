"""What a search of the catalogue costs and finds, beside two plain ways of doing the same.

    .venv/bin/python bench/bench_search.py                loads the whole city of Ankang first

Queries are planted: a stretch of every item's name as it is, with a character left out, swapped, doubled, replaced by
one of the same sound or by any other; in pinyin, in pinyin with a wrong letter, in first letters. Each is searched in
the whole city (time) and in one county (recall: the item stands among the first five). The peers see the same texts:

- LIKE: `name LIKE %text%` over items and handling items by the bare sqlite3 driver, ordered by item;
- rapidfuzz: `process.extract` with WRatio over all names, of the city for the time, of the county for the recall.

Neither knows pinyin, so their recall there is what chance gives. Limit: 100 ms at p95, the first search (which builds
the index) apart.
"""

import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

COUNTY = "610924"
FIRST = 5
LIMIT_MS = 100
SEED = 2015
LONGEST = 7
TIMED = 200
Planted = tuple[str, str, str]
"""(kind of mistake, what is typed, main item that is meant)."""


def build() -> None:
    """Load places and catalogue of the whole city."""
    from django.core.management import call_command
    from django.utils import timezone

    from yichuang.catalogue.commands import BUNDLED as CATALOGUE
    from yichuang.catalogue.commands import load_catalogue
    from yichuang.kernel.actor import SYSTEM
    from yichuang.regions.commands import BUNDLED as REGIONS
    from yichuang.regions.commands import load_regions

    call_command("migrate", verbosity=0)
    load_regions(folder=REGIONS, by=SYSTEM, at=timezone.now())
    load_catalogue(folder=CATALOGUE, by=SYSTEM, at=timezone.now())


def plant(names: Sequence[tuple[str, str]]) -> Iterator[Planted]:
    """Yield the queries of every (main item, name), the same on every run."""
    from pypinyin import lazy_pinyin

    dice = random.Random(SEED)
    letters = sorted({char for _, name in names for char in name if "\u4e00" <= char <= "\u9fff"})
    alike: dict[str, list[str]] = {}
    for char in letters:
        alike.setdefault(lazy_pinyin(char)[0], []).append(char)
    for item, name in names:
        stretch = max(name.replace("（", "、").split("、"), key=len)[:LONGEST]
        if len(stretch) < 4 or not all("\u4e00" <= char <= "\u9fff" for char in stretch):
            continue
        place = dice.randrange(1, len(stretch) - 1)
        before, char, after = stretch[:place], stretch[place], stretch[place + 1 :]
        sounds = [other for other in alike[lazy_pinyin(char)[0]] if other != char]
        spelled = lazy_pinyin(stretch)
        joined = "".join(spelled)
        wrong = dice.randrange(1, len(joined) - 1)
        yield "as it is", stretch, item
        yield "one character missing", before + after, item
        yield "one character twice", before + char + char + after, item
        yield "two characters swapped", before + after[0] + char + after[1:], item
        yield "one other character", before + dice.choice(letters) + after, item
        if sounds:
            yield "one of the same sound", before + dice.choice(sounds) + after, item
        yield "pinyin", joined, item
        yield "pinyin, one wrong letter", joined[:wrong] + dice.choice("aeioughn") + joined[wrong + 1 :], item
        yield "pinyin, one letter missing", joined[:wrong] + joined[wrong + 1 :], item
        yield "first letters", "".join(syllable[0] for syllable in spelled), item


class Like:
    """A LIKE scan by the bare driver."""

    _CITY = """SELECT DISTINCT i.item_code FROM catalogue_implementationitem i
        WHERE i.state = 'published' AND (? = '' OR i.division = ?) AND (i.name LIKE ? OR EXISTS (
            SELECT 1 FROM catalogue_handlingitem h WHERE h.item_id = i.id AND h.name LIKE ?))
        ORDER BY i.item_code LIMIT ?"""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(self, text: str, division: str) -> list[str]:
        """Return the first main items that hold the text."""
        given = (division, division, f"%{text}%", f"%{text}%", FIRST)
        return [row[0] for row in self._connection.execute(self._CITY, given)]


class Plain:
    """rapidfuzz over all names, nothing else."""

    def __init__(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """Take (division, main item, name) of every item and handling item."""
        self._names = {
            "": [name for _, _, name in rows],
            COUNTY: [name for division, _, name in rows if division == COUNTY],
        }
        self._items = {
            "": [item for _, item, _ in rows],
            COUNTY: [item for division, item, _ in rows if division == COUNTY],
        }

    def find(self, text: str, division: str) -> list[str]:
        """Return the main items of the nearest names."""
        from rapidfuzz import fuzz, process

        near = process.extract(text, self._names[division], scorer=fuzz.WRatio, limit=FIRST * 4)
        return list(dict.fromkeys(self._items[division][place] for _, _, place in near))[:FIRST]


def ours(text: str, division: str) -> list[str]:
    """Return the main items of the first page as people see it."""
    from yichuang.catalogue.queries import search_items

    return [row.item_code for row in search_items(text=text, division=division, limit=FIRST)]


def timed(find: Callable[[str, str], object], texts: Sequence[str]) -> list[float]:
    """Return the milliseconds of each search of the whole city, in ascending order."""
    times = []
    for text in texts:
        started = time.perf_counter()
        find(text, "")
        times.append((time.perf_counter() - started) * 1000)
    return sorted(times)


def measure(path: str) -> bool:
    """Print times and recalls; return whether the search kept its limit."""
    from yichuang.catalogue.models import HandlingItem
    from yichuang.catalogue.queries import page_items

    started = time.perf_counter()
    ours("护照", "")
    print(f"first search, which builds the index: {(time.perf_counter() - started) * 1000:.0f} ms")
    rows = page_items(limit=100_000).rows
    county = page_items(division=COUNTY, limit=1000).rows
    planted = list(plant([(row.item_code, row.name) for row in county]))
    every = [(row.division, row.item_code, row.name) for row in rows]
    every += list(HandlingItem.objects.values_list("item__division", "item__item_code", "name"))
    kept = True
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA cache_size=-65536")
        finders = (("search_items", ours), ("LIKE scan", Like(connection).find), ("rapidfuzz", Plain(every).find))
        sample = random.Random(SEED).sample([text for _, text, _ in planted], TIMED)
        print(f"\n{len(rows):,} items, {len(every):,} names; {len(sample)} queries, the whole city")
        print(f"{'':<16}{'p50 ms':>8}{'p95 ms':>8}{'most':>8}{'ratio':>8}")
        base = 0.0
        for name, find in finders:
            times = timed(find, sample)
            middle, late = statistics.median(times), times[int(len(times) * 0.95)]
            base = base or middle
            print(f"{name:<16}{middle:>8.1f}{late:>8.1f}{times[-1]:>8.1f}{middle / base:>8.1f}")
            kept &= name != "search_items" or late < LIMIT_MS
        kinds = list(dict.fromkeys(kind for kind, _, _ in planted))
        print(f"\nrecall among the first {FIRST} in one county, of {len(planted):,} planted queries")
        print(f"{'':<28}" + "".join(f"{name:>14}" for name, _ in finders))
        for kind in kinds:
            asked = [(text, item) for one, text, item in planted if one == kind]
            shares = [sum(item in find(text, COUNTY) for text, item in asked) / len(asked) for _, find in finders]
            print(f"{kind:<28}" + "".join(f"{share:>14.1%}" for share in shares))
    print(f"\nlimit: p95 under {LIMIT_MS} ms: {'kept' if kept else 'BROKEN'}")
    return kept


def main() -> None:
    """Load the city into a fresh file, measure, tidy up."""
    with tempfile.TemporaryDirectory(prefix="yichuang-bench-") as folder:
        os.environ.pop("YICHUANG_DATABASE_URL", None)
        os.environ |= {
            "YICHUANG_VAR": folder,
            "DJANGO_SETTINGS_MODULE": "yichuang.config.settings",
            "YICHUANG_LOG_LEVEL": "ERROR",
            "YICHUANG_DEBUG": "0",
        }
        import django

        django.setup()
        build()
        from django.db import connection

        if not measure(str(Path(str(connection.settings_dict["NAME"])))):
            sys.exit(1)


if __name__ == "__main__":
    main()
