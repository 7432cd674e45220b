"""Ratings: which stretches of service of a case its applicant may rate, and how a rating is told from others'."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from yichuang.cases.values import ApplicantDetails, CaseFile
from yichuang.feedback.queries import get_rater_digest, ratings_of
from yichuang.feedback.values import Service
from yichuang.portal.plainly import key_of

# What must have happened before a stretch of service can be rated.
_AFTER: dict[Service, frozenset[str]] = {
    Service.ACCEPTANCE: frozenset({"application-accepted", "acceptance-refused", "supplement-requested"}),
    Service.COMPLETION: frozenset({"application-granted", "application-refused", "acceptance-refused", "case-closed"}),
}


def offered(file: CaseFile) -> list[tuple[str, str, str]]:
    """Return (service, its name, the level given or "") of every stretch that is over: one rating each, ever."""
    given = {rating.service: rating for rating in ratings_of(file.row.number)}
    happened = {key_of(event) for event in file.events}
    return [
        (service.value, _(service.label), _(given[service].level.label) if service in given else "")
        for service in Service
        if happened & _AFTER[service]
    ]


def served_on(file: CaseFile, service: Service) -> date | None:
    """Return the day on which a stretch of service was over, None while it is not."""
    ends = [event.source_at for event in file.events if key_of(event) in _AFTER[service]]
    return timezone.localdate(ends[-1]) if ends else None


def rater_of(applicant: ApplicantDetails | None) -> str:
    """Return the digest of the applicant, by which his ratings are told from others' without naming him."""
    if applicant is None:
        return ""
    return get_rater_digest(id_type=applicant.id_type, id_number=applicant.id_number)
