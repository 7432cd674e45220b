"""Settings read from addresses: where messages go."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from yichuang.config import settings


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("file:///srv/yi%20chuang/mail", ("filebased", "/srv/yi chuang/mail", 25, "", "", False, False)),
        ("smtp://mail.example:2525", ("smtp", "mail.example", 2525, "", "", False, False)),
        ("smtp://a%40b:p%3Aw@mail.example?tls=1", ("smtp", "mail.example", 25, "a@b", "p:w", False, True)),
        ("smtps://mail.example", ("smtp", "mail.example", 465, "", "", True, False)),
        # TLS from the start and STARTTLS together would be refused by Django.
        ("smtps://mail.example?tls=1", ("smtp", "mail.example", 465, "", "", True, False)),
    ],
)
def test_an_address_says_how_mail_is_sent(url: str, found: tuple[object, ...]) -> None:
    mail = settings._mail(url)
    kind, place, *rest = found
    assert mail.backend.split(".")[-2] == kind
    assert (mail.folder or mail.host) == place
    assert [mail.port, mail.user, mail.password, mail.tls_from_start, mail.start_tls] == rest


def test_another_scheme_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(ImproperlyConfigured, match="smtp://, smtps:// or file:///"):
        settings._mail("http://mail.example")


def test_without_an_address_messages_are_kept_as_files() -> None:
    assert settings.EMAIL_BACKEND.endswith("filebased.EmailBackend")
    assert settings.EMAIL_FILE_PATH.endswith("outbox/mail")
