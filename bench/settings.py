"""The floor's surroundings: the portal's database and sign-in, and nothing around the page."""

from boardroom.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
# As Django comes; see bench.urls for the account.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Allauth does not start without it; it does next to nothing on such a page.
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "bench" / "templates"],  # noqa: F405
    }
]
