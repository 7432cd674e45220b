"""Weekly: the text of a weekly notice (周公示), which a centre posts to those who work in it; pure.

Shorter than a bulletin: what was handled, what supervision found and with whom, what is to be done about it.
"""

from yichuang.documents import Block, Heading, OfficialNotice, Paragraph, Table
from yichuang.reporting.bulletins import supervised
from yichuang.reporting.bulletins.text import UNDEFINED, Issue, Observations, Parts


def _handled(seen: Observations) -> list[Block]:
    parts: Parts = [
        f"{seen.spoken}，{seen.centres}政务服务中心受理事项",
        seen.accepted,
        "件，办结",
        seen.completed,
        "件",
    ]
    if seen.on_time_rate and seen.early_rate:
        parts += ["，按期办结率", seen.on_time_rate, "，提前办结率", seen.early_rate]
    parts.append("。")
    if seen.late:
        parts += ["超过承诺时限办结", seen.late, "件"]
        for place, (name, count) in enumerate(seen.late_departments):
            parts += [f"{'、' if place else '，其中'}{name}", count, "件"]
        parts.append("。")
    if seen.is_empty:
        parts.append("本周没有办件记录，不计算各项比率。")
    blocks: list[Block] = [Heading(1, "办件情况"), Paragraph.of(*parts)]
    if seen.lines:
        blocks.append(
            Table(
                caption=f"{seen.titled}各县区办件情况",
                header=("县区", "受理（件）", "办结（件）", "按期办结率"),
                rows=tuple(
                    (line.name, line.accepted, line.completed, line.on_time_rate or UNDEFINED) for line in seen.lines
                ),
                widths=(4, 3, 3, 3),
            )
        )
    return blocks


def _found(seen: Observations) -> list[Block]:
    found = seen.supervised
    told = [
        part
        for part in (
            supervised.findings(found),
            supervised.off_system(found),
            supervised.authority(found),
            supervised.not_entered(found),
        )
        if part
    ]
    blocks: list[Block] = [Heading(1, "监察情况")]
    blocks += [Paragraph.of(*part) for part in told] or [Paragraph.of("本周电子监察未发现需要公示的问题。")]
    whose, head = ("各县区", "县区") if seen.lines else ("各部门", "部门")
    return blocks + supervised.tables(found, titled=seen.titled, head=head, whose=whose)


def _asked(seen: Observations) -> list[Block]:
    parts: Parts = []
    if seen.supervised.found:
        parts.append(
            "有关单位要对公示的问题逐件查明原因，在规定期限内整改并反馈结果；对黄牌、红牌有异议的，可在期限内申诉。"
        )
    parts.append("各窗口要严格执行首问负责、一次性告知和限时办结等制度。")
    return [Heading(1, "整改要求"), Paragraph.of(*parts)]


def compose(seen: Observations, issue: Issue) -> OfficialNotice:
    """Return the whole weekly notice."""
    opening = Paragraph.of(
        f"按照“日巡查、周公示、月通报”制度，现将{seen.titled}{seen.whole}政务服务办件和监察情况公示如下："
    )
    return issue.notice(
        title=f"{seen.titled}{seen.whole}办件和监察情况的公示",
        body=(opening, *_handled(seen), *_found(seen), *_asked(seen)),
    )
