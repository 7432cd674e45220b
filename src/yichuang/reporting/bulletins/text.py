"""Text: turns gathered observations into the sentences of the notice; pure.

Every number comes in as a `Figure` of the book, so that no digit is printed which the annex does not
explain. The sections follow the bulletin of 2015-07-23: situation, problems, next steps.
"""

from dataclasses import dataclass
from datetime import date

from yichuang.documents import (
    Block,
    DocumentNumber,
    Figure,
    Heading,
    OfficialNotice,
    Paragraph,
    Table,
    Text,
)
from yichuang.kernel.periods import Period, PeriodKind
from yichuang.reporting.bulletins import supervised
from yichuang.reporting.bulletins.supervised import NOTHING, Supervised

NUMERALS = "一二三四五六七八九十"
UNDEFINED = "—"
Parts = list[str | Figure | Text]


@dataclass(frozen=True, slots=True)
class NewCentre:
    """A centre opened or moved a short while ago, and in which month: 6月份, 6月底."""

    name: str
    month: str


@dataclass(frozen=True, slots=True)
class CountyLine:
    """One county's row of the table; a ratio over nothing is None."""

    name: str
    accepted: Figure
    completed: Figure
    completion_rate: Figure | None
    on_time_rate: Figure | None
    mean_days: Figure | None


@dataclass(frozen=True, slots=True)
class Growth:
    """A centre whose entered items grew within the period."""

    name: str
    month: str
    before: Figure
    after: Figure


@dataclass(frozen=True, slots=True)
class Observations:
    """Everything that the text speaks of, already measured."""

    whole: str
    centres: str
    titled: str
    spoken: str
    as_of: date
    accepted: Figure
    completed: Figure
    is_empty: bool = False
    completion_rate: Figure | None = None
    on_time_rate: Figure | None = None
    early_rate: Figure | None = None
    mean_days: Figure | None = None
    late: Figure | None = None
    late_departments: tuple[tuple[str, Figure], ...] = ()
    city_centres: Figure | None = None
    county_centres: Figure | None = None
    town_centres: Figure | None = None
    planned: tuple[str, ...] = ()
    new: tuple[NewCentre, ...] = ()
    without_supervision: Figure | None = None
    without_supervision_names: tuple[str, ...] = ()
    without_supervision_unit: str = "个县"
    incompatible_names: tuple[str, ...] = ()
    most_entered: tuple[str, Figure] | None = None
    growth: tuple[Growth, ...] = ()
    fewest_entered: tuple[tuple[str, Figure], ...] = ()
    lines: tuple[CountyLine, ...] = ()
    supervised: Supervised = NOTHING


@dataclass(frozen=True, slots=True)
class Issue:
    """How the notice is issued."""

    authority: str
    document_number: DocumentNumber
    addressees: str
    copies_to: tuple[str, ...]
    dated_on: date
    draft: bool

    def notice(self, *, title: str, body: tuple[Block, ...]) -> OfficialNotice:
        """Return the notice of these words, issued so; `title` is what follows the name of who issues it."""
        return OfficialNotice(
            issuing_authority=self.authority,
            document_number=self.document_number,
            title=f"{self.authority}关于\n{title}",
            addressees=self.addressees,
            body=body,
            signature=self.authority,
            dated_on=self.dated_on,
            copies_to=self.copies_to,
            printed_by=self.authority,
            printed_on=self.dated_on,
            draft=self.draft,
        )


def spoken(period: Period) -> str:
    """Return how a sentence begins with a period whose year the title has named: 上半年, 第二季度, 6月份."""
    if period.kind is PeriodKind.YEAR or period.start_on.year != period.last_on.year:
        return period.title
    return titled(period).partition("年")[2]


def titled(period: Period) -> str:
    """Return how a title names a period: 2015年度, 2015年上半年, 2015年6月份."""
    return period.title + {PeriodKind.YEAR: "度", PeriodKind.MONTH: "份"}.get(period.kind, "")


def _names(names: tuple[str, ...]) -> str:
    return "、".join(names)


def _number(paragraphs: list[tuple[str, Parts]]) -> list[Block]:
    """Return the paragraphs, each led by its point; a single point is not counted."""
    leads = [f"{NUMERALS[place]}是{lead}" for place, (lead, _) in enumerate(paragraphs)]
    if len(paragraphs) == 1:
        leads = [paragraphs[0][0]]
    return [
        Paragraph.of(Text(f"{lead}。", strong=True), *parts) for lead, (_, parts) in zip(leads, paragraphs, strict=True)
    ]


