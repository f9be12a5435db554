"""Everything the portal can be told from outside, read once from the environment.

One file serves the demo, the tests and production. Outside the demo the portal refuses to start
without its secrets, with DEBUG on or with the demo's sign-in on, and names the setting.
"""

import base64
import binascii
import os
import secrets
import sys
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import environ
import pghistory
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static

from boardroom.settings_names import REQUIRED

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
DEMO = env.bool("BOARDROOM_DEMO", default=False)
# The tests are a demo with a database of their own.
TESTING = DEMO and "BOARDROOM_TEST_NAME" in os.environ
if DEMO and (VAR_DIR / "secrets.env").is_file():
    # The demo's first start made its secrets; what the environment says comes first.
    env.read_env(VAR_DIR / "secrets.env")

DEMO_SIGN_IN = env.bool("DEMO_SIGN_IN", default=DEMO)
DEBUG = env.bool("DEBUG", default=False)


def refuse_an_unsafe_start():
    """Outside the demo, say in one sentence which setting keeps the portal from starting."""
    missing = [name for name in REQUIRED if not env.str(name, default="")]
    if missing:
        raise ImproperlyConfigured(
            f"Set {', '.join(missing)}: outside the demo the portal does not start without."
        )
    for name, on in (("DEBUG", DEBUG), ("DEMO_SIGN_IN", DEMO_SIGN_IN)):
        if on:
            raise ImproperlyConfigured(f"{name} is on: outside the demo it has to be off.")
    if not env.str("PORTAL_URL").startswith("https://"):
        raise ImproperlyConfigured("PORTAL_URL has to begin with https:// outside the demo.")
    if "*" in env.list("ALLOWED_HOSTS"):
        raise ImproperlyConfigured("ALLOWED_HOSTS has to name the portal's hosts; * is refused.")


if not DEMO:
    refuse_an_unsafe_start()


def secret_key():
    """The key that signs cookies and links; the tests make one up for each run."""
    made_up = secrets.token_urlsafe(50) if TESTING else ""
    key = env.str("SECRET_KEY", default=made_up)
    if len(key) < 50 or len(set(key)) < 10:
        raise ImproperlyConfigured("SECRET_KEY has to be at least 50 random characters.")
    return key


def sealing_keys():
    """The keys of sealed text as bytes; the first one seals, all of them open."""
    made_up = base64.b64encode(secrets.token_bytes(32)).decode() if TESTING else ""
    try:
        keys = [
            base64.b64decode(key.strip(), validate=True)
            for key in env.list("SEALING_KEYS", default=[made_up])
        ]
    except binascii.Error:
        keys = []
    if not keys or any(len(key) != 32 for key in keys):
        raise ImproperlyConfigured(
            "SEALING_KEYS has to hold one or more keys of 32 random bytes, each in base64."
        )
    return keys


SECRET_KEY = secret_key()
SEALING_KEYS = sealing_keys()

PORT = env.int("PORT", default=8000)
WEB_CONCURRENCY = env.int("WEB_CONCURRENCY", default=2)
PORTAL_URL = env.str("PORTAL_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])

# --- The parts -------------------------------------------------------------------------------

INSTALLED_APPS = [
    "governance.people",
    "governance.records",
    "governance.notices",
    "governance.board",
    "governance.committees",
    "governance.meetings",
    "governance.decisions",
    "governance.minutes",
    "governance.papers",
    "clawback",
    "unfold.apps.BasicAppConfig",
    "pgtrigger",
    "pghistory",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "boardroom.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    # Last: its admin sends out what packages registered of their own.
    "boardroom",
]

MIDDLEWARE = [
    # Probes come by any host name and without TLS, and are answered before anything else.
    "boardroom.health.answer_probes",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "boardroom.middleware.log_requests",
    "boardroom.middleware.protect_pages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "boardroom.middleware.keep_company_time",
    "boardroom.middleware.explain_answers",
    "boardroom.middleware.leave_the_fragment",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "boardroom.middleware.HoldTheDoor",
    "boardroom.middleware.RecordHistory",
]

ROOT_URLCONF = "boardroom.urls"
WSGI_APPLICATION = "boardroom.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# E-mail is unique whatever its capitals: by a constraint, which that check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "boardroom.context_processors.frame",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

LANGUAGE_CODE = "en-us"
# One language, and nothing to look up for it.
USE_I18N = False
# Days come before months, and hours count to 24.
FORMAT_MODULE_PATH = "boardroom.formats"
TIME_ZONE = "UTC"
USE_TZ = True

# --- What is kept ----------------------------------------------------------------------------


def database():
    """PostgreSQL: whoever makes tables comes as their owner, everybody else owns nothing."""
    url = env.str("DATABASE_URL", default="postgres:///boardroom")
    if sys.argv[1:2] in (["migrate"], ["grant_role"]):
        url = env.str("MIGRATION_DATABASE_URL", default="") or url
    named = env.db_url_config(url)
    if named["ENGINE"] != "django.db.backends.postgresql":
        raise ImproperlyConfigured("DATABASE_URL has to name a PostgreSQL database.")
    return {
        **named,
        "HOST": unquote(named["HOST"] or ""),
        # Long: what is asked for the first time on a connection takes three times as long.
        "CONN_MAX_AGE": 3600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 3,
            # What is asked a third time on a connection is prepared there, where it can be, and is
            # planned once: planning anew for each reader takes longer than answering.
            "prepare_threshold": 2,
            "options": "-c plan_cache_mode=force_generic_plan",
            **named.get("OPTIONS", {}),
        },
        "TEST": {"NAME": f"test_{env.str('BOARDROOM_TEST_NAME', default='boardroom')}"},
    }


