"""Which step an approver is asked to finish first."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from yichuang.workbench.forms.deciding import _next_step

NAMES = ["受理", "审核", "批准"]
AT = datetime.fromisoformat("2026-11-26T09:00+08:00")


def desk(*done: str, accepted: bool = True) -> Any:
    steps = [SimpleNamespace(step=name, finished_at=AT) for name in done]
    return SimpleNamespace(state=SimpleNamespace(steps=steps, accepted_at=AT if accepted else None))


@pytest.mark.parametrize(
    ("done", "accepted", "asked"),
    [
        ((), False, "受理"),
        ((), True, "审核"),
        (("审核",), True, "批准"),
        # Everything done: any may be noted once more.
        (("审核", "批准"), True, "受理"),
    ],
)
def test_the_first_step_that_is_not_done_is_offered(done: tuple[str, ...], accepted: bool, asked: str) -> None:
    assert _next_step(desk(*done, accepted=accepted), NAMES) == asked


def test_an_item_without_steps_offers_none() -> None:
    assert _next_step(desk(), []) == ""
