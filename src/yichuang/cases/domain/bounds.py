"""Bounds: how long the texts may be that stand in columns of their own; everything else only in the payload.

PostgreSQL refuses a longer text, and a NUL in any; SQLite takes both. Judged here, the two engines agree, and a
text that cannot stand costs its own filing and not the batch.
"""

from collections.abc import Mapping

from yichuang.kernel.refusal import Refusal
from yichuang.kernel.words import N_

RECEIPT: dict[str, int] = {
    "item": 8,
    "handling_item": 8,
    "organisation": 40,
    "centre": 24,
    "channel": 8,
    "applicant_type": 20,
}
MATERIAL: dict[str, int] = {"name": 200, "digest": 64}
HAND_OVER: dict[str, int] = {"to_id": 64, "to_name": 64}
NODE: dict[str, int] = {"to_node": 32, "from_node": 32}
AGENT: dict[str, int] = {"agent_id": 64, "agent_name": 64}
MOVEMENT: dict[str, int] = {"to_centre": 24}
STEP: dict[str, int] = {"step": 64, "organisation": 40}
APPLICANT: dict[str, int] = {"name": 200, "id_type": 3, "id_number": 64, "phone": 32}
ORIGIN: dict[str, int] = {"source": 64, "source_key": 128}
DEPARTMENT = 24


class TextUnfit(Refusal):
    """A text is longer than its column, or holds a character that no database stores."""

    sentence = N_("字段{field}的内容过长（{length}个字符，最多{limit}个）或含有不可存储的字符")
    remedy = N_("请核对该字段的映射和编码")


def check(holder: object, bounds: Mapping[str, int]) -> None:
    """Refuse with TextUnfit where an attribute of the holder does not fit."""
    for name, limit in bounds.items():
        text = getattr(holder, name)
        if len(text) > limit or "\0" in text:
            raise TextUnfit(field=name, length=len(text), limit=limit)
