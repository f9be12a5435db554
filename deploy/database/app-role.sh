#!/bin/sh
# Run once, when the database is first made: the role that runs the portal. It owns nothing; what it
# may do with each table is granted by `manage.py grant_role` after each migration.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$APP_DATABASE_PASSWORD" \
    --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE boardroom_app LOGIN PASSWORD :'password';
SQL
