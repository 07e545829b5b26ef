"""Settings, all from the environment; docs/operations.md lists them.

The supervisor hands every part it starts the same complete environment, so nothing here looks for a server.
"""

import ipaddress
import tomllib
from pathlib import Path

import environ
import pghistory
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env("CARPATH_DATA", default=str(BASE_DIR / "var"))).absolute()

RELEASE = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
DEBUG = False
DEMO = env.bool("CARPATH_DEMO", default=False)
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
# Enough for commands that serve nobody; carpath/wsgi.py refuses it.
KEY_NOT_FOR_SERVING = "not-for-serving-" + "x" * 50
SECRET_KEY = env("SECRET_KEY", default=KEY_NOT_FOR_SERVING)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])  # addresses or networks
for proxy in TRUSTED_PROXIES:
    try:
        ipaddress.ip_network(proxy, strict=False)
    except ValueError as error:
        raise ImproperlyConfigured(f"TRUSTED_PROXIES: {error}") from None
SECOND_FACTOR_COMPULSORY = env.bool("CARPATH_SECOND_FACTOR", default=not DEMO)
ADMIN_ENABLED = env.bool("CARPATH_ADMIN", default=False)
# Seconds by which the app's one clock (patients/audit/clock.py) runs ahead; a demonstration only.
CLOCK_OFFSET_SECONDS = env.int("CARPATH_CLOCK_OFFSET", default=0)
if CLOCK_OFFSET_SECONDS and not DEMO:
    raise ImproperlyConfigured("CARPATH_CLOCK_OFFSET moves the clock of a demonstration only: unset it.")
# Seconds for which a worker owns the deliveries that it claimed.
DELIVERY_LEASE_SECONDS = env.int("CARPATH_DELIVERY_LEASE", default=60)
TICK_SECONDS = env.int("CARPATH_TICK", default=30)

INSTALLED_APPS = [
    "patients",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
]

MIDDLEWARE = [
    "carpath.doors.Doors",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "patients.centres.middleware.SessionAgeMiddleware",
    "patients.centres.middleware.KeepTypedMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "patients.centres.middleware.SecondFactorMiddleware",
    "patients.centres.middleware.UserLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "carpath.urls"
WSGI_APPLICATION = "carpath.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
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
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
            ],
        },
    }
]

# ── database: one entry, the application role; migrate swaps to the owner ────────────────────────────────────────


def database(url: str) -> dict:
    """A DATABASES entry from a URL; a socket folder and user given as query move to HOST and USER."""
    entry = environ.Env.db_url_config(url)
    options = entry.get("OPTIONS", {})
    entry["HOST"] = options.pop("host", entry.get("HOST", ""))
    entry["USER"] = options.pop("user", entry.get("USER", ""))
    return entry | {
        "ATOMIC_REQUESTS": True,
        "CONN_MAX_AGE": env.int("CARPATH_CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": database(env("DATABASE_URL", default="postgres:///carpath"))}
DATABASE_OWNER_GIVEN = "DATABASE_OWNER_URL" in env.ENVIRON
DATABASE_OWNER = database(env("DATABASE_OWNER_URL", default=env("DATABASE_URL", default="postgres:///carpath")))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# History is kept by triggers; its context is one JSON value of the transaction (patients/audit/actions.py).
PGHISTORY_BASE_MODEL = "patients.audit.events.Event"
PGHISTORY_CONTEXT_FIELD = pghistory.ContextJSONField()
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(db_constraint=False)
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
PGHISTORY_CREATED_AT_FUNCTION = "clock_timestamp()"
PGHISTORY_APPEND_ONLY = True
PGTRIGGER_MIGRATIONS = True

# ── broker and cache ─────────────────────────────────────────────────────────────────────────────────────────────
REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_BROKER_URL = (
    REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
    if REDIS_URL.startswith("unix://")
    else REDIS_URL
)
# Rate limits and used one-time codes are shared through the database: a stopped broker breaks no page.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "carpath_cache"}}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # the row is the truth, the message a hint
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_ENABLE_UTC = True
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "retry_on_timeout": True,
    "health_check_interval": 5,
}
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Of the time for which a worker owns what it claimed, sending may take 60 %; the task is cut off before the lease ends.
CELERY_TASK_SOFT_TIME_LIMIT = max(1, int(DELIVERY_LEASE_SECONDS * 0.8))
CELERY_TASK_TIME_LIMIT = max(2, int(DELIVERY_LEASE_SECONDS * 0.95))
CELERY_BEAT_SCHEDULE = {
    # An hour without a broker must not end in a pile of ticks: each expires when the next one comes.
    "tick": {"task": "patients.tick", "schedule": TICK_SECONDS, "options": {"expires": TICK_SECONDS}},
    "send": {"task": "patients.send", "schedule": TICK_SECONDS, "options": {"expires": TICK_SECONDS}},
}

# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "patients.User"
AUTHENTICATION_BACKENDS = ["carpath.passwords.NoDemonstrationLogins"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "carpath.passwords.NotTheDemonstrations"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "patients.centres.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False  # a ward's computer belongs to everybody: the session ends with the browser
MFA_TOTP_TOLERANCE = 1
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = env.int("CARPATH_IDLE_MINUTES", default=15) * 60
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO
if not DEMO:
    # The prefix lets the browser refuse such a cookie from a sibling host or over plain HTTP.
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    LANGUAGE_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# ── words, dates ─────────────────────────────────────────────────────────────────────────────────────────────────
LANGUAGE_CODE = "it"
LANGUAGES = [("it", "Italiano"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "patients" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Rome"
USE_THOUSAND_SEPARATOR = False

# ── files, mail ──────────────────────────────────────────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True  # served from where they lie: nothing to collect at the start
EMAIL_FROM = DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("EMAIL_FROM", default="carpath@localhost")
vars().update(env.email_url("EMAIL_URL", default=f"filemail://{DATA_DIR}/mail"))
if EMAIL_BACKEND == "django.core.mail.backends.filebased.EmailBackend":  # noqa: F821 (set by the line above)
    EMAIL_BACKEND = "carpath.mail.EmlFiles"
    EMAIL_FILE_PATH = str(Path("/") / EMAIL_FILE_PATH)  # noqa: F821 (django-environ drops the first slash)
EMAIL_TIMEOUT = 10

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "discreet": {"()": "carpath.logs.Discreet", "format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
