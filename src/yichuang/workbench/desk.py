"""Desk: one case as it lies before one officer: its state, and everything a form needs to offer.

What a page does not ask for is not looked up. A case outside the officer's scope is answered like one that does not
exist.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from yichuang.accounts.queries import allowed, get_actor, list_authorities_in, list_colleagues
from yichuang.accounts.values import AuthorityRow, Colleague, Power, Role, Scope
from yichuang.cases.queries import get_application, get_state, get_supplement
from yichuang.cases.values import Application, CaseNotFound, CaseState
from yichuang.catalogue.queries import get_intake, get_item_guide, narrow
from yichuang.catalogue.values import APPLICANT, HANDLING, NATURAL, Fee, Intake, ItemGuide, ItemUnknown, MaterialNeed
from yichuang.kernel.actor import Actor
from yichuang.regions.queries import list_centres
from yichuang.ui import casework
from yichuang.ui.names import ItemNames, Names, get_item_names, get_names
from yichuang.workbench.nodes import get_titles
from yichuang.workbench.reach import covers, organisations_of

_COUNTY, _TOWN = 6, 9


@dataclass(frozen=True)
class Desk:
    """One case before one officer."""

    request: HttpRequest
    state: CaseState
    actor: Actor
    now: datetime

    @property
    def today(self) -> date:
        """Return the local day."""
        return timezone.localdate(self.now)

    @cached_property
    def names(self) -> Names:
        """Return the names of places, organisations and nodes today."""
        names, titles = get_names(on=self.today), get_titles()
        return replace(names, organisations={**names.organisations, **titles}) if titles else names

    @cached_property
    def items(self) -> ItemNames:
        """Return the names of items today."""
        return get_item_names(on=self.today)

    @property
    def town(self) -> str:
        """Return the town in which the application was handed in, "" for a county's own centre or the web."""
        return self.state.receiving_division[:_TOWN] if len(self.state.receiving_division) >= _TOWN else ""

    def is_within(self, scope: Scope) -> bool:
        """Tell whether the case lies within a scope."""
        state = self.state
        return covers(scope, county=state.county, town=self.town, organisation=state.organisation, centre=state.centre)

    def may(self, action: str) -> bool:
        """Tell whether the officer's posts allow an action on this case."""
        return self.is_within(allowed(self.request.user, action))

    @cached_property
    def whole(self) -> bool:
        """Tell whether personal data may be shown whole."""
        return self.may("cases.personal")

    # -- who may ---------------------------------------------------------------------------------------

    @cached_property
    def authorities(self) -> tuple[AuthorityRow, ...]:
        """Return the authority list of the deciding organisation that touches this item (one query)."""
        rows = list_authorities_in(organisation=self.state.organisation, on=self.today)
        return tuple(row for row in rows if row.item in ("", self.state.item))

    def holders(self, power: Power) -> tuple[AuthorityRow, ...]:
        """Return who may exercise a power on this item."""
        return tuple(row for row in self.authorities if row.power is power)

    def is_authorised(self, power: Power) -> bool:
        """Tell whether this officer may."""
        return any(row.holder == self.actor.id for row in self.holders(power))

    @property
    def deciders(self) -> tuple[str, ...]:
        """Return the names of those who may decide."""
        return tuple(dict.fromkeys(row.holder_name for row in self.holders(Power.DECIDE)))

    @cached_property
    def colleagues(self) -> tuple[Colleague, ...]:
        """Return who handles cases in the deciding organisation."""
        roles = (Role.APPROVER, Role.CHIEF_REPRESENTATIVE)
        return list_colleagues(organisation=self.state.organisation, on=self.today, roles=roles)

    # -- the item --------------------------------------------------------------------------------------

    @cached_property
    def guide(self) -> ItemGuide | None:
        """Return what the item asks, None where the catalogue does not know it any more."""
        code = self.state.implementation_code
        try:
            return get_item_guide(code=code) if code else None
        except ItemUnknown:
            return None

    @cached_property
    def application(self) -> Application | None:
        """Return the form that was filled in, where one was."""
        return get_application(self.state.number)

    @cached_property
    def needs(self) -> tuple[MaterialNeed, ...]:
        """Return what this applicant has to bring, narrowed by his answers."""
        if self.guide is None:
            return ()
        answers = self.application.answers if self.application else {}
        kind = self.application.applicant_type if self.application else NATURAL
        given = {**answers, APPLICANT: kind, HANDLING: self.state.handling_item}
        return narrow(guide=self.guide, intake=get_intake(item=self.state.item), answers=given)

    @cached_property
    def intake(self) -> Intake | None:
        """Return how the item is asked for, in the reader's language; None where the catalogue knows it no more."""
        try:
            return get_intake(item=self.state.item, language=get_language() or "zh-hans")
        except ItemUnknown:
            return None

    @property
    def is_on_the_spot(self) -> bool:
        """Tell whether the matter is finished at the window at once (即办件)."""
        return self.guide is not None and self.guide.content.kind == "on-the-spot"

    @property
    def kind(self) -> str:
        """Return the case type; before acceptance the one that the item says."""
        return self.state.kind or (self.guide.content.kind if self.guide else "")

    @property
    def promised(self) -> str:
        """Return the promised limit in words; before acceptance the one that the item says."""
        if self.state.promised:
            return casework.limit(self.state.promised.amount, self.state.promised.unit)
        if self.guide is None or self.state.accepted_at is not None:
            return ""
        return casework.limit(self.guide.content.promised_amount, self.guide.content.promised_unit)

    @property
    def step_names(self) -> tuple[str, ...]:
        """Return the item's steps."""
        return tuple(step.name for step in self.guide.content.steps) if self.guide else ()

    @property
    def special_procedures(self) -> tuple[str, ...]:
        """Return the special procedures that the item foresees."""
        return self.guide.content.special_procedures if self.guide else ()

    @property
    def fees(self) -> tuple[Fee, ...]:
        """Return the fees that the item lists."""
        return self.guide.content.fees if self.guide else ()

    @property
    def result_name(self) -> str:
        """Return what the item's result is called, "" where it has none."""
        return self.guide.content.result_name if self.guide else ""

    @property
    def result_kind(self) -> str:
        """Return as what the result is set: a certificate, or a letter."""
        return "certificate" if self.guide and self.guide.content.result_type == "certificate" else "letter"

    @property
    def delivery(self) -> str:
        """Return how the applicant wishes to have the result."""
        return self.application.delivery if self.application else ""

    # -- materials -------------------------------------------------------------------------------------

    @property
    def taken_materials(self) -> tuple[str, ...]:
        """Return the names of what has come in."""
        return tuple(dict.fromkeys(entry.name for entry in self.state.materials))

    @property
    def asked_materials(self) -> tuple[str, ...]:
        """Return the names of what the item asks for."""
        return tuple(need.name for need in self.needs)

    @property
    def missing_materials(self) -> tuple[str, ...]:
        """Return the names of what is required and has not come in."""
        taken = {*self.taken_materials, *self.state.committed}
        return tuple(need.name for need in self.needs if need.required and need.name not in taken)

    @property
    def tolerable_materials(self) -> tuple[str, ...]:
        """Return the names of what is missing and may follow later."""
        missing = set(self.missing_materials)
        return tuple(need.name for need in self.needs if need.name in missing and need.tolerable and not need.key)

    @property
    def promisable_materials(self) -> tuple[str, ...]:
        """Return the names of what a commitment may stand in for."""
        return tuple(need.name for need in self.needs if "promise" in need.ways)

    @cached_property
    def awaited(self) -> tuple[str, ...]:
        """Return what the notice asked for and has not come in."""
        return get_supplement(number=self.state.number).missing

    # -- places ----------------------------------------------------------------------------------------

    @cached_property
    def agents(self) -> tuple[Colleague, ...]:
        """Return the agents of the county's centre."""
        centre = next((row.code for row in list_centres(on=self.today, division=self.county)), "")
        return list_colleagues(centre=centre, on=self.today, roles=(Role.AGENT,)) if centre else ()

    @property
    def county(self) -> str:
        """Return the county of the case."""
        return self.state.county

    @cached_property
    def other_organisations(self) -> list[tuple[str, str]]:
        """Return (code, name) of the county's other organisations."""
        codes = organisations_of(self.county, on=self.today)
        return [(code, self.names.organisation(code)) for code in codes if code != self.state.organisation]

    @property
    def open_consultations(self) -> tuple[str, ...]:
        """Return the codes of the organisations that have not answered yet."""
        return tuple(line.organisation for line in self.state.consultations if line.answered_at is None)

    @cached_property
    def asked_here(self) -> list[tuple[str, str]]:
        """Return (code, name) of the organisations that were asked and for which this officer answers."""
        scope = allowed(self.request.user, "cases.handle")
        return [
            (code, self.names.organisation(code))
            for code in self.open_consultations
            if scope.covers(division=code.partition("-")[0], organisation=code)
        ]

    @cached_property
    def centres(self) -> list[tuple[str, str]]:
        """Return (code, name) of the county's centre and its towns' halls."""
        rows = list_centres(on=self.today)
        return [(row.code, row.name) for row in rows if row.division[:_COUNTY] == self.county]


def open_desk(request: HttpRequest, *, number: str, scope: Scope) -> Desk:
    """Lay a case before the officer; raises CaseNotFound outside his scope, in the words of an unknown number."""
    desk = Desk(
        request=request,
        state=get_state(number, on=timezone.localdate()),
        actor=get_actor(request.user),
        now=timezone.now(),
    )
    if not desk.is_within(scope) and not desk.asked_here:
        raise CaseNotFound(number=number)
    return desk


def names_of(people: Sequence[AuthorityRow]) -> str:
    """Return the names of authority holders, each once."""
    return "、".join(dict.fromkeys(row.holder_name for row in people))