DATABASES = {"default": database()}

# The history of official rows says what came, changed and went, and is only ever added to.
PGHISTORY_DEFAULT_TRACKERS = (
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
)
PGHISTORY_APPEND_ONLY = True
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")
PGHISTORY_ADMIN_ALL_EVENTS = False


def files():
    """Where documents are kept: private, and reached through the portal's pages only."""
    where = urlsplit(env.str("FILES_URL", default=""))
    if not where.scheme:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {
                "location": VAR_DIR / "files",
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        }
    if where.scheme != "s3" or not where.netloc:
        raise ImproperlyConfigured("FILES_URL has to be empty or s3://bucket?endpoint=…&region=….")
    options = {name: values[0] for name, values in parse_qs(where.query).items()}
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": where.netloc,
            "endpoint_url": options.get("endpoint"),
            "region_name": options.get("region"),
            "access_key": env.str("AWS_ACCESS_KEY_ID", default="") or None,
            "secret_key": env.str("AWS_SECRET_ACCESS_KEY", default="") or None,
            "addressing_style": "path" if "endpoint" in options else "auto",
            "default_acl": None,
            "querystring_auth": False,
            "file_overwrite": False,
        },
    }


STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Whoever changes templates or tests has not collected the files; everybody else has.
PLAIN_STATIC_FILES = DEBUG or TESTING
WHITENOISE_USE_FINDERS = PLAIN_STATIC_FILES
WHITENOISE_AUTOREFRESH = PLAIN_STATIC_FILES
STORAGES = {
    "default": files(),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if PLAIN_STATIC_FILES
        else "boardroom.static_files.StaticFiles"
    },
}

# --- Letters and jobs ------------------------------------------------------------------------

EMAIL_TIMEOUT = 10
if env.str("EMAIL_URL", default=""):
    globals().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "governance.notices.keeping.Backend"
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Boardroom <boardroom@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Whoever cannot deliver a letter writes there; it is read from the mailbox of INCOMING_URL.
RETURN_ADDRESS = env.str("RETURN_ADDRESS", default="") or parseaddr(DEFAULT_FROM_EMAIL)[1]


def address_of(name, url, *schemes):
    """An address that the portal asks, or nothing; what it may hold of secrets is not repeated."""
    if url and (urlsplit(url).scheme not in schemes or not urlsplit(url).hostname):
        raise ImproperlyConfigured(f"{name} has to begin with {' or '.join(schemes)}, and a host.")
    return url


EMAIL_RELAY_ASK = address_of(
    "EMAIL_RELAY_ASK", env.str("EMAIL_RELAY_ASK", default=""), "http", "https"
)
# Without TLS only the demo and the tests read a mailbox.
INCOMING_URL = address_of(
    "INCOMING_URL", env.str("INCOMING_URL", default=""), "imaps", *(["imap"] if DEMO else [])
)

# The tests ring no bell unless they name a broker.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="") or (
    "memory://" if TESTING else "filesystem://"
)


def broker_options() -> dict[str, object]:
    """Folders for the demo's broker; for one behind an address, how long a page waits for it."""
    if CELERY_BROKER_URL == "memory://":
        return {}
    if CELERY_BROKER_URL == "filesystem://":
        folder = VAR_DIR / "broker"
        return {
            "data_folder_in": str(folder),
            "data_folder_out": str(folder),
            "control_folder": str(folder / "control"),
        }
    return {
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
        "max_retries": 0,
        # What a worker took and never finished is given to another; no job takes so long.
        "visibility_timeout": 600,
    }


