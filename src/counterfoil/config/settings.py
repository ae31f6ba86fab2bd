"""Django's settings. What an installation may choose comes from the environment; everything else is decided here."""

from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from .environment import read

ENVIRONMENT = read()

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = False
IS_PRODUCTION = ENVIRONMENT.mode == "production"
PUBLIC_URL = ENVIRONMENT.url
ALLOWED_HOSTS = [ENVIRONMENT.host]
if ENVIRONMENT.mode != "production" and ENVIRONMENT.host in ("localhost", "127.0.0.1"):
    ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",  # for the backups of earlier versions, which know its table; ours is accounts.Session
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "csp",
    "counterfoil.foundation",
    "counterfoil.books.files",
    "counterfoil.books.accounts",
    "counterfoil.books.organizations",
    "counterfoil.books.customers",
    "counterfoil.books.ledger",
    "counterfoil.books.sales",
    "counterfoil.books.payments",
    "counterfoil.books.projects",
    "counterfoil.books.sharing",
    "counterfoil.books.conversations",
    "counterfoil.books.merging",
    "counterfoil.outbound",
    "counterfoil.imports",
    "counterfoil.reach",
    "counterfoil.design",
    "counterfoil.portal",
    "counterfoil.office",
    "counterfoil.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "counterfoil.reach.references.ReferenceMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "counterfoil.reach.hosts.HostMiddleware",
    "counterfoil.reach.doorways.PortalDoorMiddleware",
    "counterfoil.reach.account.recognizing.SessionMiddleware",
    "counterfoil.reach.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "counterfoil.reach.middleware.ReachMiddleware",
]

ROOT_URLCONF = "counterfoil.config.urls"
WSGI_APPLICATION = "counterfoil.config.wsgi.application"
FORM_RENDERER = "counterfoil.design.widgets.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                ("counterfoil.design.drawing.Loader", ["django.template.loaders.app_directories.Loader"]),
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "counterfoil.reach.viewing.watching",
                "counterfoil.reach.sample_data.bar",
            ],
            "builtins": ["django.templatetags.i18n", "counterfoil.design.templatetags.design"],
        },
    }
]

DATABASES: dict[str, dict[str, Any]] = {"default": dict(ENVIRONMENT.database)}  # Django writes its own into it
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["counterfoil.reach.account.recognizing.AuthenticationBackend"]
SHORTEST_PASSWORD = 10
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": SHORTEST_PASSWORD},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

if ENVIRONMENT.mode == "test":
    # The real one is slow on purpose, which a thousand tests need not prove.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

SESSION_ENGINE = "counterfoil.reach.account.recognizing"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENVIRONMENT.is_https
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "counterfoil.reach.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.is_https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.trusted_proxies else None
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
LARGEST_UPLOAD, MOST_FILES = ENVIRONMENT.largest_upload, ENVIRONMENT.most_files
LARGEST_ARRIVAL = max(LARGEST_UPLOAD, 41 * 1024 * 1024)  # what is imported may be larger, and says so itself
FILE_UPLOAD_HANDLERS = [
    "counterfoil.reach.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [__file__.rsplit("/", 2)[0] + "/locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_COOKIE_SAMESITE = "Lax"

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.data / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 31_536_000
if ENVIRONMENT.mode in ("development", "test"):
    WHITENOISE_USE_FINDERS = True
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is proved by the invitation that it received
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "counterfoil.reach.account.adapter.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
# What succeeds is never slowed: a whole office may come in at nine, from one address.
ACCOUNT_RATE_LIMITS = {
    "login": False,
    "login_failed": "40/m/ip,5/300s/key",
    "reset_password": "20/m/ip,5/m/key",
    "sign_in_link": "20/m/ip,3/300s/key",
    "kept_form": "30/h/ip",
}
MFA_ADAPTER = "counterfoil.reach.account.second_step.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_REAUTHENTICATION_REQUIRED = False  # our own forms ask for the password
MFA_RATE_LIMITS = {"webauthn_login": "40/m/ip"}
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
PASSWORD_RESET_TIMEOUT = 24 * 3600

EMAIL_BACKEND = "counterfoil.outbound.mail.NeverDirect"  # mail leaves through the worker alone
SILENCED_SYSTEM_CHECKS = ["auth.E003", "auth.W004"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"tokens": {"()": "counterfoil.config.logs.WithoutTokens"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["tokens"]}},
    "root": {"handlers": ["console"], "level": "INFO" if ENVIRONMENT.mode != "test" else "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO" if ENVIRONMENT.mode != "test" else "ERROR"},
        "factur-x": {"level": "WARNING"},  # it tells of each file that it makes
        # A false host is answered with 400, of which there is a line anyway; a traceback is nobody's help.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}

LANGUAGE_NAMES = {"en": _("English"), "zh-Hans": _("Simplified Chinese")}
