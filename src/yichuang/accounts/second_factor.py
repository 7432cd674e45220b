"""The second factor: codes of an authenticator, recovery codes and passkeys, on allauth's authenticators.

Stands between allauth.mfa, which knows the protocols, and our own doors, which count tries and write logs.
Allauth's pages are not used (ADR 0008). Its mark for used codes stands in the memory of one process; with
two workers a code would be taken twice, so the last step taken is kept in the authenticator's row.
"""

import base64
import hashlib
import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import segno
from allauth.core import context
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal import auth as webauthn
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from yichuang.accounts.models import User

Kind = Authenticator.Type
_MOST_PASSKEYS = 10
_MOST_CREDENTIAL = 16_384


def _keys() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(f"yichuang.accounts.second-factor:{secret}".encode()).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


class Keys(DefaultMFAAdapter):  # type: ignore[misc]
    """What allauth asks of a site: secrets are encrypted with the installation's key, names are ours."""

    def encrypt(self, text: str) -> str:
        """Return a secret as it is stored: a copy of the database alone is not a copy of the second factor."""
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a stored secret."""
        return _keys().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        """Return the name that an authenticator shows."""
        return f"{_('一窗')} {_host()}"

    def get_totp_label(self, user: User) -> str:
        """Return the account's name in an authenticator."""
        return user.username

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """Return how a passkey names its account: by uuid, which says nothing to others."""
        return {"id": user.uuid.bytes, "display_name": user.display_name, "name": user.username}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return the site for which a passkey is made: its host, without the port."""
        return {"id": _host(), "name": str(_("一窗"))}


def _host() -> str:
    request: HttpRequest = context.request
    return urlsplit(f"//{request.get_host()}").hostname or ""


# -- what an account has ---------------------------------------------------------------------------


def kinds(user: User) -> frozenset[str]:
    """Return the kinds of second factor an account has, recovery codes included."""
    return frozenset(Authenticator.objects.filter(user=user).values_list("type", flat=True))


def is_asked(user: User) -> bool:
    """Return whether signing in asks this account for a second factor."""
    return Authenticator.objects.filter(user=user, type__in=[Kind.TOTP, Kind.WEBAUTHN]).exists()


def passkeys(user: User) -> tuple[tuple[int, str, datetime, datetime | None], ...]:
    """Return the passkeys of an account: id, name, when added, when last used."""
    rows = Authenticator.objects.filter(user=user, type=Kind.WEBAUTHN).order_by("created_at", "id")
    return tuple((row.pk, str(row.data.get("name", "")), row.created_at, row.last_used_at) for row in rows)


# -- codes -----------------------------------------------------------------------------------------


def check_code(user: User, code: str, *, at: datetime) -> bool:
    """Return whether a typed code is good now: the authenticator's, or a recovery code. Each is taken once."""
    typed = "".join(code.split()).replace("-", "")
    if not typed.isascii() or not typed.isdigit():
        return False
    return _check_totp(user, typed, at=at) or _check_recovery(user, typed, at=at)


def _check_totp(user: User, typed: str, *, at: datetime) -> bool:
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(user=user, type=Kind.TOTP).first()
        if row is None:
            return False
        secret, last = decrypt(row.data["secret"]), row.data.get("last_step", -1)
        # RFC 6238, 5.2: a code that was taken is not taken again.
        for step in totp.yield_hotp_counters_from_time():
            good = compare_user_code(actual=typed, expected=totp.format_hotp_value(totp.hotp_value(secret, step)))
            if good and step > last:
                row.data["last_step"] = step
                row.last_used_at = at
                row.save(update_fields=["data", "last_used_at"])
                return True
    return False


def _check_recovery(user: User, typed: str, *, at: datetime) -> bool:
    row = Authenticator.objects.filter(user=user, type=Kind.RECOVERY_CODES).first()
    if row is None or not RecoveryCodes(row).validate_code(typed):
        return False
    Authenticator.objects.filter(pk=row.pk).update(last_used_at=at)
    return True


def new_secret() -> str:
    """Return a fresh secret for an authenticator, in base 32."""
    return totp.generate_totp_secret()


def is_right_first_code(secret: str, code: str) -> bool:
    """Return whether a code proves that an authenticator has taken the secret in."""
    typed = "".join(code.split())
    return typed.isascii() and typed.isdigit() and totp.validate_totp_code(secret, typed)


def add_totp(user: User, secret: str) -> bool:
    """Give an account its authenticator; returns False when it has one."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if Authenticator.objects.filter(user=user, type=Kind.TOTP).exists():
            return False
        totp.TOTP.activate(user, secret)
        return True


def totp_picture(user: User, secret: str) -> tuple[str, str]:
    """Return the address that an authenticator reads, and its QR code as SVG."""
    address = Keys().build_totp_url(user, secret)
    picture = segno.make(address, error="m").svg_inline(scale=5, border=2, light="#fff")
    return address, picture


def new_recovery_codes(user: User) -> tuple[str, ...]:
    """Replace the recovery codes of an account and return the new ones, to be shown once."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        Authenticator.objects.filter(user=user, type=Kind.RECOVERY_CODES).delete()
        return tuple(RecoveryCodes.activate(user).generate_codes())


def count_recovery_codes(user: User) -> int:
    """Return how many recovery codes are left."""
    row = Authenticator.objects.filter(user=user, type=Kind.RECOVERY_CODES).first()
    return len(RecoveryCodes(row).get_unused_codes()) if row else 0


def remove(user: User, *, kind: str, key: int | None = None) -> bool:
    """Remove an authenticator; with the last real one the recovery codes go too. Returns whether there was one."""
    with transaction.atomic():
        rows = Authenticator.objects.filter(user=user, type=kind)
        removed, _rows = (rows.filter(pk=key) if key is not None else rows).delete()
        if removed and not is_asked(user):
            Authenticator.objects.filter(user=user).delete()
    return bool(removed)


def remove_all(user: User) -> bool:
    """Remove every second factor of an account; returns whether there was one."""
    return bool(Authenticator.objects.filter(user=user).delete()[0])


# -- passkeys --------------------------------------------------------------------------------------


def begin_adding(user: User) -> dict[str, Any]:
    """Return what the browser needs to make a passkey; the challenge is kept in the session."""
    return webauthn.begin_registration(user, passwordless=False)


def add_passkey(user: User, *, name: str, credential: str) -> bool:
    """Add the passkey that the browser made; returns False when it does not answer our challenge."""
    parsed = _parsed(credential)
    if parsed is None or len(passkeys(user)) >= _MOST_PASSKEYS:
        return False
    try:
        webauthn.parse_registration_response(parsed)
        webauthn.complete_registration(parsed)
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError):
        return False
    webauthn.WebAuthn.add(user, name.strip()[:40] or str(_("通行密钥")), parsed)
    return True


def begin_proof(user: User) -> dict[str, Any]:
    """Return what the browser needs to prove that it holds a passkey of the account."""
    return webauthn.begin_authentication(user)


def check_passkey(user: User, credential: str, *, at: datetime) -> bool:
    """Return whether the browser's answer proves a passkey of the account; the challenge serves once."""
    parsed = _parsed(credential)
    if parsed is None:
        return False
    try:
        row = webauthn.complete_authentication(user, parsed)
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError):
        return False
    finally:
        webauthn.clear_state()
    Authenticator.objects.filter(pk=row.pk).update(last_used_at=at)
    return True


def _parsed(credential: str) -> dict[str, Any] | None:
    if not credential or len(credential) > _MOST_CREDENTIAL:
        return None
    try:
        parsed = json.loads(credential)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None
