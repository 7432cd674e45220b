"""Linkage does not depend on the order of rows, nor on the engine; and one entry has one case at most."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yichuang.supervision.domain.linkage.outcomes import Thresholds
from yichuang.supervision.domain.linkage.records import Record, case_record, entry_record
from yichuang.supervision.domain.linkage.terms import terms_on
from yichuang.supervision.domain.linkage.words import LeadOutcome
from yichuang.supervision.engines.spark import session
from yichuang.supervision.linkage.engine import DuckEngine, Engine, SparkEngine, measure, prior_of, table_of
from yichuang.supervision.linkage.work import Work

AS_OF = date(2015, 7, 1)
SALT = b"0" * 16
SURNAMES, GIVEN = "王李张刘陈杨赵黄", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
ITEMS = ("15001", "15002", "15003")
SEEDS = st.integers(0, 2**32 - 1)


def half_year(seed: int, *, cases: int = 60) -> tuple[list[Record], list[Record]]:
    """Return entries and cases of one department: some copied well, some badly, some that never were cases."""
    random = Random(seed)
    files, entries = [], []
    for place in range(cases):
        day = date(2015, 1, 5) + timedelta(days=random.randrange(160))
        name = random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=random.choice((1, 2))))
        number = f"61092419{random.randrange(50, 99)}0{random.randrange(1, 10)}1{random.randrange(10)}{place:03d}X"
        item, certificate = random.choice(ITEMS), f"6109241500{place:06d}"
        files.append(
            case_record(
                number=f"61092420150105{place:06d}",
                county="610924",
                town="",
                organisation="610924-shiyaojian",
                item=item,
                name=name,
                id_type="111",
                id_number=number,
                certificate_number=certificate,
                received_on=day - timedelta(days=3),
                decided_on=day,
                closed_on=day,
                granted=True,
                places=(),
                salt=SALT,
            )
        )
        draw = random.random()
        if draw < 0.1:
            continue
        if draw > 0.9:
            name, number, certificate = name[0] + random.choice(GIVEN), "", f"9{place:06d}"
        elif draw > 0.6:
            name = name[:-1] + random.choice(GIVEN) if random.random() < 0.5 else name
            day, certificate = day + timedelta(days=random.randrange(-2, 3)), ""
        entries.append(
            entry_record(
                register="610924-shiyaojian-licences",
                identity=f"{place:03d}",
                county="610924",
                organisation="610924-shiyaojian",
                item=item if random.random() < 0.9 else "",
                item_options=(),
                holder_kind="person",
                holder_name=name,
                holder_code="",
                holder_digest=files[-1].digest if number and random.random() < 0.5 else "",
                holder_tail=number[-4:] if random.random() < 0.5 else "",
                document_number=certificate,
                area="",
                case_number="",
                decided_on=day,
                places=(),
            )
        )
    return entries, files


def run(entries: Sequence[Record], files: Sequence[Record], engine: Engine) -> Work:
    work = Work(
        entries, files, terms=terms_on(AS_OF), thresholds=Thresholds(500, -200), as_of=AS_OF, verdicts={}
    )  # fmt: skip
    work.by_verdict()
    work.exactly()
    work.weigh(engine)
    return work


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_rows_in_any_order_give_the_same_result(seed: int) -> None:
    entries, files = half_year(seed)
    expected = run(entries, files, DuckEngine())
    random = Random(seed)
    random.shuffle(entries)
    random.shuffle(files)
    assert run(entries, files, DuckEngine()).digest() == expected.digest()


@settings(max_examples=6, deadline=None)
@given(SEEDS)
def test_every_entry_has_an_outcome_and_no_case_two_entries_of_one_register(seed: int) -> None:
    entries, files = half_year(seed)
    work = run(entries, files, DuckEngine())
    assert set(work.found) == {one.id for one in entries}
    linked = [one.case for one in work.found.values() if one.judged.matched]
    assert len(linked) == len(set(linked))
    assert all(one.judged.matched for one in work.found.values() if one.judged.outcome is LeadOutcome.INSIDE)


@pytest.mark.slow(40)
def test_spark_weighs_as_duckdb_does() -> None:
    pytest.importorskip("pyspark")
    entries, files = half_year(2015, cases=120)
    weights, _ = measure([], table_of(entries), table_of(files))
    prior = prior_of(entries, files)
    tables = (table_of(entries), table_of(files))
    duck = DuckEngine().weigh(*tables, weights, prior=prior)
    # Two hundred parts of two hundred rows would each be a task of its own.
    session("local[2]", memory="1GB").conf.set("spark.sql.shuffle.partitions", "2")
    spark = SparkEngine("local[2]").weigh(*tables, weights, prior=prior)
    assert len(duck) > 100
    assert spark == duck
