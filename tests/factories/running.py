"""Cases that run: received through the door and moved on command by command, as a window does it."""

from tests.factories import catalogue
from tests.factories.filings import Told
from tests.factories.people import APPLICANT, CLERK
from tests.factories.stories import china, receipt
from yichuang.cases import commands
from yichuang.cases.domain import acts as a
from yichuang.cases.models import Case


def receive(at: str = "2015-02-13", *, item: str = catalogue.LICENCE, county: str = "610924", now: str = "") -> str:
    """Take in an application and return its number."""
    return commands.receive_application(
        receipt=receipt(item, county=county),
        applicant=APPLICANT,
        by=CLERK,
        at=china(at),
        now=china(now or at),
    )


def accept(at: str = "2015-02-13", *, item: str = catalogue.LICENCE, county: str = "610924") -> str:
    """Take in and accept an application in the same minute."""
    number = receive(at, item=item, county=county)
    commands.accept_application(number=number, by=CLERK, at=china(at))
    return number


def perform_all(history: Told) -> str:
    """Run a whole history, which begins with the receipt, one command at a time."""
    (first, at), *rest = history
    assert isinstance(first, a.Receive)
    number = commands.receive_application(receipt=first, applicant=APPLICANT, by=CLERK, at=china(at), now=china(at))
    for act, when in rest:
        commands.perform(number=number, act=act, by=CLERK, at=china(when))
    return number


def case_id_of(number: str) -> int:
    """Return the row of a case."""
    return Case.objects.get(number=number).pk
