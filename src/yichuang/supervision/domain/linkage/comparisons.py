"""Comparisons: what is compared between an entry and a case, on which pairs, and what each agreement is worth.

Every level is a condition over the two sides with functions that both engines know under one name (`text_edits`,
`text_likeness`), because DuckDB's own distances count bytes, which is wrong for Chinese. The same conditions, as one
CASE, measure how often each level holds among pairs that are one matter (m: the exactly linked ones) and among any two
of one county (u): a weight is log2(m/u).
"""

from collections.abc import Mapping
from typing import NamedTuple

from yichuang.kernel.words import N_

WINDOW_DAYS = 120
# So many pairs' worth the expectations below count for, against what the run's own pairs show.
EXPECTED_WORTH = 40
LEAST_U = 1e-6


class Level(NamedTuple):
    """One level: condition, words, and how often it is expected of one matter (m) and of two (u) before any is seen.

    `common` names the column whose frequent values are worth less.
    """

    key: str
    condition: str
    words: str
    m: float
    u: float
    common: str = ""


class Compared(NamedTuple):
    """One thing that is compared, its levels from like to unlike; `unknown` is the condition of nothing to compare.

    `learnt_from`: the exact keys whose pairs show its m without being chosen by it.
    """

    key: str
    label: str
    unknown: str
    levels: tuple[Level, ...]
    learnt_from: str


COMPARED: tuple[Compared, ...] = (
    Compared(
        "name",
        N_("名称"),
        "name_l = '' OR name_r = ''",
        (
            Level("same", "name_l = name_r", N_("归一后完全相同"), 0.80, 4e-4, common="name"),
            Level("sound", "sound_l = sound_r", N_("读音相同，像是同音字输错"), 0.05, 2e-5),
            Level(
                "inside",
                "length(name_l) > 2 AND length(name_r) > 2 AND (contains(name_l, name_r) OR contains(name_r, name_l))",
                N_("一方是另一方的简称"),
                0.06,
                5e-5,
            ),
            Level(
                "one",
                "text_edits(name_l, name_r) <= 1 OR text_edits(full_l, full_r) <= 1",
                N_("只差一个字"),
                0.06,
                1e-3,
            ),
            Level("like", "text_likeness(name_l, name_r) >= 0.8", N_("大部分相同"), 0.01, 1e-3),
            Level("else", "ELSE", N_("不同"), 0.02, 0.99),
        ),
        "key <> 'document' OR holder_level = 'same'",
    ),
    Compared(
        "holder",
        N_("证件号或代码"),
        "(code_l = '' OR code_r = '') AND (digest_l = '' OR digest_r = '') AND (tail_l = '' OR tail_r = '')",
        (
            Level(
                "same",
                "(code_l <> '' AND code_l = code_r) OR (digest_l <> '' AND digest_l = digest_r)",
                N_("完全一致"),
                0.86,
                2e-6,
            ),
            Level(
                "near",
                "code_l <> '' AND code_r <> '' AND text_edits(code_l, code_r) <= 2",
                N_("只差一两位，像是抄错"),
                0.06,
                1e-5,
            ),
            Level("tail", "tail_l <> '' AND tail_l = tail_r", N_("末四位一致"), 0.05, 1e-4),
            Level("else", "ELSE", N_("不一致"), 0.03, 0.9998),
        ),
        "key <> 'holder' AND name_level IN ('same', 'sound')",
    ),
    Compared(
        "document",
        N_("文号或证照编号"),
        "serial_l = '' OR serial_r = ''",
        (
            Level("same", "document_l = document_r", N_("归一后完全一致"), 0.2, 1e-6),
            Level("serial", "serial_l = serial_r", N_("流水号一致"), 0.2, 5e-6),
            Level("near", "text_edits(serial_l, serial_r) <= 1", N_("流水号只差一位"), 0.3, 6e-5),
            Level("else", "ELSE", N_("不一致"), 0.3, 0.9999),
        ),
        "key = 'holder'",
    ),
    Compared(
        "item",
        N_("事项"),
        # Cases always have their item; a list that leaves it open still says which department it is.
        "item_l = '' AND options_l = '' AND organisation_l = organisation_r",
        (
            Level("same", "item_l = item_r", N_("同一事项"), 0.975, 0.03, common="item"),
            Level(
                "option", "options_l <> '' AND contains(options_l, item_r)", N_("名称相符的几个事项之一"), 0.01, 0.004
            ),
            Level("organisation", "organisation_l = organisation_r", N_("同一部门的另一事项"), 0.012, 0.03),
            Level("else", "ELSE", N_("另一部门的事项"), 0.003, 0.94),
        ),
        "key <> 'holder'",
    ),
    Compared(
        "day",
        N_("日期"),
        "day_l IS NULL OR day_r IS NULL",
        (
            Level("same", "day_l = day_r", N_("同一天"), 0.90, 0.008),
            Level("near", "abs(day_l - day_r) <= 3", N_("相差三天以内"), 0.075, 0.03),
            Level(
                "slip",
                "month_day_l = month_day_r AND abs(day_l - day_r) <= 31",
                N_("日相同而月差一，像是月份写错"),
                0.004,
                0.01,
            ),
            Level("weeks", "abs(day_l - day_r) <= 15", N_("相差十五天以内"), 0.010, 0.12),
            Level("months", "abs(day_l - day_r) <= 45", N_("相差四十五天以内"), 0.006, 0.25),
            Level("else", "ELSE", N_("相差更久"), 0.005, 0.58),
        ),
        "key <> 'holder'",
    ),
    Compared(
        "area",
        N_("所在镇"),
        "area_l = '' OR area_r = ''",
        (
            Level("same", "area_l = area_r", N_("同一镇"), 0.95, 0.08),
            Level("else", "ELSE", N_("不同的镇"), 0.05, 0.92),
        ),
        "TRUE",
    ),
)

