"""Settings of the website, all from the environment; safe by default. ``docs/operations.md`` lists the variables."""

from __future__ import annotations

from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from ddci_web import environment

HERE = Path(__file__).resolve().parent
DATA = environment.folder("DDCI_DATA", "var")  # database, uploads, publications: everything that must be backed up
DEBUG = environment.flag("DDCI_DEBUG")
HTTPS = environment.flag("DDCI_HTTPS", default=not DEBUG)  # off only where nobody but this machine can reach the site
SECRET_KEY = environment.secret("DDCI_SECRET_KEY", DATA / "secret-key")
ALLOWED_HOSTS = environment.words("DDCI_HOSTS", "localhost,127.0.0.1")
CSRF_TRUSTED_ORIGINS = environment.words("DDCI_ORIGINS")
DEMO = environment.flag("DDCI_DEMO")  # marked demo accounts, no second factor: only on one's own machine
environment.refuse_open_demo(is_demo=DEMO, is_https=HTTPS, hosts=ALLOWED_HOSTS)
PROXIES = environment.number("DDCI_PROXIES", 0)  # of one's own in front of the site, which add to X-Forwarded-For
SITE_NAME = environment.text("DDCI_SITE_NAME", "Chỉ số năng lực cạnh tranh")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "ddci_web.ui",  # before django.forms, whose templates it replaces
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "template_partials",
    "ddci_web.audit",
    "ddci_web.accounts",
    "ddci_web.organisations",
    "ddci_web.jobs",
    "ddci_web.results",
    "ddci_web.improvement",
    "ddci_web.portal",
    "ddci_web.api",
    "ddci_web.organiser",
    "ddci_web.workspace",
]

MIDDLEWARE = [
    "ddci_web.portal.page_cache.PageCacheMiddleware",
    "ddci_web.api.caching.ConditionalMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ddci_web.audit.middleware.ActorMiddleware",
    "ddci_web.accounts.middleware.MemberMiddleware",
    "ddci_web.portal.errors.LostFilesMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "ddci_web.urls"
WSGI_APPLICATION = "ddci_web.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["ddci_web.ui.templatetags.ui", "template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ddci_web.ui.context.site",
            ],
        },
    }
]

# Data -----------------------------------------------------------------------------------------------------------------
DATABASES = {"default": dj_database_url.config(default=f"sqlite:///{DATA / 'ddci.sqlite3'}", conn_max_age=600)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a writer waits for its turn instead of failing half-way
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = DATA / "files"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_PERMISSIONS = 0o600
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "OPTIONS": {}}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# People ---------------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.Member"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workspace:home"
ACCOUNT_ADAPTER = "ddci_web.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is proved by the invitation sent to it
ACCOUNT_RATE_LIMITS = {"login_failed": False}  # django-axes counts failures, across processes
MFA_ADAPTER = "ddci_web.accounts.adapter.MFAAdapter"  # keeps the secrets of second factors encrypted
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = SITE_NAME
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/locked_out.html"
AXES_CLIENT_IP_CALLABLE = "ddci_web.accounts.lockout.address_of"
NINJA_NUM_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES  # without it a caller would name their own address

# Language and place ---------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

# Files of the site's own ----------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG

# Safety ---------------------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
EMAIL_BACKEND = environment.text("DDCI_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = DATA / "outbox"  # letters wait here as files until a mail server is named
EMAIL_HOST = environment.text("DDCI_EMAIL_HOST", "localhost")
EMAIL_PORT = environment.number("DDCI_EMAIL_PORT", 25)
EMAIL_HOST_USER = environment.text("DDCI_EMAIL_USER")
EMAIL_HOST_PASSWORD = environment.text("DDCI_EMAIL_PASSWORD")
EMAIL_USE_TLS = environment.flag("DDCI_EMAIL_TLS")
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = environment.text("DDCI_EMAIL_FROM", "ddci@localhost")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": environment.text("DDCI_LOG_LEVEL", "WARNING")},
}
