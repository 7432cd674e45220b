"""Every event can be written and read for ever: it has a versioned name, a codec and a place in the lifecycle."""

import re

import pytest

from yichuang.cases import codec
from yichuang.cases.domain import events, lifecycle

NAME = re.compile(r"cases\.[a-z]+(-[a-z]+)*\.v[1-9]\d*")


def test_every_event_class_is_on_the_list_of_event_types() -> None:
    defined = {
        kind
        for kind in vars(events).values()
        if isinstance(kind, type) and issubclass(kind, events.Event) and kind is not events.Event
    }
    assert defined == set(events.EVENT_TYPES)


@pytest.mark.parametrize("kind", events.EVENT_TYPES, ids=lambda kind: kind.__name__)
def test_every_event_has_a_versioned_name_of_its_own(kind: type[events.Event]) -> None:
    assert NAME.fullmatch(codec.NAMES[kind])
    assert list(codec.NAMES.values()).count(codec.NAMES[kind]) == 1


@pytest.mark.parametrize("kind", events.EVENT_TYPES, ids=lambda kind: kind.__name__)
def test_every_event_has_a_place_in_the_table_of_the_lifecycle(kind: type[events.Event]) -> None:
    assert any(event is kind for _, event in lifecycle.TABLE)


@pytest.mark.parametrize("kind", events.EVENT_TYPES, ids=lambda kind: kind.__name__)
def test_every_older_version_of_an_event_can_be_lifted_to_today(kind: type[events.Event]) -> None:
    stem, version = codec.NAMES[kind].rsplit(".v", 1)
    for older in range(1, int(version)):
        assert codec.UPCASTERS[f"{stem}.v{older}"][0] == f"{stem}.v{older + 1}"
