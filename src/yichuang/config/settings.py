"""Settings of one installation, all from environment variables with safe defaults.

Law, thresholds and scoring weights do not belong here: they are dated data beside their contexts
(ADR 0004). The four engines are chosen by URL-style settings (ADR 0005).
"""

import hashlib
import os
import secrets
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("YICHUANG_VAR", "var")).absolute()


def _flag(name: str, default: bool) -> bool:
    value = os.environ.get(name)
    return default if value is None else value.lower() in {"1", "true", "yes", "on"}


def _secret_key() -> str:
    """Return the key from the environment, or one kept in the installation's own folder."""
    if key := os.environ.get("YICHUANG_SECRET_KEY"):
        return key
    path = VAR / "secret-key"
    if not path.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


def _database(url: str) -> dict[str, object]:
    """Translate `sqlite:///path` or `postgresql://user:password@host:port/name?host=/socket` for Django."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]),
            # Kept between requests, each thread its own; opened anew each minute, in case the file was replaced.
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # Full sync: an acknowledged event survives kill -9 and power loss (ADR 0002).
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                    "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456; PRAGMA wal_autocheckpoint=16384;"
                ),
            },
        }
    if parts.scheme in {"postgresql", "postgres"}:
        options = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", parts.hostname or ""),
            "PORT": str(options.pop("port", parts.port or "")),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": options,
        }
    raise ImproperlyConfigured(
        f"YICHUANG_DATABASE_URL: unknown scheme {parts.scheme!r}; use sqlite:/// or postgresql://"
    )


def _files(url: str) -> dict[str, object]:
    """Translate `file:///folder` or `s3://bucket/prefix?endpoint=https://host` for Django's storages (ADR 0005)."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        folder = unquote(parts.path)
        return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}}
    if parts.scheme == "s3":
        options: dict[str, object] = {"bucket_name": parts.netloc, "location": parts.path.strip("/")}
        options |= {"default_acl": "private", "querystring_auth": True, "file_overwrite": False}
        if endpoint := dict(parse_qsl(parts.query)).get("endpoint"):
            options["endpoint_url"] = endpoint
        return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    raise ImproperlyConfigured(f"YICHUANG_FILES_URL: unknown scheme {parts.scheme!r}; use file:/// or s3://")


