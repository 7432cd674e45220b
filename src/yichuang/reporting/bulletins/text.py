"""Text: turns gathered observations into the sentences of the notice; pure.

Every number comes in as a `Figure` of the book, so that no digit is printed which the annex does not
explain. The sections follow the bulletin of 2015-07-23: situation, problems, next steps.
"""

from dataclasses import dataclass, field
from datetime import date

from yichuang.reporting.documents import (
    Block,
    DocumentNumber,
    Figure,
    Heading,
    OfficialNotice,
    Paragraph,
    Table,
    Text,
)

NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class CentreNote:
    """A centre named in the text."""

    name: str
    state: str
    since: date | None = None


@dataclass(frozen=True, slots=True)
class CountyLine:
    """One county's row of the table."""

    name: str
    accepted: Figure
    completed: Figure
    completion_rate: Figure
    on_time_rate: Figure
    mean_days: Figure


@dataclass(frozen=True, slots=True)
class Growth:
    """A centre whose entered items grew within the period."""

    name: str
    month: int
    before: Figure
    after: Figure


@dataclass(frozen=True, slots=True)
class Observations:
    """Everything that the text speaks of, already measured."""

    division_name: str
    whole: str
    centres: str
    period_title: str
    half: str
    accepted: Figure
    completed: Figure
    completion_rate: Figure
    on_time_rate: Figure
    early_rate: Figure
    mean_days: Figure
    late: Figure
    late_count: int
    city_centres: Figure | None = None
    county_centres: Figure | None = None
    town_centres: Figure | None = None
    planned: tuple[CentreNote, ...] = ()
    new: tuple[CentreNote, ...] = ()
    without_supervision: Figure | None = None
    without_supervision_names: tuple[str, ...] = ()
    incompatible_names: tuple[str, ...] = ()
    most_entered: tuple[str, Figure] | None = None
    growth: tuple[Growth, ...] = ()
    fewest_entered: tuple[tuple[str, Figure], ...] = ()
    lines: tuple[CountyLine, ...] = ()
    late_departments: tuple[tuple[str, Figure], ...] = ()
    convenience: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Issue:
    """How the notice is issued."""

    authority: str
    document_number: DocumentNumber
    addressees: str
    copies_to: tuple[str, ...]
    dated_on: date
    draft: bool


def _names(names: tuple[str, ...]) -> str:
    return "、".join(names)


def _led(place: int, lead: str, *rest: str | Figure | Text) -> Paragraph:
    return Paragraph.of(Text(f"{NUMERALS[place]}是{lead}。", strong=True), *rest)


def _number(paragraphs: list[tuple[str, list[str | Figure | Text]]]) -> list[Block]:
    return [_led(place, lead, *parts) for place, (lead, parts) in enumerate(paragraphs)]


def situation(seen: Observations) -> list[Block]:
    """Return section one: the system of centres, the volume and what was offered."""
    parts: list[tuple[str, list[str | Figure | Text]]] = []
    if seen.city_centres and seen.county_centres and seen.town_centres:
        system: list[str | Figure | Text] = [
            "目前，全市已建成",
            seen.city_centres,
            "个市级政务服务中心、",
            seen.county_centres,
            "个县（区）级政务服务中心",
        ]
        if seen.planned:
            system.append(f"（{_names(tuple(note.name for note in seen.planned))}尚未建成）")
        system += ["、", seen.town_centres, "个镇级便民服务中心，市、县、镇三级政务服务体系初步形成。"]
        parts.append(("体系建设稳步推进", system))
    volume: list[str | Figure | Text] = [
        f"{seen.half}，{seen.centres}政务服务中心共受理事项", seen.accepted, "件，已办结", seen.completed, "件，办结率",
        seen.completion_rate, "。按办结件是否在承诺时限内作出决定计算，按期办结率", seen.on_time_rate, "，提前办结率",
        seen.early_rate, "；按工作日计时的事项平均办结时间", seen.mean_days, "个工作日。",
    ]  # fmt: skip
    parts.append(("办理质效总体平稳", volume))
    offered: list[str | Figure | Text] = [
        "各级政务服务中心按照“凡批必进、应进全进”的要求，逐步把行政审批和便民服务事项纳入中心集中受理。"
    ]
    if seen.convenience:
        offered.append(f"市政务中心将{_names(seen.convenience)}等便民事项纳入中心受理。")
    if seen.most_entered:
        offered += [f"{seen.most_entered[0]}统一受理事项达到", seen.most_entered[1], "项。"]
    for grown in seen.growth:
        offered += [
            f"{grown.name}进驻事项{grown.month}月份由原来的", grown.before, "项增加至", grown.after, "项。",
        ]  # fmt: skip
    if len(offered) > 1:
        parts.append(("服务功能不断拓展", offered))
    blocks: list[Block] = [Heading(1, "基本情况"), *_number(parts)]
    if seen.lines:
        blocks.append(
            Table(
                caption=f"{seen.period_title}各县区办件情况",
                header=("县区", "受理（件）", "办结（件）", "办结率", "按期办结率", "平均用时（工作日）"),
                rows=tuple(
                    (line.name, line.accepted, line.completed, line.completion_rate, line.on_time_rate, line.mean_days)
                    for line in seen.lines
                ),
                widths=(3, 3, 3, 2, 3, 3),
            )
        )
    return blocks


