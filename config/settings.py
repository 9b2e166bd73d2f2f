"""Django's settings, from the environment; what an operator may change is in environment.py."""

import os

from config import database, environment, plotly_assets
from config.environment import ROOT, Purpose

ENVIRONMENT = environment.read(os.environ)

# Never on: a debug page shows other tenants' data to whoever meets it.
DEBUG = False
SECRET_KEY = ENVIRONMENT.secret_key
SECRET_KEY_FALLBACKS = list(ENVIRONMENT.secret_key_fallbacks)
# Signs what leaves the installation (core.signing); its public half is shown to everybody.
SIGNING_KEY = ENVIRONMENT.signing_key
# Best on storage that can be written only once, and not by whoever runs the database.
HEADS_DIR = ENVIRONMENT.heads_dir
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)

# --- Apps -----------------------------------------------------------------------------------------

OUR_APPS = [
    "audit", "accounts", "hierarchy", "measures", "governance", "steering", "intake", "reporting",
]  # fmt: skip
INSTALLED_APPS = [
    "config",
    *OUR_APPS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "mptt",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "allauth",
    "allauth.account",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.OrganizationMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
SUBSCRIPTIONS = "config.subscriptions.REACTIONS"
WAKE_UPS = "config.subscriptions.WAKE_UPS"
# Governance stands below steering and asks it by name whether an escalation bars a closing.
OPEN_ESCALATIONS = "steering.queries.escalations.highest_levels"
# Accounts turns refusals into pages, hierarchy knows the navigation around them.
REFUSAL_FRAME = "hierarchy.pages.around_refusal"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Database -------------------------------------------------------------------------------------

DATABASES = {"default": database.alias(ENVIRONMENT)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Who is there ---------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_JUDGES = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": _JUDGES + "UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": _JUDGES + "MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": _JUDGES + "CommonPasswordValidator"},
    {"NAME": _JUDGES + "NumericPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_FORMS = {"login": "accounts.forms.SignInForm"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are invited, not signed up
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody gets a letter because a stranger typed an address
_TOKENS = "PasswordResetTokenGenerator"  # allauth's own would write a row for everyone it meets
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = f"django.contrib.auth.tokens.{_TOKENS}"
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60  # seconds the link of a reset may be used
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600  # seconds a proof of presence lasts (security.md §6.4)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_NAME = "__Host-session" if ENVIRONMENT.is_https else "session"
SESSION_COOKIE_SECURE = ENVIRONMENT.is_https
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if ENVIRONMENT.is_https else "csrf"
CSRF_COOKIE_SECURE = ENVIRONMENT.is_https
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.public_url]

# --- Mail -----------------------------------------------------------------------------------------

_OUT = "ServerBackend" if ENVIRONMENT.mail_server else "FolderBackend"
EMAIL_BACKEND = f"config.mail_backends.{_OUT}"
DEFAULT_FROM_EMAIL = ENVIRONMENT.mail_from
LETTERS = "config.subscriptions.LETTERS"

# --- Headers --------------------------------------------------------------------------------------

SECURE_HSTS_SECONDS = 2 * 365 * 24 * 60 * 60 if ENVIRONMENT.is_https else 0
SECURE_SSL_REDIRECT = ENVIRONMENT.is_https
SECURE_REDIRECT_EXEMPT = [r"^health$"]  # asked from inside, by the container's own check
_PROXY_SAYS = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_PROXY_SSL_HEADER = _PROXY_SAYS if ENVIRONMENT.is_behind_proxy else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        # plotly makes its style elements itself; exactly those are let through.
        "style-src": ["'self'", *plotly_assets.style_hashes()],
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- Language, time, files ------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
# A container image collects its files once; a checkout serves them from where they lie.
STATIC_ROOT = ROOT / "staticfiles" if ENVIRONMENT.purpose is Purpose.PRODUCTION else None
STATICFILES_DIRS = [ROOT / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.static_finders.PlotlyFinder",
]
WHITENOISE_USE_FINDERS = ENVIRONMENT.purpose is not Purpose.PRODUCTION
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": ENVIRONMENT.media_dir},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if ENVIRONMENT.purpose is Purpose.PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- API, logs ------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "EXCEPTION_HANDLER": "config.api.problem_handler",
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Assay",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
