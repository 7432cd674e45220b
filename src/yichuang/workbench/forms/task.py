"""Base of the form of one task: the version that was read, and the act it stands for."""

from typing import Any

from django import forms

from yichuang.cases.values import acts
from yichuang.workbench.desk import Desk
from yichuang.workbench.forms.base import Confirmation


class TaskForm(Confirmation):
    """A form that becomes one act on one case."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        initial = {"version": desk.state.version, **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.desk = desk
        # Asked for last: first what is decided, then who decides it.
        self.order_fields([name for name in self.fields if name not in ("password", "code")])

    def act(self) -> acts.Act:
        """Return the act that the form stands for; asked only once the form is valid."""
        raise NotImplementedError

    def renewed(self) -> "TaskForm":
        """Return the form with everything that was typed, on the version of its desk."""
        data = self.data.copy()
        data["version"] = str(self.desk.state.version)
        again = type(self)(data, self.files or None, desk=self.desk, confirmed="password" not in self.fields)
        again.is_valid()
        return again
