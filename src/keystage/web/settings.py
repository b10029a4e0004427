"""Settings of the service, from the environment. docs/guide/running.md tells of each.

Without any, it is a service for one computer: SQLite beside the working folder, debugging off, and
only this machine may ask.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from keystage.web.environment import database, flag, listed, number, secret

HERE = Path(__file__).parent

#: ``local`` for one computer and for tests, ``production`` behind HTTPS.
MODE = os.environ.get("KEYSTAGE_MODE", "local")
if MODE not in {"local", "production"}:
    raise ImproperlyConfigured(f"KEYSTAGE_MODE is local or production, not {MODE!r}.")
PRODUCTION = MODE == "production"
#: Where the database of the embedded service and its key lie.
FOLDER = Path(os.environ.get("KEYSTAGE_FOLDER", "out/service")).resolve()

SECRET_KEY = secret(FOLDER, production=PRODUCTION)
#: What receipts are signed with; without it, the key in the folder of the service.
RECEIPT_KEY = os.environ.get("KEYSTAGE_RECEIPT_KEY", "")
DEBUG = False
ALLOWED_HOSTS = listed("KEYSTAGE_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = listed("KEYSTAGE_ORIGINS")
#: Where people find help of their own organisation; shown on pages.
CONTACT = os.environ.get("KEYSTAGE_CONTACT", "")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.idp.oidc",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "keystage.store",
    "keystage.web",
]
MIDDLEWARE = [
    "keystage.web.middleware.proxy.BehindProxy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "keystage.web.middleware.kept_nowhere.KeptNowhere",
    "keystage.web.api.edge.Edge",
    "keystage.web.middleware.policy.ContentPolicy",
    "keystage.web.probes.Probes",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "keystage.web.uploads.NotTooLarge",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "keystage.web.middleware.sessions.SessionLimits",
    "keystage.web.errors.Sentences",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "keystage.web.urls"
WSGI_APPLICATION = "keystage.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "keystage.web.jinja.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "keystage.web.context.of_page",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

DATABASES = {"default": database(FOLDER)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",  # shared by all workers: limits are counted in it
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},  # a full cache would forget limits and used codes
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

AUTH_USER_MODEL = "store.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "choose"
LOGOUT_REDIRECT_URL = "start"

ACCOUNT_ADAPTER = "keystage.web.sign_in.adapter.Doors"
SOCIALACCOUNT_ADAPTER = "keystage.web.sign_in.adapter.ElsewhereDoors"
MFA_ADAPTER = "keystage.web.sign_in.adapter.SecondDoors"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation proves the address
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or second factor is told to its person
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/15m/key",  # wrong codes: Doors leaves wrong passwords to axes
    "login": "120/m/ip",  # a whole school signs in from one address in the morning
    "reset_password": "60/h/ip,5/h/key",  # a message goes to any address that is entered
}
#: How long the link in a message sets a new password; the message says so.
PASSWORD_RESET_TIMEOUT = 2 * 3600
ACCOUNT_FORMS = {
    "login": "keystage.web.sign_in.forms.SignIn",
    "reset_password": "keystage.web.sign_in.forms.ResetPassword",
    "reset_password_from_key": "keystage.web.sign_in.forms.ResetPasswordKey",
    "change_password": "keystage.web.sign_in.forms.ChangePassword",
    "set_password": "keystage.web.sign_in.forms.SetPassword",
}
MFA_FORMS = {
    "authenticate": "keystage.web.sign_in.forms.Authenticate",
    "reauthenticate": "keystage.web.sign_in.forms.Reauthenticate",
    "activate_totp": "keystage.web.sign_in.forms.ActivateCodes",
    "add_webauthn": "keystage.web.sign_in.forms.AddPasskey",
    "edit_webauthn": "keystage.web.sign_in.forms.EditPasskey",
    "login_webauthn": "keystage.web.sign_in.forms.SignInWithPasskey",
    "authenticate_webauthn": "keystage.web.sign_in.forms.AuthenticateWithPasskey",
    "reauthenticate_webauthn": "keystage.web.sign_in.forms.ReauthenticateWithPasskey",
}
ACCOUNT_LOGOUT_REDIRECT_URL = "start"
#: How long an invitation can be taken up.
INVITATION_DAYS = number("KEYSTAGE_INVITATION_DAYS", 7)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "Keystage"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
#: Whether everybody must have a second factor before any page with pupils opens.
SECOND_FACTOR_REQUIRED = flag("KEYSTAGE_SECOND_FACTOR", default=PRODUCTION)
SOCIALACCOUNT_PROVIDERS = {}
if os.environ.get("KEYSTAGE_OIDC_ISSUER"):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "organisation",
                "name": os.environ.get("KEYSTAGE_OIDC_NAME", "your organisation's account"),
                "client_id": os.environ["KEYSTAGE_OIDC_CLIENT"],
                "secret": os.environ["KEYSTAGE_OIDC_SECRET"],
                "settings": {"server_url": os.environ["KEYSTAGE_OIDC_ISSUER"]},
            }
        ]
    }
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
#: Whether every address the provider gives is one it has verified, though it does not say so.
OIDC_ADDRESSES_VERIFIED = flag("KEYSTAGE_OIDC_ADDRESSES_VERIFIED", default=False)

#: Tokens of systems: opaque words that are looked up at each request, so that one ends at once.
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = number("KEYSTAGE_TOKEN_SECONDS", 900)
IDP_OIDC_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]
#: How often in a minute one system may look, and change something; and ask for a token.
API_READS = number("KEYSTAGE_API_READS", 300)
API_CHANGES = number("KEYSTAGE_API_CHANGES", 60)
API_TOKENS = number("KEYSTAGE_API_TOKENS", 10)

AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "keystage.web.sign_in.locking.tried_name"
AXES_LOCKOUT_CALLABLE = "keystage.web.sign_in.locking.locked"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = ["login", "password", "code"]

#: Seconds without an answer, and seconds in all, after which a person signs in again.
SESSION_IDLE_SECONDS = number("KEYSTAGE_SESSION_IDLE", 1800)
SESSION_LONGEST_SECONDS = number("KEYSTAGE_SESSION_LONGEST", 36_000)
SESSION_ENGINE = "keystage.web.middleware.session_rows"
SESSION_COOKIE_AGE = SESSION_LONGEST_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # whichever way somebody signed in
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "keystage.web.errors.csrf_failure"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
#: Whether a proxy stands before the service, which says over which protocol and from where.
BEHIND_PROXY = flag("KEYSTAGE_BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
#: A form of ours leads on to the sign-in service of the organisation.
_OIDC_ORIGINS = listed("KEYSTAGE_OIDC_ORIGINS") or [
    f"{part.scheme}://{part.netloc}"
    for part in [urlsplit(os.environ.get("KEYSTAGE_OIDC_ISSUER", ""))]
    if part.netloc
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF, *_OIDC_ORIGINS],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
#: A sheet of 300 pupils has some thousand fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 20 * 2**20
#: How large a file of results the agency may prepare a release of, in megabytes.
RELEASE_MB = number("KEYSTAGE_RELEASE_MB", 256)
#: What looks through evidence for malware: ``unix:/path`` or ``tcp:host:port`` of a clamd, or none;
#: whether evidence that it could not look through is refused; and how many seconds it has.
SCANNER = os.environ.get("KEYSTAGE_SCANNER", "").strip()
SCANNER_NEEDED = flag("KEYSTAGE_SCANNER_NEEDED", default=bool(SCANNER))
SCANNER_SECONDS = number("KEYSTAGE_SCANNER_SECONDS", 30)

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if os.environ.get("KEYSTAGE_MAIL_HOST")
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = FOLDER / "mail"
EMAIL_HOST = os.environ.get("KEYSTAGE_MAIL_HOST", "localhost")
EMAIL_PORT = number("KEYSTAGE_MAIL_PORT", 587)
EMAIL_HOST_USER = os.environ.get("KEYSTAGE_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("KEYSTAGE_MAIL_PASSWORD", "")
EMAIL_USE_TLS = flag("KEYSTAGE_MAIL_TLS", default=True)
DEFAULT_FROM_EMAIL = os.environ.get("KEYSTAGE_MAIL_FROM", "keystage@localhost")

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False
STATIC_URL = "static/"
STATIC_ROOT = os.environ.get("KEYSTAGE_STATIC", str(FOLDER / "static")) if PRODUCTION else None
WHITENOISE_USE_FINDERS = not PRODUCTION
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "keystage.web.log_lines.WithoutValues",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("KEYSTAGE_LOG_LEVEL", "WARNING")},
}
SILENCED_SYSTEM_CHECKS: list[str] = []
