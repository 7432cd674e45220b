"""OCEL 2.0 (JSON): cases, items, organisations and officers as objects, events of the ledger related to them.

Written in two phases, objects before events, as the format has it; nothing is held but the names of the few objects
that are not cases.
"""

import json
from typing import Any

from yichuang.cases.queries import list_event_names
from yichuang.exchange.export.histories import Story, Told
from yichuang.exchange.export.logs import alias

_CASE, _ITEM, _ORGANISATION, _OFFICER = "case", "item", "organisation", "officer"
_OF_CASES = ("county", "town", "channel", "kind", "status", "result", "source")
_OF_EVENTS = ("seq", "received_at", "recorded_at", "step", "result")
_OBJECT_TYPES = {_CASE: (*_OF_CASES, "applicant_type"), _ITEM: (), _ORGANISATION: (), _OFFICER: ()}
_TIMES, _NUMBERS = frozenset({"received_at", "recorded_at"}), frozenset({"seq"})


class OcelWriter:
    """Writes objects, then events."""

    phases = ("objects", "events")

    def __init__(self) -> None:
        self._others: set[str] = set()
        self._last = 0
        self._first = True

    def open(self, phase: str) -> str:
        """Return the head, or the beginning of the events."""
        self._first = True
        if phase == "events":
            return '\n],\n"events":[\n'
        types = [
            {"name": name, "attributes": [{"name": one, "type": "string"} for one in attributes]}
            for name, attributes in _OBJECT_TYPES.items()
        ]
        events = [{"name": name, "attributes": _attribute_types()} for name in _activities()]
        return f'{{"objectTypes":{_json(types)},\n"eventTypes":{_json(events)},\n"objects":[\n'

    def write(self, phase: str, story: Story) -> str:
        """Return the objects that a case brings, or its events."""
        row = story.case.row
        if phase == "objects":
            self._last = row.case_id
            return self._listed(self._objects(story))
        if row.case_id > self._last:
            # Received while the objects were being written: it belongs to the next log.
            return ""
        return self._listed([self._event(story, told) for told in story.events])

    def close(self, phase: str) -> str:
        """Return the end, once the events are written."""
        return "\n]}\n" if phase == "events" else ""

    def memory(self) -> dict[str, Any]:
        """Return which objects are written, and whether anything stands in the list that is open."""
        return {"others": sorted(self._others), "last": self._last, "first": self._first}

    def remember(self, memory: dict[str, Any]) -> None:
        """Take that up."""
        self._others, self._last, self._first = set(memory["others"]), memory["last"], memory["first"]

    def _listed(self, found: list[dict[str, Any]]) -> str:
        if not found:
            return ""
        text = ",\n".join(map(_json, found))
        text, self._first = (text if self._first else ",\n" + text), False
        return text

    def _objects(self, story: Story) -> list[dict[str, Any]]:
        row = story.case.row
        made = []
        for key in _related(story, None):
            if key not in self._others:
                self._others.add(key)
                made.append({"id": key, "type": key.partition(":")[0], "attributes": [], "relationships": []})
        attributes = [(name, str(getattr(row, name) or "")) for name in _OF_CASES]
        attributes.append(("applicant_type", story.case.applicant_type))
        at = row.received_at.isoformat()
        made.append(
            {
                "id": row.number,
                "type": _CASE,
                "attributes": [{"name": name, "time": at, "value": value} for name, value in attributes if value],
                "relationships": [
                    {"objectId": f"{_ITEM}:{row.item}", "qualifier": "applies for"},
                    {"objectId": f"{_ORGANISATION}:{row.organisation}", "qualifier": "handled by"},
                ],
            }
        )
        return made

    def _event(self, story: Story, told: Told) -> dict[str, Any]:
        row = story.case.row
        values = {
            "seq": told.seq,
            "received_at": told.received_at.isoformat(),
            "recorded_at": told.recorded_at.isoformat(),
            "step": told.fields.get("step", ""),
            "result": told.fields.get("result", ""),
        }
        related = [{"objectId": row.number, "qualifier": "case"}]
        for key in _related(story, told):
            if key in self._others:
                related.append({"objectId": key, "qualifier": key.partition(":")[0]})
        return {
            "id": f"{row.number}#{told.seq}",
            "type": told.name,
            "time": told.at.isoformat(),
            "attributes": [{"name": name, "value": value} for name, value in values.items() if value != ""],
            "relationships": related,
        }


def _related(story: Story, told: Told | None) -> list[str]:
    """Return the objects beside the case that an event, or the whole case, is about, each once."""
    row = story.case.row
    keys = [f"{_ITEM}:{row.item}", f"{_ORGANISATION}:{row.organisation}"] if told is None else []
    for one in story.events if told is None else (told,):
        if organisation := one.fields.get("organisation"):
            keys.append(f"{_ORGANISATION}:{organisation}")
        if one.actor_id:
            keys.append(f"{_OFFICER}:{alias(one.actor_id)}")
    return list(dict.fromkeys(keys))


def _activities() -> list[str]:
    return sorted({name.split(".")[1] for name in list_event_names()})


def _attribute_types() -> list[dict[str, str]]:
    return [
        {"name": name, "type": "time" if name in _TIMES else "integer" if name in _NUMBERS else "string"}
        for name in _OF_EVENTS
    ]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
