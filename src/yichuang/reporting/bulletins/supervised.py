"""Supervised: the sentences and tables about what supervision found; pure.

Stands between the measured numbers of findings and the text of a bulletin. The wording follows section 二 of the
bulletin of 2015-07-23 as closely as numbers allow; a sentence without a finding behind it is not written.
"""

from dataclasses import dataclass, field

from yichuang.documents import Block, Figure, Table, Text

Parts = list[str | Figure | Text]
Named = tuple[tuple[str, Figure], ...]


@dataclass(frozen=True, slots=True)
class ColourLine:
    """One row of a table: how many findings in all, and of each colour."""

    name: str
    found: Figure
    red: Figure
    yellow: Figure
    reminder: Figure


@dataclass(frozen=True, slots=True)
class Lead:
    """A number of findings with those named for most of them; None where there is none."""

    count: Figure | None = None
    named: Named = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """What comparing registers gave: what a reviewer has confirmed, and the leads that still wait for one."""

    confirmed: Figure | None = None
    leads: Lead = field(default_factory=Lead)

    def __bool__(self) -> bool:
        return bool(self.confirmed or self.leads.count)


@dataclass(frozen=True, slots=True)
class Supervised:
    """Everything that a bulletin says of findings, already measured; empty where nothing was found."""

    found: Figure | None = None
    red: Figure | None = None
    yellow: Figure | None = None
    reminder: Figure | None = None
    issued: Figure | None = None
    worst: tuple[ColourLine, ...] = ()
    rules: Named = ()
    off_system: Compared = field(default_factory=Compared)
    double_track: Compared = field(default_factory=Compared)
    authority: Lead = field(default_factory=Lead)
    two_offices: Lead = field(default_factory=Lead)
    not_entered: Lead = field(default_factory=Lead)
    lines: tuple[ColourLine, ...] = ()
    rule_lines: Named = ()

    @property
    def off_or_double(self) -> bool:
        """Tell whether off-system circulation or a double track was found."""
        return bool(self.off_system or self.double_track)

    @property
    def unauthorised(self) -> bool:
        """Tell whether windows were found to lack authority."""
        return bool(self.authority.count or self.two_offices.count)


NOTHING = Supervised()


def _listed(named: Named, unit: str, *, lead: str = "，其中") -> Parts:
    parts: Parts = []
    for place, (name, count) in enumerate(named):
        parts += [f"{'、' if place else lead}{name}", count, unit]
    return parts


def not_entered(seen: Supervised) -> Parts:
    """Tell how many listed items have not entered the centres."""
    lead = seen.not_entered
    if not lead.count:
        return []
    return ["列入权责清单而尚未进驻中心的事项", lead.count, "项", *_listed(lead.named, "项"), "，进驻项目不彻底。"]


def off_system(seen: Supervised) -> Parts:
    """Tell what comparing departments' own registers gave: 体外循环, 双轨运行; a lead is called one until confirmed."""
    both = [
        (word, compared)
        for word, compared in (("“体外循环”", seen.off_system), ("“双轨运行”", seen.double_track))
        if compared
    ]
    if not both:
        return []
    words = "和".join(word for word, _compared in both)
    parts: Parts = [f"纳入中心办理的行政审批事项，{words}现象依然存在。与部门台账比对，"]
    for place, (word, compared) in enumerate(both):
        parts.append(f"{'；' if place else ''}{word}")
        if compared.confirmed:
            parts += ["经核实", compared.confirmed, "件"]
        if compared.leads.count:
            parts += [f"{'、' if compared.confirmed else ''}待核实疑点", compared.leads.count, "条"]
            parts += _listed(compared.leads.named, "条")
    return [*parts, "。"]


def authority(seen: Supervised) -> Parts:
    """Tell of windows without authority: 授权不够充分, 两头跑."""
    if not seen.unauthorised:
        return []
    parts: Parts = ["部门向窗口授权不够充分，群众办事仍要“两头跑”："]
    if seen.authority.count:
        parts += ["由授权名单以外的人员作出决定的", seen.authority.count, "件", *_listed(seen.authority.named, "件")]
    if seen.two_offices.count:
        joined = "；" if seen.authority.count else ""
        parts += [f"{joined}办理环节在单位之间来回流转的", seen.two_offices.count, "件"]
        parts += _listed(seen.two_offices.named, "件")
    return [*parts, "。"]


def findings(seen: Supervised) -> Parts:
    """Tell what supervision found in all, by colour, by place and by rule."""
    if not seen.found:
        return []
    parts: Parts = ["电子监察共发现问题", seen.found, "项"]
    colours = [
        (word, figure)
        for word, figure in (("红牌", seen.red), ("黄牌", seen.yellow), ("预警", seen.reminder))
        if figure
    ]
    for place, (word, figure) in enumerate(colours):
        parts += [f"{'、' if place else '，其中达到'}{word}标准的", figure, "项"]
    if seen.issued:
        parts += ["，已发牌", seen.issued, "张"]
    parts.append("。")
    for place, line in enumerate(seen.worst):
        parts += [f"{'；' if place else ''}{line.name}红牌", line.red, "项、黄牌", line.yellow, "项"]
    if seen.worst:
        parts.append("，数量居前。")
    if seen.rules:
        parts += _listed(tuple((f"“{name}”", count) for name, count in seen.rules), "项", lead="问题较多的是")
        parts.append("。")
    return parts


def tables(seen: Supervised, *, titled: str, head: str, whose: str) -> list[Block]:
    """Return the tables: findings by county or department, and, where the bulletin has them, by rule."""
    blocks: list[Block] = []
    if seen.lines:
        blocks.append(
            Table(
                caption=f"{titled}{whose}电子监察情况",
                header=(head, "发现问题（项）", "红牌", "黄牌", "预警"),
                rows=tuple((line.name, line.found, line.red, line.yellow, line.reminder) for line in seen.lines),
                widths=(4, 3, 2, 2, 2),
            )
        )
    if seen.rule_lines:
        blocks.append(
            Table(
                caption=f"{titled}监察规则触发情况",
                header=("监察规则", "发现问题（项）"),
                rows=seen.rule_lines,
                widths=(7, 3),
            )
        )
    return blocks
