"""The form of the window: who applies for what, with which papers; the fields come from the item's data.

Names of fields are the keys under which the intake of cases tells its faults, so that every fault stands at its field.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from yichuang.cases.values import Application, Fault, MaterialChoice, Party
from yichuang.catalogue.values import APPLICANT, LEGAL, NATURAL, Field, FieldKind, MaterialNeed, Situation
from yichuang.workbench.forms.base import Form, options
from yichuang.workbench.words import AGENT_RELATIONS, DELIVERIES, WAYS

_ID_TYPES = (
    ("111", _("居民身份证")),
    ("414", _("护照")),
    ("516", _("港澳居民来往内地通行证")),
    ("511", _("台湾居民来往大陆通行证")),
)
_LONGEST = 500


def _text(label: Any, length: int = 200, **attrs: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=length, widget=forms.TextInput(attrs=attrs))


def _field_of(field: Field) -> forms.Field:
    """Return the form field of one field of the item's data."""
    help_text = f"{field.help}" if field.help else ""
    label = f"{field.label}（{field.unit}）" if field.unit else field.label
    if field.kind is FieldKind.CHOICE:
        choices = [("", gettext("请选择")), *((one.key, one.text) for one in field.choices)]
        return forms.ChoiceField(label=label, required=False, choices=choices, help_text=help_text)
    widget: forms.Widget = forms.TextInput()
    if field.kind is FieldKind.LONG:
        widget = forms.Textarea(attrs={"rows": 2})
    elif field.kind is FieldKind.DATE:
        widget = forms.DateInput(attrs={"type": "date"})
    elif field.kind in (FieldKind.NUMBER, FieldKind.AREA):
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
    elif field.kind is FieldKind.PHONE:
        widget = forms.TextInput(attrs={"inputmode": "tel"})
    return forms.CharField(
        label=label, required=False, max_length=field.longest or _LONGEST, help_text=help_text, widget=widget
    )


