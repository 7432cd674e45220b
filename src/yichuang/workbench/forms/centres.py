"""Forms of the acts on a centre: what changes, from which day, and why."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from yichuang.regions.values import (
    Act,
    CentreStateKind,
    ChangeState,
    ChangeSystem,
    CloseWindow,
    OpenWindow,
    RegisterCentre,
    RenameWindow,
    ReseatWindow,
    WindowKind,
    WithdrawAmendment,
)
from yichuang.workbench.centredesk import CentreDesk
from yichuang.workbench.forms.base import Form, day_field, line, long_text, options

_COMMON = ("in_force_on", "reason", "with_windows", "end_posts", "told", "version")
_NAME, _WINDOW_NAME, _NUMBER, _AREA, _REASON = 96, 64, 8, 16, 500
_SYSTEMS = {(False, False): "none", (True, False): "incompatible", (True, True): "compatible"}


def window_kinds() -> list[tuple[str, str]]:
    """Return the kinds of window as choices."""
    return [(WindowKind.COMPREHENSIVE.value, gettext("综合窗口")), (WindowKind.SPECIAL.value, gettext("专业窗口"))]


class CentreForm(Form):
    """Base of the acts: the version that was read, the day in force, the reason."""

    # A person who booked must hear of it before the doors close.
    asks_about_bookings: ClassVar[bool] = False

    version = forms.IntegerField(widget=forms.HiddenInput)
    in_force_on = day_field(
        _("从哪天起"), help_text=_("可以填以后的日子，到那天自动生效；填已经过去的日子，此前公布的数字不会改")
    )
    reason = long_text(_("理由"), rows=2)
    told = forms.BooleanField(required=False, label=_("已经另行告知预约的人"))

    def __init__(self, *args: Any, desk: CentreDesk, **kwargs: Any) -> None:
        initial = {"version": desk.record.version, "in_force_on": desk.today} | kwargs.pop("initial", {})
        super().__init__(*args, initial=initial, **kwargs)
        self.desk = desk
        self.fields["reason"].max_length = _REASON  # type: ignore[attr-defined]
        if not self.asks_about_bookings or not desk.bookings:
            del self.fields["told"]
        self.order_fields([name for name in self.fields if name not in _COMMON] + list(_COMMON))

    def act(self) -> Act:
        """Return the act that the form stands for; asked only once the form is valid."""
        raise NotImplementedError

    def ask_about_posts(self, count: int) -> None:
        """Offer to end the posts at a window, where there are any."""
        if count:
            field = self.fields["end_posts"]
            field.label = ngettext(
                "这个窗口还有 %(count)s 人任职，同时终止任职", "这个窗口还有 %(count)s 人任职，同时终止任职", count
            ) % {"count": count}
        else:
            del self.fields["end_posts"]

    def renewed(self, desk: CentreDesk) -> "CentreForm":
        """Return the form with everything that was typed, on what was read anew."""
        data = self.data.copy()
        data["version"] = str(desk.record.version)
        again = type(self)(data, desk=desk)
        again.is_valid()
        return again


class StateForm(CentreForm):
    """How far the centre has come."""

    asks_about_bookings = True

    state = options(_("建设状态"))
    with_windows = forms.BooleanField(required=False)

    def __init__(self, *args: Any, desk: CentreDesk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        self.fields["state"].choices = [(state.value, gettext(state.label)) for state in CentreStateKind]  # type: ignore[attr-defined]
        if desk.record.centre.state:
            self.initial.setdefault("state", desk.record.centre.state.value)
        windows = [one for one in desk.record.windows if one.row.valid_until is None]
        if windows:
            self.fields["with_windows"].label = gettext(
                "停用时同时关闭全部窗口并终止任职（%(windows)s 个窗口，%(posts)s 人）"
            ) % {"windows": len(windows), "posts": sum(one.posts for one in windows)}
        else:
            del self.fields["with_windows"]

    def act(self) -> Act:
        """Return the change of state."""
        typed = self.cleaned_data
        return ChangeState(CentreStateKind(typed["state"]), with_windows=bool(typed.get("with_windows")))


class SystemForm(CentreForm):
    """Whether there is an e-supervision system, and whether the city can read it."""

    system = options(_("电子监察系统"))

    def __init__(self, *args: Any, desk: CentreDesk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        self.fields["system"].choices = [  # type: ignore[attr-defined]
            ("none", gettext("没有")),
            ("incompatible", gettext("有，与市级系统不兼容")),
            ("compatible", gettext("有，与市级系统兼容")),
        ]
        row = desk.record.centre
        if row.supervision is not None:
            self.initial.setdefault("system", _SYSTEMS[row.supervision, bool(row.compatible)])

    def act(self) -> Act:
        """Return the change of the system."""
        chosen = self.cleaned_data["system"]
        return ChangeSystem(supervision=chosen != "none", compatible=chosen == "compatible")


class OpenWindowForm(CentreForm):
    """A new window."""

    number = line(_("窗口号"), length=_NUMBER)
    name = line(_("窗口名称"), length=_WINDOW_NAME)
    kind = options(_("窗口类别"))
    organisation = forms.ChoiceField(label=_("进驻部门"))
    area = line(_("功能区"), required=False, length=_AREA, help_text=_("大厅分区预约时填写，例如“民生”"))

    def __init__(self, *args: Any, desk: CentreDesk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        self.fields["kind"].choices = window_kinds()  # type: ignore[attr-defined]
        self.fields["organisation"].choices = desk.organisations  # type: ignore[attr-defined]

    def act(self) -> Act:
        """Return the opening."""
        typed = self.cleaned_data
        return OpenWindow(
            number=typed["number"],
            name=typed["name"],
            kind=WindowKind(typed["kind"]),
            organisation=typed["organisation"],
            area=typed["area"],
        )


class RenameWindowForm(CentreForm):
    """Another name for a window."""

    name = line(_("窗口名称"), length=_WINDOW_NAME)

    def __init__(self, *args: Any, desk: CentreDesk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        self.initial.setdefault("name", desk.open_window.row.name)

    def act(self) -> Act:
        """Return the renaming."""
        return RenameWindow(window=self.desk.open_window.row.code, name=self.cleaned_data["name"])


class ReseatWindowForm(CentreForm):
    """Another organisation at a window."""

    organisation = forms.ChoiceField(label=_("进驻部门"))
    name = line(_("窗口名称"), length=_WINDOW_NAME)
    end_posts = forms.BooleanField(required=False)

    def __init__(self, *args: Any, desk: CentreDesk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        self.fields["organisation"].choices = desk.organisations  # type: ignore[attr-defined]
        self.initial.setdefault("organisation", desk.open_window.row.organisation)
        self.initial.setdefault("name", desk.open_window.row.name)
        self.ask_about_posts(desk.open_window.posts)

    def act(self) -> Act:
        """Return the change of who sits there."""
        typed = self.cleaned_data
        return ReseatWindow(
            window=self.desk.open_window.row.code,
            name=typed["name"],
            organisation=typed["organisation"],
            end_posts=bool(typed.get("end_posts")),
        )


class CloseWindowForm(CentreForm):
    """The end of a window."""

    asks_about_bookings = True

    end_posts = forms.BooleanField(required=False)

    def __init__(self, *args: Any, desk: CentreDesk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        self.ask_about_posts(desk.open_window.posts)

    def act(self) -> Act:
        """Return the closing."""
        return CloseWindow(self.desk.open_window.row.code, end_posts=bool(self.cleaned_data.get("end_posts")))


class WithdrawForm(CentreForm):
    """Taking back an amendment that is not in force yet: only why."""

    def __init__(self, *args: Any, desk: CentreDesk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        del self.fields["in_force_on"]

    def act(self) -> Act:
        """Return the withdrawal."""
        return WithdrawAmendment(self.desk.amendment)


class RegisterForm(Form):
    """A new centre or town hall of a division that was chosen before."""

    division = forms.CharField(widget=forms.HiddenInput)
    name = line(_("中心名称"), length=_NAME)
    organisation = forms.ChoiceField(label=_("运行机构"))
    state = options(_("建设状态"))
    floor_area = forms.DecimalField(
        label=_("面积（平方米）"), required=False, min_value=1, max_digits=9, decimal_places=1
    )
    in_force_on = day_field(_("从哪天起"), help_text=_("可以填以后的日子，到那天自动生效"))
    reason = long_text(_("理由"), rows=2)

    def __init__(self, *args: Any, organisations: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = organisations  # type: ignore[attr-defined]
        self.fields["state"].choices = [(state.value, gettext(state.label)) for state in CentreStateKind]  # type: ignore[attr-defined]
        self.fields["reason"].max_length = _REASON  # type: ignore[attr-defined]

    def act(self) -> RegisterCentre:
        """Return the registration."""
        typed = self.cleaned_data
        return RegisterCentre(
            division=typed["division"],
            name=typed["name"],
            organisation=typed["organisation"],
            state=CentreStateKind(typed["state"]),
            floor_area=typed["floor_area"],
        )
