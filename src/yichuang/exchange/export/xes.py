"""XES (IEEE 1849-2016): one trace a case, one event an event of the ledger; process-mining tools open it as it is."""

from typing import Any
from xml.sax.saxutils import quoteattr

from yichuang.exchange.export.histories import Story, Told
from yichuang.exchange.export.logs import alias

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event"><string key="concept:name" value=""/>
<string key="lifecycle:transition" value="complete"/></global>
<classifier name="Activity" keys="concept:name lifecycle:transition"/>
<string key="concept:name" value="yichuang"/>
"""
_STARTS, _ENDS = "step-started", "step-finished"
# What XML 1.0 cannot hold.
_FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])


class XesWriter:
    """Writes the log in one phase."""

    phases = ("traces",)

    def open(self, phase: str) -> str:  # noqa: ARG002 - there is one
        """Return the head."""
        return _HEAD

    def write(self, phase: str, story: Story) -> str:  # noqa: ARG002
        """Return one trace."""
        row = story.case.row
        lines = ["<trace>\n", _string("concept:name", row.number)]
        for name in ("item", "organisation", "county", "town", "channel", "kind", "result", "source"):
            if value := getattr(row, name):
                lines.append(_string(f"yichuang:{name}", str(value)))
        lines.append(_string("yichuang:applicant_type", story.case.applicant_type))
        lines += [_event(told) for told in story.events]
        return "".join([*lines, "</trace>\n"])

    def close(self, phase: str) -> str:  # noqa: ARG002
        """Return the end."""
        return "</log>\n"

    def memory(self) -> dict[str, Any]:
        """Return nothing: each trace stands by itself."""
        return {}

    def remember(self, memory: dict[str, Any]) -> None:
        """Take nothing up."""


def _event(told: Told) -> str:
    step = told.fields.get("step") if told.name in (_STARTS, _ENDS) else None
    lines = [
        "<event>",
        _string("concept:name", str(step or told.name)),
        _string("lifecycle:transition", "start" if told.name == _STARTS else "complete"),
        f'<date key="time:timestamp" value="{told.at.isoformat()}"/>',
        _string("org:resource", alias(told.actor_id)),
        _string("yichuang:event", told.name),
        f'<int key="yichuang:seq" value="{told.seq}"/>',
        f'<date key="yichuang:received_at" value="{told.received_at.isoformat()}"/>',
    ]
    if organisation := told.fields.get("organisation"):
        lines.append(_string("org:group", str(organisation)))
    if result := told.fields.get("result"):
        lines.append(_string("yichuang:result", str(result)))
    return "".join([*lines, "</event>\n"])


def _string(key: str, value: str) -> str:
    return f'<string key="{key}" value={quoteattr(value.translate(_FORBIDDEN))}/>'