def _node_file(file: Path) -> dict[str, object]:
    """Return what the node's file says; nothing where this installation is no node."""
    if not file.exists():
        return {}
    import yaml  # here, because most installations are no node

    try:
        found = yaml.safe_load(file.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise ImproperlyConfigured(f"{file}: {error}") from error
    return found if isinstance(found, dict) else {}


class _Mail(NamedTuple):
    backend: str
    folder: str = ""
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = ""
    tls_from_start: bool = False
    start_tls: bool = False


def _mail(url: str) -> _Mail:
    """Read `smtp://user:password@host:port` (smtps:// for TLS from the start, ?tls=1 for STARTTLS) or `file:///folder`."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return _Mail("django.core.mail.backends.filebased.EmailBackend", folder=unquote(parts.path))
    if parts.scheme in {"smtp", "smtps"}:
        return _Mail(
            "django.core.mail.backends.smtp.EmailBackend",
            host=parts.hostname or "localhost",
            port=parts.port or (465 if parts.scheme == "smtps" else 25),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls_from_start=parts.scheme == "smtps",
            start_tls=parts.scheme == "smtp" and dict(parse_qsl(parts.query)).get("tls") == "1",
        )
    raise ImproperlyConfigured(
        f"YICHUANG_EMAIL_URL: unknown scheme {parts.scheme!r}; use smtp://, smtps:// or file:///"
    )


def _range(name: str, kept: object = None) -> tuple[int, int] | None:
    """Return `first-last`, or what a file holds as [first, last], as two numbers."""
    value = os.environ.get(name) or ("-".join(map(str, kept)) if isinstance(kept, list) else "")
    if not value:
        return None
    first, _dash, last = value.partition("-")
    if not (first.isdecimal() and last.isdecimal() and 0 < int(first) <= int(last)):
        raise ImproperlyConfigured(f"{name}: {value!r} is no range such as 10000-19999")
    return int(first), int(last)


SECRET_KEY = _secret_key()
DEBUG = _flag("YICHUANG_DEBUG", False)
# The demonstration has known passwords: switch it off on any machine that others can reach.
DEMONSTRATION = _flag("YICHUANG_DEMONSTRATION", True)
# The first 6,000 cases of the demonstration are there at once; the rest of the half-year follows beside the pages.
DEMONSTRATION_FILL = DEMONSTRATION and os.environ.get("YICHUANG_FILL", "yes") != "no"
ALLOWED_HOSTS = os.environ.get("YICHUANG_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("YICHUANG_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "yichuang.portal",
    "yichuang.workbench",
    "yichuang.dashboards",
    "yichuang.api",
    "yichuang.scenario",
    "yichuang.ui",
    "yichuang.reporting",
    "yichuang.supervision",
    "yichuang.exchange",
    "yichuang.notices",
    "yichuang.papers",
    "yichuang.cases",
    "yichuang.halls",
    "yichuang.feedback",
    "yichuang.certificates",
    "yichuang.catalogue",
    "yichuang.regions",
    "yichuang.accounts",
    "yichuang.config",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    # Sign-in (ADR 0008): of allauth the authenticators and the OpenID Connect client; its pages are not included.
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    # Other systems (ADR 0015): tokens of the API, and its page of documentation without any outside host.
    "oauth2_provider",
    "ninja",
]

MIDDLEWARE = [
    # Before all else: what other systems ask is asked with a token or a signature, never with a browser's cookie.
    "yichuang.api.middleware.WithoutCookies",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yichuang.ui.middleware.PackText",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "yichuang.ui.middleware.AnnouncedSize",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "yichuang.accounts.middleware.SessionLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "yichuang.ui.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "yichuang.config.urls"
WSGI_APPLICATION = "yichuang.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yichuang.ui.context.furniture",
            ],
        },
    },
]

DATABASES = {"default": _database(os.environ.get("YICHUANG_DATABASE_URL", f"sqlite:///{VAR / 'yichuang.sqlite3'}"))}
# Bulk judging and what-if (ADR 0005): duckdb:// in this process, or spark://local[2], spark://host:7077.
BULK_URL = os.environ.get("YICHUANG_BULK_URL", "duckdb://")
# Mappings of the county systems that are read continuously; `yichuang run` reads them where there is one.
CONNECTIONS_DIR = Path(os.environ.get("YICHUANG_CONNECTIONS", str(VAR / "connections")))
# This node's name among town, county and city ("": an installation by itself), and its own range of case serials.
# Both stand in the node's file (docs/nodes.md), whose private keys lie in a folder that only the owner may read.
NODE_FILE = Path(os.environ.get("YICHUANG_NODE_FILE", VAR / "node.yaml"))
NODE_KEYS = Path(os.environ.get("YICHUANG_NODE_KEYS", VAR / "node-keys"))
_NODE = _node_file(NODE_FILE)
NODE = os.environ.get("YICHUANG_NODE", str(_NODE.get("name") or ""))
NODE_SERIALS = _range("YICHUANG_NODE_SERIALS", _NODE.get("serials"))
# How envelopes go to other nodes: "" by each one's own address over HTTP, or nats://host:4222,host:4222/?replicas=3.
CARRIER_URL = os.environ.get("YICHUANG_CARRIER_URL", "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
# Length, common words, likeness to the name, numbers only, old passwords: dated (accounts/law/sign-in.yaml).
AUTH_PASSWORD_VALIDATORS = [{"NAME": "yichuang.accounts.passwords.DatedPolicy"}]
# Applicants come from an identity provider by OpenID Connect; or, while it is on, from the demonstration.
OIDC_ISSUER = os.environ.get("YICHUANG_OIDC_ISSUER", "").rstrip("/")
OIDC_CLIENT_ID = os.environ.get("YICHUANG_OIDC_CLIENT_ID", "yichuang")
# The demonstration's provider and its one client share a secret that follows from the installation's own.
OIDC_CLIENT_SECRET = os.environ.get(
    "YICHUANG_OIDC_CLIENT_SECRET",
    "" if OIDC_ISSUER else hashlib.sha256(f"demonstration-identity:{SECRET_KEY}".encode()).hexdigest(),
)
OIDC_SCOPE = os.environ.get("YICHUANG_OIDC_SCOPE", "openid profile phone email identity represented").split()
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*"]
SOCIALACCOUNT_ADAPTER = "yichuang.accounts.identity.client.Social"
MFA_ADAPTER = "yichuang.accounts.second_factor.Keys"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# A telephone's clock may be half a minute off; a code is taken once all the same.
MFA_TOTP_TOLERANCE = 1

# Clients of the API are systems: client credentials only, tokens for an hour, of tokens too only digests are kept.
OAUTH2_PROVIDER_APPLICATION_MODEL = "oauth2_provider.Application"
OAUTH2_PROVIDER = {
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",
    "SCOPES_BACKEND_CLASS": "yichuang.accounts.systems.ClientScopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
}
# Networks of receivers that webhooks may reach although they are private, such as "10.0.0.0/8,192.168.7.0/24".
WEBHOOK_NETWORKS = [one for one in os.environ.get("YICHUANG_WEBHOOK_NETWORKS", "").split(",") if one]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    # Applicants' files: handed out by views that ask who may read them, never by an address of their own.
    "default": _files(os.environ.get("YICHUANG_FILES_URL", f"file://{VAR / 'media'}")),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _flag("YICHUANG_HTTPS", False)
# Only behind a proxy that ends TLS and sets this header itself: the address of return for sign-in follows it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _flag("YICHUANG_BEHIND_PROXY", False) else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Messages to applicants. Without a server they are kept as files, where the demonstration can be looked at.
_MAIL = _mail(os.environ.get("YICHUANG_EMAIL_URL", f"file://{VAR / 'outbox' / 'mail'}"))
EMAIL_BACKEND = _MAIL.backend
EMAIL_FILE_PATH = _MAIL.folder
EMAIL_HOST = _MAIL.host
EMAIL_PORT = _MAIL.port
EMAIL_HOST_USER = _MAIL.user
EMAIL_HOST_PASSWORD = _MAIL.password
EMAIL_USE_SSL = _MAIL.tls_from_start
EMAIL_USE_TLS = _MAIL.start_tls
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("YICHUANG_EMAIL_FROM", "yichuang@localhost")
EMAIL_DOMAIN = DEFAULT_FROM_EMAIL.rpartition("@")[2]
SMS_URL = os.environ.get("YICHUANG_SMS_URL", f"file://{VAR / 'outbox' / 'sms.jsonl'}")
NOTICE_TEMPLATES = os.environ.get("YICHUANG_NOTICE_TEMPLATES", "")
# Where messages and papers tell their readers to look.
SITE_ADDRESS = os.environ.get("YICHUANG_SITE_ADDRESS", "http://127.0.0.1:8000").rstrip("/")
# Where open desks listen for what was found: the port of the stream (0: the pages' port plus one), and its address as
# browsers reach it where a proxy stands in front ("": the same host on that port).
STREAM_PORT = int(os.environ.get("YICHUANG_STREAM", "0"))
STREAM_ADDRESS = os.environ.get("YICHUANG_STREAM_ADDRESS", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("YICHUANG_LOG_LEVEL", "INFO")},
}