TEXTS = (
    "id",
    "county",
    "organisation",
    "item",
    "options",
    "name",
    "full",
    "sound",
    "head",
    "foot",
    "code",
    "digest",
    "tail",
    "document",
    "serial",
    "area",
)
NUMBERS = ("day", "received", "month_day")
# Pairs worth looking at: each rule alone finds what the others lose to one error.
WITHIN = f"l.county = r.county AND abs(l.day - coalesce(r.day, r.received)) <= {WINDOW_DAYS}"
BLOCKING = (
    "l.code <> '' AND l.code = r.code",
    "l.digest <> '' AND l.digest = r.digest",
    "l.document <> '' AND l.document = r.document",
    "l.serial <> '' AND l.serial = r.serial AND l.organisation = r.organisation",
    "l.name <> '' AND l.name = r.name AND l.organisation = r.organisation",
    "l.sound <> '' AND l.sound = r.sound AND l.organisation = r.organisation",
    "l.head <> '' AND l.head = r.head AND l.item = r.item",
    "l.foot <> '' AND l.foot = r.foot AND l.item = r.item",
    "l.tail <> '' AND l.tail = r.tail AND l.item = r.item",
    "l.item = r.item AND l.day = r.day",
    "l.item = '' AND l.organisation = r.organisation AND l.head = r.head AND l.head <> ''",
)

Weights = Mapping[str, Mapping[str, tuple[float, float]]]


def level_case(one: Compared) -> str:
    """Return the CASE that names the level of a comparison; null where there is nothing to compare."""
    parts = [f"WHEN {one.unknown} THEN NULL"]
    parts += [f"WHEN {level.condition} THEN '{level.key}'" for level in one.levels if level.condition != "ELSE"]
    return f"CASE {' '.join(parts)} ELSE '{one.levels[-1].key}' END"


def weigh(counts: Mapping[str, Mapping[str, int]], among: Mapping[str, Mapping[str, int]]) -> Weights:
    """Return (m, u) by comparison and level: counted among pairs of one matter and among any, over expectations."""
    weights: dict[str, dict[str, tuple[float, float]]] = {}
    for one in COMPARED:
        seen, met = counts.get(one.key, {}), among.get(one.key, {})
        total, pairs = sum(seen.values()), sum(met.values())
        weights[one.key] = {
            level.key: (
                (seen.get(level.key, 0) + EXPECTED_WORTH * level.m) / (total + EXPECTED_WORTH),
                # A level met fewer than ten times is as rare as it was expected to be.
                max(met[level.key] / pairs if met.get(level.key, 0) >= 10 else level.u, LEAST_U),
            )
            for level in one.levels
        }
    return weights


def level_of(comparison: str, vector: int) -> Level | None:
    """Return the level that Splink numbers so (-1 unknown, 0 the last, the highest the first), None of unknown."""
    levels = next(one.levels for one in COMPARED if one.key == comparison)
    return None if vector < 0 else levels[len(levels) - 1 - vector]
