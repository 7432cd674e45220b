"""Whom the sign-in page of the demonstration can name as applicants: words only, the identities live elsewhere."""

from django.conf import settings

from yichuang.accounts.values import DemonstrationPerson
from yichuang.kernel.words import N_

_PEOPLE = (
    DemonstrationPerson(key="chen", name="陈小禾", look_at=N_("居民，替自己办事")),
    DemonstrationPerson(key="wang", name="王德厚", look_at=N_("78岁老人，可由家人或工作人员代办")),
    DemonstrationPerson(key="liu", name="刘启明", look_at=N_("企业法定代表人")),
    DemonstrationPerson(key="zhou", name="周一诺", look_at=N_("同一企业的经办人")),
)


def list_demonstration_persons() -> tuple[DemonstrationPerson, ...]:
    """Return the invented applicants; none when the demonstration or its identity provider is off."""
    return _PEOPLE if settings.DEMONSTRATION and not settings.OIDC_ISSUER else ()