def _stands(seen: Observations) -> bool:
    """Tell whether no level is without a centre."""
    return all(
        figure and figure.display != "0" for figure in (seen.city_centres, seen.county_centres, seen.town_centres)
    )


def _system(seen: Observations) -> Parts:
    """Tell how many centres ran on the last day; that the three levels stand is only said where none is empty."""
    if not (seen.city_centres and seen.county_centres and seen.town_centres):
        return []
    planned = f"（{_names(seen.planned)}尚未建成）" if seen.planned else ""
    return [
        f"截至{seen.as_of.month}月{seen.as_of.day}日，全市已建成", seen.city_centres, "个市级政务服务中心、",
        seen.county_centres, f"个县（区）级政务服务中心{planned}、", seen.town_centres, "个镇级便民服务中心",
        "，市、县、镇三级政务服务体系初步形成。" if _stands(seen) else "。",
    ]  # fmt: skip


def _volume(seen: Observations) -> Parts:
    """Tell what was accepted and completed; a ratio over nothing is not told at all."""
    parts: Parts = [
        f"{seen.spoken}，{seen.centres}政务服务中心共受理事项", seen.accepted, "件，已办结", seen.completed, "件",
    ]  # fmt: skip
    if seen.completion_rate:
        parts += ["，办结率", seen.completion_rate]
    parts.append("。")
    if seen.on_time_rate and seen.early_rate:
        parts += [
            "按办结件是否在承诺时限内作出决定计算，按期办结率", seen.on_time_rate, "，提前办结率", seen.early_rate,
        ]  # fmt: skip
        if seen.mean_days:
            parts += ["；按工作日计时的事项平均办结时间", seen.mean_days, "个工作日"]
        parts.append("。")
    if seen.is_empty:
        parts.append("本期没有办件记录，不计算各项比率。")
    return parts


def _offered(seen: Observations) -> Parts:
    parts: Parts = []
    if seen.most_entered:
        parts += [f"{seen.most_entered[0]}统一受理事项达到", seen.most_entered[1], "项。"]
    for grown in seen.growth:
        parts += [f"{grown.name}进驻事项{grown.month}由原来的", grown.before, "项增加至", grown.after, "项。"]
    if parts:
        parts.insert(
            0, "各级政务服务中心按照“凡批必进、应进全进”的要求，逐步把行政审批和便民服务事项纳入中心集中受理。"
        )
    return parts


def situation(seen: Observations) -> list[Block]:
    """Return section one: the system of centres, the volume and what was offered."""
    on_time = not seen.is_empty and seen.on_time_rate and not seen.late
    told = [
        ("体系建设稳步推进" if _stands(seen) else "体系建设情况", _system(seen)),
        # The lead of a paragraph claims no more than its figures.
        ("办件均按期办结" if on_time else "办件总体情况", _volume(seen)),
        ("服务功能不断拓展" if seen.growth else "事项进驻情况", _offered(seen)),
    ]
    blocks: list[Block] = [Heading(1, "基本情况"), *_number([point for point in told if point[1]])]
    if seen.lines:
        blocks.append(
            Table(
                caption=f"{seen.titled}各县区办件情况",
                header=("县区", "受理（件）", "办结（件）", "办结率", "按期办结率", "平均用时（工作日）"),
                rows=tuple(
                    (
                        line.name,
                        line.accepted,
                        line.completed,
                        line.completion_rate or UNDEFINED,
                        line.on_time_rate or UNDEFINED,
                        line.mean_days or UNDEFINED,
                    )
                    for line in seen.lines
                ),
                widths=(3, 3, 3, 2, 3, 3),
            )
        )
    return blocks


def _uneven(seen: Observations) -> Parts:
    told = [f"{centre.name}政务中心{centre.month}投入使用，仍处于建设完善阶段" for centre in seen.new]
    if seen.planned:
        told.append(f"{_names(seen.planned)}政务服务中心尚未建成")
    return ["；".join(told) + "。"] if told else []


def _unlinked(seen: Observations) -> Parts:
    parts: Parts = []
    if seen.without_supervision and seen.without_supervision_names:
        parts += [
            _names(seen.without_supervision_names), seen.without_supervision,
            f"{seen.without_supervision_unit}行政审批电子监察系统尚未建成",
        ]  # fmt: skip
    if seen.incompatible_names:
        joined = "；" if parts else ""
        parts.append(f"{joined}{_names(seen.incompatible_names)}的电子监察系统与市电子监察系统技术不兼容")
    return [*parts, "，实现市、县业务办理互联互通还有困难。"] if parts else []