class IntakeForm(Form):
    """One application as a clerk types it; nothing is required here: cases tells every fault at once."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    lenient = True

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        situation: Situation,
        audiences: tuple[str, ...],
        application: Application,
        materials: Sequence[str] = (),
    ) -> None:
        self.situation = situation
        # A material keeps its number whatever the answers take off the list, so that no file changes its place.
        order = tuple(dict.fromkeys((*materials, *(need.name for need in situation.materials))))
        self.numbered = [(order.index(need.name), need) for need in situation.materials]
        self.audiences = audiences or (NATURAL,)
        initial = _initial(application, self.numbered)
        if data is not None:
            # A material that an answer has just brought was not on the page that was sent.
            data = data.copy()
            for at, _need in self.numbered:
                data.setdefault(f"copies.{at}", str(initial[f"copies.{at}"]))
        super().__init__(data, files, initial=initial)
        self.fields.update(self._fields())
        self.dress()

    def _fields(self) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {}
        if len(self.audiences) > 1:
            found["applicant_type"] = options(_("谁来申请"), [(NATURAL, _("个人")), (LEGAL, _("单位"))])
            found["applicant_type"].required = False
        for question in self.situation.questions:
            found[f"answers.{question.key}"] = forms.ChoiceField(
                label=question.text,
                help_text=question.help,
                required=False,
                choices=[(option.key, option.text) for option in question.options],
                widget=forms.RadioSelect,
            )
        legal = self.applicant_type == LEGAL
        if legal:
            found["represented.uscc"] = _text(_("统一社会信用代码"), 18, autocomplete="off", spellcheck="false")
            found["represented.name"] = _text(_("单位名称"))
        found["applicant.id_type"] = forms.ChoiceField(label=_("证件类型"), choices=_ID_TYPES, required=False)
        found["applicant.id_number"] = _text(
            _("法定代表人或经办人证件号码") if legal else _("证件号码"), 64, autocomplete="off", spellcheck="false"
        )
        found["applicant.name"] = _text(_("法定代表人或经办人姓名") if legal else _("姓名"), 100, autocomplete="off")
        found["applicant.phone"] = _text(_("手机号码"), 20, inputmode="tel", autocomplete="off")
        relations = [("", _("本人办理")), *((key, _(text)) for key, text in AGENT_RELATIONS.items())]
        found["agent_relation"] = forms.ChoiceField(label=_("谁来办"), choices=relations, required=False)
        found["agent.id_number"] = _text(_("代办人证件号码"), 64, autocomplete="off", spellcheck="false")
        found["agent.name"] = _text(_("代办人姓名"), 100, autocomplete="off")
        found["agent.phone"] = _text(_("代办人手机号码"), 20, inputmode="tel", autocomplete="off")
        for field in self.situation.fields:
            found[f"fields.{field.key}"] = _field_of(field)
        for at, need in self.numbered:
            ways = [("", _("没有收")), *((way, _(WAYS[way])) for way in dict.fromkeys(("bring", *need.ways)))]
            found[f"way.{at}"] = forms.ChoiceField(label=need.name, choices=ways, required=False)
            found[f"copies.{at}"] = forms.IntegerField(
                label=gettext("%(name)s的份数") % {"name": need.name}, min_value=1, max_value=99, required=False
            )
            found[f"file.{at}"] = forms.FileField(
                label=gettext("%(name)s的扫描件") % {"name": need.name}, required=False, allow_empty_file=True
            )
        if self.situation.materials:
            found["all_brought"] = forms.BooleanField(
                label=_("要求的材料已经当场收齐"),
                required=False,
                widget=forms.CheckboxInput(attrs={"accesskey": "a"}),
            )
        found["delivery"] = forms.ChoiceField(
            label=_("结果怎样领取"), choices=[(key, _(text)) for key, text in DELIVERIES.items()], required=False
        )
        found["delivery_address"] = _text(_("邮寄地址"))
        return found

    @property
    def applicant_type(self) -> str:
        """Return who applies, as far as it was chosen."""
        if len(self.audiences) == 1:
            return self.audiences[0]
        given = self.data.get("applicant_type") if self.is_bound else self.initial.get("applicant_type")
        return str(given) if given in (NATURAL, LEGAL) else NATURAL

    def application(self, *, attached: dict[str, tuple[str, ...]]) -> Application:
        """Return the application as it was typed; `attached` are the keys of the files by material."""
        typed = self.cleaned_data
        legal = self.applicant_type == LEGAL
        relation = typed.get("agent_relation", "")
        return Application(
            applicant_type=self.applicant_type,
            applicant=_party("applicant", typed, typed.get("applicant.id_type") or "111"),
            agent=_party("agent", typed, "111") if relation else None,
            agent_relation=relation,
            represented=(typed.get("represented.uscc", ""), typed.get("represented.name", "")) if legal else ("", ""),
            answers={**self.answers(), APPLICANT: self.applicant_type},
            fields={
                name.partition(".")[2]: value for name, value in typed.items() if name.startswith("fields.") and value
            },
            materials=tuple(self._choices(attached)),
            delivery=typed.get("delivery") or "window",
            delivery_address=typed.get("delivery_address", ""),
        )

    def answers(self) -> dict[str, str]:
        """Return the answers to the questions that narrow the list of materials."""
        return {
            name.partition(".")[2]: value
            for name, value in self.cleaned_data.items()
            if name.startswith("answers.") and value
        }

    def _choices(self, attached: dict[str, tuple[str, ...]]) -> Iterable[MaterialChoice]:
        typed = self.cleaned_data
        for at, need in self.numbered:
            way = typed.get(f"way.{at}") or ("upload" if attached.get(need.name) else "")
            if not way and need.required and typed.get("all_brought"):
                way = "bring"
            if way:
                yield MaterialChoice(
                    name=need.name,
                    way=way,
                    attachments=attached.get(need.name, ()),
                    copies=typed.get(f"copies.{at}") or max(need.originals, need.copies, 1),
                )

    def tell(self, faults: Iterable[Fault]) -> None:
        """Put every fault at its field; what has no field stands above the form."""
        places = {f"materials.{need.name}": f"way.{at}" for at, need in self.numbered}
        for fault in faults:
            name = places.get(fault.field, fault.field)
            label = str(self.fields[name].label) if name in self.fields else ""
            self.add_error(
                name if name in self.fields else None,
                gettext("；").join(part for part in fault.told(gettext, label=label) if part),
            )

    @property
    def people(self) -> list[forms.BoundField]:
        """Return the fields of the applicant."""
        return [self[name] for name in self.fields if name.startswith(("represented.", "applicant."))]

    @property
    def agents(self) -> list[forms.BoundField]:
        """Return the fields of who acts for him."""
        return [self[name] for name in self.fields if name.startswith("agent")]

    @property
    def agent_open(self) -> bool:
        """Tell whether somebody acts for the applicant, so that his fields are in sight."""
        return bool(self["agent_relation"].value()) or any(
            self[name].errors for name in self.fields if name[:5] == "agent"
        )

    @property
    def questions(self) -> list[forms.BoundField]:
        """Return what decides which materials are needed."""
        return [self[name] for name in self.fields if name == "applicant_type" or name.startswith("answers.")]

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """Return the item's own fields."""
        return [self[name] for name in self.fields if name.startswith("fields.")]

    @property
    def material_rows(self) -> list[dict[str, Any]]:
        """Return each material with its three fields."""
        return [
            {"need": need, "way": self[f"way.{at}"], "copies": self[f"copies.{at}"], "file": self[f"file.{at}"]}
            for at, need in self.numbered
        ]


def _party(place: str, typed: dict[str, Any], id_type: str) -> Party:
    return Party(
        name=typed.get(f"{place}.name", ""),
        id_type=id_type,
        id_number=typed.get(f"{place}.id_number", ""),
        phone=typed.get(f"{place}.phone", ""),
    )


def _initial(application: Application, numbered: Sequence[tuple[int, MaterialNeed]]) -> dict[str, Any]:
    """Return the form's beginning: what the draft holds."""
    applicant, agent = application.applicant, application.agent or Party()
    chosen = {choice.name: choice for choice in application.materials}
    found: dict[str, Any] = {
        "applicant_type": application.applicant_type,
        "represented.uscc": application.represented[0],
        "represented.name": application.represented[1],
        "applicant.id_type": applicant.id_type,
        "applicant.id_number": applicant.id_number,
        "applicant.name": applicant.name,
        "applicant.phone": applicant.phone,
        "agent_relation": application.agent_relation,
        "agent.id_number": agent.id_number,
        "agent.name": agent.name,
        "agent.phone": agent.phone,
        "delivery": application.delivery,
        "delivery_address": application.delivery_address,
    }
    found |= {f"answers.{key}": value for key, value in application.answers.items()}
    found |= {f"fields.{key}": value for key, value in application.fields.items()}
    for at, need in numbered:
        choice = chosen.get(need.name)
        found[f"way.{at}"] = choice.way if choice else ""
        found[f"copies.{at}"] = choice.copies if choice else max(need.originals, need.copies, 1)
    return found