# A page that rings the bell does not wait for a broker that is gone: one try, one second.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_TRANSPORT_OPTIONS = broker_options()
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")


def counters():
    """Where rate limits and used codes are counted: one place for all workers."""
    if CELERY_BROKER_URL.startswith(("redis://", "rediss://")):
        return {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": CELERY_BROKER_URL,
            "KEY_PREFIX": "boardroom",
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        }
    if TESTING:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    return {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache",
    }


CACHES = {"default": counters()}

# --- Sign-in ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["boardroom.sessions.AccountBackend"]
# In the demo the door is the page with the cast.
LOGIN_URL = "demo" if DEMO_SIGN_IN else "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "boardroom.passwords.BreachedPasswordValidator"},
    {"NAME": "boardroom.passwords.ContextValidator"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60

# A session ends after twelve idle hours, and after a week at the latest.
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_LASTS_AT_MOST = 7 * 24 * 60 * 60
SESSION_ENGINE = "boardroom.sessions"
SESSION_SERIALIZER = "boardroom.signin.SealedSession"

ACCOUNT_ADAPTER = "boardroom.signin.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {"reset_password": "boardroom.signin.ForgottenPasswordForm"}
# Allauth's own keeps a second list of addresses; here an account has the one it was opened with.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "10/m/ip,3/10m/key",
    "reset_password_from_key": "20/m/ip",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
# One proxy stands in front in production and names the visitor; nobody does in the demo.
ALLAUTH_TRUSTED_PROXY_COUNT = 0 if DEMO else 1

MFA_REQUIRED = env.bool("MFA_REQUIRED", default=not DEMO)
MFA_ADAPTER = "boardroom.signin.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
MFA_TOTP_ISSUER = "Boardroom"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True

SOCIALACCOUNT_ADAPTER = "boardroom.signin.ProviderAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_PROVIDERS = {}
OIDC_PROVIDER_URL = env.str("OIDC_PROVIDER_URL", default="")
OIDC_ORIGINS = ["/".join(OIDC_PROVIDER_URL.split("/")[:3])] if OIDC_PROVIDER_URL else []
if OIDC_PROVIDER_URL:
    # What speaks with a provider takes some memory of every process.
    INSTALLED_APPS.append("allauth.socialaccount.providers.openid_connect")
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "company",
                "name": env.str("OIDC_NAME", default="Company sign-in"),
                "client_id": env.str("OIDC_CLIENT_ID"),
                "secret": env.str("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_PROVIDER_URL},
            }
        ],
    }

# --- Around every page -----------------------------------------------------------------------

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SAMESITE = "Lax"
if not DEMO:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

# What a page may load: our own files, and nothing written into the page itself.
CONTENT_SECURITY_POLICY = {
    "default-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    # Signing in through the company's provider leaves the portal by a form.
    "form-action": ["'self'", *OIDC_ORIGINS],
    "frame-ancestors": ["'none'"],
}
# The admin's theme evaluates expressions in attributes and colours itself by a style element.
ADMIN_CONTENT_SECURITY_POLICY = {
    **CONTENT_SECURITY_POLICY,
    "script-src": ["'self'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
}
PERMISSIONS_POLICY = (
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), "
    "publickey-credentials-get=(self), publickey-credentials-create=(self)"
)

UNFOLD = {
    "SITE_TITLE": "Boardroom",
    "SITE_HEADER": "Boardroom",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("img/mark.svg")}
    ],
    "STYLES": [lambda request: static("css/admin.css")],
    "SCRIPTS": [lambda request: static("js/admin.js")],
    "SITE_URL": "/",
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    # The portal's green, from its paler shades to its darkest.
    "COLORS": {
        "primary": {
            "50": "#f3f8f5",
            "100": "#e6efe9",
            "200": "#c9ddd2",
            "300": "#a0c3b1",
            "400": "#6fa08a",
            "500": "#2e6b57",
            "600": "#1f4d3f",
            "700": "#1a4135",
            "800": "#15352b",
            "900": "#102a22",
            "950": "#0a1b16",
        }
    },
}

# --- What is logged --------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "boardroom.logs.OneLine"}},
    "handlers": {
        "out": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": "line",
        }
    },
    "root": {"handlers": ["out"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own handlers would say every line twice.
        "django": {"handlers": [], "level": LOG_LEVEL},
        "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
        # What was answered is in the line of the request already; errors are kept.
        "django.request": {"level": "ERROR"},
        # These say at length what the portal's own lines say shortly.
        "fido2": {"level": "WARNING"},
        "kombu": {"level": "ERROR"},
        "pikepdf": {"level": "WARNING"},
    },
}