def _unruly(seen: Observations) -> Parts:
    parts: Parts = []
    for place, (name, count) in enumerate(seen.fewest_entered):
        parts += [f"{'、' if place else ''}{name}进驻事项仅", count, "项"]
    if parts:
        parts.append("，还没有做到“凡批必进、应进全进”。")
    parts += supervised.not_entered(seen.supervised)
    parts += supervised.off_system(seen.supervised)
    parts += supervised.authority(seen.supervised)
    if seen.late:
        parts += [f"{seen.whole}有", seen.late, "件超过承诺时限办结"]
        for place, (name, count) in enumerate(seen.late_departments):
            parts += [f"{'、' if place else '，其中'}{name}", count, "件"]
        parts.append("。")
    return parts


def problems(seen: Observations) -> list[Block]:
    """Return section two: only problems that the records show."""
    told = [
        ("政务中心建设进度不一" if seen.city_centres else "政务中心尚未建成", _uneven(seen)),
        ("信息化建设水平整体不高", _unlinked(seen)),
        ("运行管理不规范", _unruly(seen)),
        ("办理过程不够规范", supervised.findings(seen.supervised)),
    ]
    parts = [point for point in told if point[1]]
    nothing = "本期没有办件记录，也" if seen.is_empty else "本期记录中"
    blocks = _number(parts) if parts else [Paragraph.of(f"{nothing}未发现需要通报的问题。")]
    whose, head = ("各县区", "县区") if seen.city_centres else ("各部门", "部门")
    tables = supervised.tables(seen.supervised, titled=seen.titled, head=head, whose=whose)
    return [Heading(1, "存在的主要问题"), *blocks, *tables]


def next_steps(seen: Observations) -> list[Block]:
    """Return section three: each step answers a problem of section two."""
    parts: list[tuple[str, Parts]] = []
    if seen.planned and not seen.city_centres:
        parts.append(("加快建设政务服务中心", ["要落实建设责任和进度，尽早投入运行，为集中受理创造条件。"]))
    elif seen.planned or seen.new:
        named = _names((*seen.planned, *(centre.name for centre in seen.new)))
        parts.append(
            (
                "加强指导，逐步健全政务服务体系",
                [f"要加强对{named}的业务指导，加快建设和完善，真正实现市、县、镇三级上下联通、资源共享。"],
            )
        )
    if seen.fewest_entered:
        named = _names(tuple(name for name, _ in seen.fewest_entered))
        parts.append(
            (
                "运用权责清单，进一步梳理进驻事项",
                [
                    f"要积极运用“两单”清理结果，公布一项，梳理一项，{named}要按照“凡批必进、应进全进”的原则尽快补齐进驻事项。"
                ],
            )
        )
    if seen.without_supervision_names or seen.incompatible_names:
        parts.append(
            (
                "坚持创新，不断提高信息化建设水平",
                [
                    "要加快电子监察系统的建设和改造升级，逐步实现市、县（区）电子监察系统的互联互通，实现全程化、实时化、电子化监管。"
                ],
            )
        )
    if seen.supervised.off_or_double:
        parts.append(
            (
                "逐条核查疑点，坚决纠正“体外循环”和“双轨运行”",
                [
                    "纳入中心办理的事项，一律在中心受理和办结；有关部门要对比对出的疑点逐条核实、说明理由，确属中心以外办理的限期纠正。"
                ],
            )
        )
    if seen.supervised.unauthorised:
        parts.append(
            (
                "充分授权，解决群众“两头跑”",
                ["部门要对窗口授权到位，及时更新授权名单，能在窗口办结的一律在窗口办结。"],
            )
        )
    late: Parts = ["各级政务中心要严格工作纪律和日常管理。"]
    if seen.late_departments:
        named = _names(tuple(name for name, _ in seen.late_departments))
        late.append(f"{named}要对逾期办件逐件查明原因，限期整改。")
    parts.append(("强化管理，不断提升政务服务质量", late))
    return [Heading(1, "下一步工作重点"), *_number(parts)]


def compose(seen: Observations, issue: Issue) -> OfficialNotice:
    """Return the whole notice."""
    opening = Paragraph.of(
        f"{seen.spoken}，{seen.whole}政务服务工作紧紧围绕“便民、高效、廉洁、规范”的宗旨，不断拓展服务功能，"
        "完善运行管理机制，提升服务效率和质量。现将有关情况通报如下："
    )
    return issue.notice(
        title=f"{seen.titled}{seen.whole}政务服务工作情况的通报",
        body=(opening, *situation(seen), *problems(seen), *next_steps(seen)),
    )
