"""Gathers what papers need to know of a case from the doors of cases, the catalogue and the regions."""

from collections.abc import Callable
from datetime import date

from yichuang.calendar.queries import get_calendar
from yichuang.calendar.values import local_day
from yichuang.cases import queries as cases
from yichuang.cases.values import ApplicantDetails, Status, events
from yichuang.catalogue.queries import get_item_guide, get_terms_register
from yichuang.catalogue.values import ItemContent, ItemUnknown
from yichuang.papers.domain.dossier import Dossier, Holder
from yichuang.regions.queries import find_organisation, get_tree, list_centres
from yichuang.regions.values import DivisionTree, Level, OrganisationRow

_LICENCE = "01"
_MOST_BASES = 2


def gather(number: str) -> Dossier:
    """Return the dossier of a case; raises CaseNotFound or the number's own refusal.

    Names and terms are those of the day of the receipt, so that a paper printed years later says the same.
    """
    file = cases.get_case(number, personal=True)
    acts = cases.list_acts(number)
    received = acts[0].event
    assert isinstance(received, events.ApplicationReceived)
    on = local_day(acts[0].at)
    terms = get_terms_register().find(received.organisation, received.item, on)
    content = _content(received, on=on)
    organisation = find_organisation(code=received.organisation)
    government, superior = reviewers(organisation, on=on) if organisation else ("本级人民政府", "")
    return Dossier(
        number=number,
        item_name=terms.name if terms else content.name if content else received.item,
        statutory_item=(terms.type if terms else file.implementation_code[21:23]) == _LICENCE,
        organisation=received.organisation,
        organisation_name=organisation.name if organisation else received.organisation,
        department=received.organisation.partition("-")[2],
        government=government,
        superior=superior,
        applicant=_applicant(file.applicant),
        voided=file.row.status is Status.VOIDED,
        chain_faults=file.chain_faults,
        agent=_agent(number) if received.agent else None,
        acts=acts,
        calendar=get_calendar(),
        bases=_bases(content),
        result_name=terms.result_name if terms else content.result_name if content else "",
        phone=content.consult_phone if content else "",
        hours=content.hours if content else "",
        place_name=_namer(on),
    )


def _content(received: events.ApplicationReceived, *, on: date) -> ItemContent | None:
    try:
        return get_item_guide(code=received.item, organisation=received.organisation, on=on).content
    except ItemUnknown:
        # Imported cases may name an item that the catalogue of that day does not hold.
        return None


def _bases(content: ItemContent | None) -> tuple[str, ...]:
    if content is None:
        return ()
    return tuple(f"《{basis.law}》{basis.article}" for basis in content.legal_basis if basis.article)[:_MOST_BASES]


def _applicant(details: ApplicantDetails | None) -> Holder | None:
    if details is None:
        return None
    return Holder(name=details.name, id_type=details.id_type, id_number=details.id_number)


def _agent(number: str) -> Holder | None:
    application = cases.get_application(number)
    if application is None or application.agent is None:
        return None
    party = application.agent
    return Holder(name=party.name, id_type=party.id_type, id_number=party.id_number)


def reviewers(organisation: OrganisationRow, *, on: date) -> tuple[str, str]:
    """Return the government of an organisation's own level and its department one level up, as names.

    A town's centre is reviewed by the county's government alone; a zone is none of the state's levels, so its city's
    government stands in. The department above is "" where the register knows none.
    """
    tree = get_tree(on=on)
    division = organisation.division
    if division not in tree:
        return "本级人民政府", ""
    if tree.level_of(division) is Level.TOWN:
        government = _government(tree, tree.county_of(division))
        return government, government
    if tree.level_of(division) is Level.CITY:
        return _government(tree, division), ""
    parent = tree.get(division).parent
    above = find_organisation(code=f"{parent}-{organisation.department_key}", on=on)
    return _government(tree, division), above.name if above else ""


def _government(tree: DivisionTree, code: str) -> str:
    division = tree.get(code)
    named = tree.get(division.parent) if division.level is Level.ZONE and division.parent in tree else division
    return f"{named.name}人民政府"


def _namer(on: date) -> Callable[[str], str]:
    """Return what names a centre or an organisation; the centres are read when a name is first asked for."""
    names: dict[str, str] = {}

    def name(code: str) -> str:
        if not names:
            names.update((centre.code, centre.name) for centre in list_centres(on=on))
        if code not in names:
            organisation = find_organisation(code=code)
            names[code] = organisation.name if organisation else code
        return names[code]

    return name
