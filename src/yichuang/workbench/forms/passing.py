"""Form of handing a case to another node."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yichuang.cases.values import acts
from yichuang.workbench.desk import Desk
from yichuang.workbench.forms.base import long_text, options
from yichuang.workbench.forms.task import TaskForm
from yichuang.workbench.nodes import list_others


class PassForm(TaskForm):
    """Another node holds the case from now on."""

    to_node = options(_("移交给哪个节点"))
    reason = long_text(_("移交原因"), rows=3, help_text=_("写进办件的过程，所有节点都看得到"))

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        self.fields["to_node"].choices = list_others()  # type: ignore[attr-defined]

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.PassToNode(
            to_node=self.cleaned_data["to_node"], from_node=settings.NODE, reason=self.cleaned_data["reason"]
        )
