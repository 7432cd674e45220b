"""Remedies: what a person may do against a decision, to whom and within which time."""

from datetime import date

from yichuang.papers.domain.rules import load_rules

_MONTHS = {3: "三个月", 6: "六个月"}
_DAYS = {60: "六十日"}


def remedies_text(*, department: str, government: str, superior: str, paper: str, on: date) -> str:
    """Return the sentence on review (行政复议) and suit (行政诉讼) as the law stood on a day.

    `government` is the people's government of the organ's own level, `superior` the department one level up, both
    as names; an organ under vertical leadership is reviewed by its superior only.
    """
    rules = load_rules()
    law = rules.remedies_on(on)
    above = superior or "上一级主管部门"
    if department in rules.vertical.departments:
        reviewer = above
    elif law.review_to == "government":
        reviewer = government
    else:
        reviewer = government if above == government else f"{government}或者{above}"
    days = _DAYS.get(law.review_days, f"{law.review_days}日")
    months = _MONTHS.get(law.suit_months, f"{law.suit_months}个月")
    return (
        f"如不服本{paper}，可以自收到本{paper}之日起{days}内，依据{law.review}向{reviewer}申请行政复议；"
        f"也可以自收到本{paper}之日起{months}内，依据{law.suit}直接向有管辖权的人民法院提起行政诉讼。"
    )
