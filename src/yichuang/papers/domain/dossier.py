"""The dossier: everything a paper may need to know of a case, gathered once, as plain values."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from yichuang.calendar.values import WorkingCalendar, local_day
from yichuang.cases.values import ActLine, events
from yichuang.certificates.values import COMPANY, mask_holder_id, mask_holder_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The applicant, or the one who acts for him."""

    name: str
    id_type: str
    id_number: str

    @property
    def is_company(self) -> bool:
        """Tell whether it is an organisation, which is addressed otherwise and is never masked by name."""
        return self.id_type == COMPANY

    @property
    def id_label(self) -> str:
        """Name the kind of number."""
        names = {COMPANY: "统一社会信用代码", "111": "身份证号码", "002": "组织机构代码", "003": "工商注册号"}
        return names.get(self.id_type, "证件号码")

    @property
    def id_masked(self) -> str:
        """Give the number as a paper may show it."""
        return mask_holder_id(number=self.id_number, id_type=self.id_type)

    @property
    def name_masked(self) -> str:
        """Give the name as the public may read it."""
        return mask_holder_name(name=self.name, id_type=self.id_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One case for those who write about it.

    `statutory_item` is True for a licence, to which the licensing law applies as it stands; other matters are
    handled by analogy. `place_name` names a centre or an organisation by its code. `government` and `superior`
    are where a review may be asked for; `superior` is "" where no name is known. `chain_faults` names every broken
    link of the case's chain.
    """

    number: str
    item_name: str
    statutory_item: bool
    organisation: str
    organisation_name: str
    department: str
    government: str
    superior: str
    applicant: Holder | None
    acts: tuple[ActLine, ...]
    calendar: WorkingCalendar
    voided: bool = False
    chain_faults: tuple[str, ...] = ()
    agent: Holder | None = None
    bases: tuple[str, ...] = ()
    result_name: str = ""
    phone: str = ""
    hours: str = ""
    place_name: Callable[[str], str] = field(default=lambda code: code)

    @property
    def received(self) -> events.ApplicationReceived:
        """Give the first event."""
        event = self.acts[0].event
        assert isinstance(event, events.ApplicationReceived)
        return event

    @property
    def received_on(self) -> date:
        """Give the day of the receipt."""
        return local_day(self.acts[0].at)

    @property
    def centre_name(self) -> str:
        """Give where it was taken in; the organisation itself if at no centre."""
        return self.place_name(self.received.centre) if self.received.centre else self.organisation_name

    def before(self, line: ActLine) -> tuple[ActLine, ...]:
        """Return what came before an event."""
        return self.acts[: self.acts.index(line)]
