"""Forms of the result: certificate or letter, fees, delivery, closing, archive."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yichuang.cases.values import acts
from yichuang.workbench.desk import Desk
from yichuang.workbench.forms.base import day_field, line, long_text, options
from yichuang.workbench.forms.task import TaskForm

METHODS = (("window", _("窗口领取")), ("post", _("邮寄")), ("download", _("网上下载")))


class IssueForm(TaskForm):
    """A certificate or a letter is made out; its number is taken by the view."""

    kind = options(_("发什么"), [("certificate", _("证照")), ("letter", _("批文"))], initial="certificate")
    name = line(_("名称"))
    valid_from = day_field(_("生效日期"))
    valid_until = day_field(_("有效期至"), required=False, help_text=_("长期有效的留空"))

    certificate_number = ""

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        if not self.is_bound:
            self.initial |= {"name": desk.result_name, "valid_from": desk.today, "kind": desk.result_kind}

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        cleaned = super().clean() or self.cleaned_data
        start, until = cleaned.get("valid_from"), cleaned.get("valid_until")
        if start and until and until <= start:
            self.add_error("valid_until", gettext("有效期要在生效日期之后"))
        return cleaned

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.IssueCertificate(
            name=self.cleaned_data["name"],
            certificate_number=self.certificate_number,
            valid_until=self.cleaned_data["valid_until"],
        )


class DeliverForm(TaskForm):
    """The result is handed over; the number of the receipt is taken with the act."""

    method = options(_("送达方式"), METHODS, initial="window")

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        if not self.is_bound and desk.delivery:
            self.initial["method"] = desk.delivery

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.Deliver(method=self.cleaned_data["method"])


class CloseForm(TaskForm):
    """The case is closed."""

    explanation = long_text(_("结果说明"), required=False, rows=2)

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.Close(explanation=self.cleaned_data["explanation"])


class ArchiveForm(TaskForm):
    """The complete file goes into the archive."""

    folder = line(_("档号"), length=64)

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.Archive(folder=self.cleaned_data["folder"])


class ChargeForm(TaskForm):
    """A fee that the item lists is asked for (art. 58)."""

    name = forms.ChoiceField(label=_("收费项目"))
    amount = forms.DecimalField(label=_("金额（元）"), min_value=0, max_digits=12, decimal_places=2)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        self.fields["name"].choices = [(fee.name, f"{fee.name} · {fee.standard}") for fee in desk.fees]  # type: ignore[attr-defined]

    def act(self) -> acts.Act:
        """Return the act."""
        chosen = self.cleaned_data["name"]
        basis = next((fee.basis for fee in self.desk.fees if fee.name == chosen), "")
        return acts.ChargeFee(
            name=chosen,
            amount=str(self.cleaned_data["amount"]),
            basis=basis,
        )


class PayForm(TaskForm):
    """A fee was paid."""

    name = forms.ChoiceField(label=_("收费项目"))
    receipt_number = line(_("缴费凭证号"), length=64)

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, desk=desk, **kwargs)
        unpaid = [(fee.name, fee.name) for fee in desk.state.fees if not fee.receipt_number]
        self.fields["name"].choices = unpaid  # type: ignore[attr-defined]

    def act(self) -> acts.Act:
        """Return the act."""
        return acts.PayFee(receipt_number=self.cleaned_data["receipt_number"], name=self.cleaned_data["name"])
