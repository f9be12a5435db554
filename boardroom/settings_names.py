"""The names of everything the portal can be told from outside; boardroom.settings reads them."""

# Every variable the portal reads, and what the README's table says of it.
VARIABLES = {
    "BOARDROOM_DEMO": "`1` runs the demo: invented company, loopback only. Never in production.",
    "DEMO_SIGN_IN": "The page on which a visitor signs in as anybody. Follows BOARDROOM_DEMO; "
    "refused outside the demo.",
    "DEBUG": "Django's debug pages; refused outside the demo.",
    "SECRET_KEY": "Signs cookies and links. At least 50 random characters.",
    "SEALING_KEYS": "Encrypts sealed text, second factors and sessions: 32 random bytes in base64. "
    "Several, separated by commas: the first one seals, all of them open.",
    "DATABASE_URL": "PostgreSQL, as the role that runs the portal and owns nothing.",
    "MIGRATION_DATABASE_URL": "The same database as the role that owns the tables, for `migrate` "
    "and `grant_role` alone. Empty: DATABASE_URL.",
    "CELERY_BROKER_URL": "The bell that wakes the worker, `redis://…`; also where rate limits are "
    "counted. Empty in the demo: files under VAR_DIR.",
    "EMAIL_URL": "The mail server, such as `smtp+tls://user:password@mail.example.com:587`. Empty "
    "in the demo: letters stay in the database and show in the admin.",
    "DEFAULT_FROM_EMAIL": "Whom letters come from, such as `Boardroom <board@example.com>`.",
    "RETURN_ADDRESS": "Where letters come back that could not be delivered, the envelope's sender. "
    "Empty: the address of DEFAULT_FROM_EMAIL.",
    "EMAIL_RELAY_ASK": "Where the mail server says what it has taken, an API in the manner of "
    "Mailpit's, such as `http://mail:8025`. Empty: it is not asked.",
    "INCOMING_URL": "The mailbox in which letters come back, read every minute: "
    "`imaps://user:password@mail.example.com/INBOX`. Empty: none is read.",
    "ALLOWED_HOSTS": "Host names the portal answers to, separated by commas; `*` is refused.",
    "PORTAL_URL": "The portal's address in letters, such as `https://portal.example.com`.",
    "FILES_URL": "Where documents are kept: `s3://bucket?endpoint=https://…&region=…`. Empty: "
    "VAR_DIR/files.",
    "AWS_ACCESS_KEY_ID": "The key of an S3-compatible FILES_URL.",
    "AWS_SECRET_ACCESS_KEY": "Its secret.",
    "OIDC_PROVIDER_URL": "The company's OpenID Connect provider; empty: none. It lets in only "
    "people who have an account here, by verified e-mail.",
    "OIDC_CLIENT_ID": "The portal's name at that provider.",
    "OIDC_CLIENT_SECRET": "The portal's secret at that provider.",
    "OIDC_NAME": "What its button says: Company sign-in.",
    "MFA_REQUIRED": "`1`: nothing is shown before a second factor is set up. On outside the demo.",
    "VAR_DIR": "What the portal writes on its own disk. Without it: `var/`.",
    "PORT": "The port gunicorn listens on: 8000; in the demo on loopback only.",
    "WEB_CONCURRENCY": "How many gunicorn workers serve pages: 2.",
    "LOG_LEVEL": "How much is logged: `INFO`, or `DEBUG`, `WARNING`, `ERROR`.",
    "BOARDROOM_TEST_NAME": "Set by the tests only: names their database.",
}
# Without these the portal does not start outside the demo.
REQUIRED = (
    "SECRET_KEY",
    "SEALING_KEYS",
    "DATABASE_URL",
    "CELERY_BROKER_URL",
    "EMAIL_URL",
    "ALLOWED_HOSTS",
    "PORTAL_URL",
)
