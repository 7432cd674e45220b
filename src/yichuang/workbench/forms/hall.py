"""Forms of the hall: announcements."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yichuang.workbench.forms.base import Form, day_field, line, long_text


class AnnouncementForm(Form):
    """One announcement for a division and all below it."""

    division = forms.ChoiceField(label=_("在哪里公告"))
    title = line(_("标题"), length=100)
    text = long_text(_("内容"), rows=5)
    from_on = day_field(_("从哪天起"))
    until = day_field(_("到哪天撤下"), required=False, help_text=_("不填则一直公告"))

    def __init__(self, *args: Any, divisions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["division"].choices = divisions  # type: ignore[attr-defined]


class ReasonForm(Form):
    """A reason."""

    reason = long_text(_("理由"), rows=3)
