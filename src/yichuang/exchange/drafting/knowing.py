"""Knowing: the catalogue and the organisations of this installation, for drafts to hold a source's words against."""

from datetime import date

from yichuang.catalogue.queries import get_terms
from yichuang.exchange.domain.drafting.knowing import Known
from yichuang.exchange.domain.drafting.seen import KnownItem, KnownOrganisation
from yichuang.regions.queries import list_organisations


def known_on(*days: date) -> Known:
    """Return the items and organisations that stand on any of some days."""
    rows = {row.code: row for day in days for row in list_organisations(on=day)}
    standing = {key: terms for day in days for key, terms in get_terms(on=day).items()}
    items = tuple(
        KnownItem(
            code=item,
            name=terms.name,
            organisation=organisation,
            organisation_name=rows[organisation].name if organisation in rows else "",
            division=rows[organisation].division if organisation in rows else "",
            implementation_code=terms.implementation_code,
        )
        for (organisation, item), terms in sorted(standing.items())
    )
    organisations = tuple(
        KnownOrganisation(row.code, row.name, row.uscc, row.division) for _code, row in sorted(rows.items())
    )
    return Known(items, organisations)