def problems(seen: Observations) -> list[Block]:
    """Return section two: only problems that the records show."""
    parts: list[tuple[str, list[str | Figure | Text]]] = []
    if seen.planned or seen.new:
        told = []
        if seen.new:
            told.append("；".join(f"{note.name}{note.state}" for note in seen.new))
        if seen.planned:
            told.append(f"{_names(tuple(note.name for note in seen.planned))}政务服务中心目前尚未建成")
        parts.append(("政务中心建设进度不一", ["；".join(told) + "。"]))
    if seen.without_supervision and seen.without_supervision_names:
        linked: list[str | Figure | Text] = [
            f"{_names(seen.without_supervision_names)}", seen.without_supervision, "个县行政审批电子监察系统尚未建成",
        ]  # fmt: skip
        if seen.incompatible_names:
            linked.append(f"；{_names(seen.incompatible_names)}的电子监察系统与市电子监察系统技术不兼容")
        linked.append("，实现市、县业务办理互联互通还有困难。")
        parts.append(("信息化建设水平整体不高", linked))
    managed: list[str | Figure | Text] = []
    for place, (name, count) in enumerate(seen.fewest_entered):
        managed += ["、" if place else "", f"{name}进驻事项仅", count, "项"]
    if managed:
        managed.append("，还没有做到“凡批必进、应进全进”。")
    if seen.late_count:
        managed += [f"{seen.whole}有", seen.late, "件超过承诺时限办结"]
        for place, (name, count) in enumerate(seen.late_departments):
            managed += ["，其中" if place == 0 else "、", name, count, "件"]
        managed.append("。")
    if managed:
        parts.append(("运行管理不规范", managed))
    if not parts:
        return [Heading(1, "存在的主要问题"), Paragraph.of("本期记录中未发现需要通报的问题。")]
    return [Heading(1, "存在的主要问题"), *_number(parts)]


def next_steps(seen: Observations) -> list[Block]:
    """Return section three: each step answers a problem of section two."""
    parts: list[tuple[str, list[str | Figure | Text]]] = []
    if seen.planned or seen.new:
        named = _names(tuple(note.name for note in (*seen.planned, *seen.new)))
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
    late: list[str | Figure | Text] = ["各级政务中心要严格工作纪律和日常管理。"]
    if seen.late_departments:
        named = _names(tuple(name for name, _ in seen.late_departments))
        late.append(f"{named}要对逾期办件逐件查明原因，限期整改。")
    parts.append(("强化管理，不断提升政务服务质量", late))
    return [Heading(1, "下一步工作重点"), *_number(parts)]


def compose(seen: Observations, issue: Issue) -> OfficialNotice:
    """Return the whole notice."""
    opening = Paragraph.of(
        f"{seen.half}，{seen.whole}政务服务工作紧紧围绕“便民、高效、廉洁、规范”的宗旨，不断拓展服务功能，"
        "完善运行管理机制，提升服务效率和质量。现将有关情况通报如下："
    )
    return OfficialNotice(
        issuing_authority=issue.authority,
        document_number=issue.document_number,
        title=f"{issue.authority}关于\n{seen.period_title}{seen.whole}政务服务工作情况的通报",
        addressees=issue.addressees,
        body=(opening, *situation(seen), *problems(seen), *next_steps(seen)),
        signature=issue.authority,
        dated_on=issue.dated_on,
        copies_to=issue.copies_to,
        printed_by=issue.authority,
        printed_on=issue.dated_on,
        draft=issue.draft,
    )
