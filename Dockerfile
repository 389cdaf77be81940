# syntax=docker/dockerfile:1
# The bot in a small image: packages exactly as in requirements.lock, no root, data only in /data and /backups.

FROM python:3.11-slim-trixie AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY requirements.lock requirements-build.lock ./
# Everything is built here and by hashes, what builds it too; nothing fetches anything of its own accord.
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --require-hashes --requirement requirements-build.lock \
 && pip wheel --require-hashes --no-build-isolation --wheel-dir /wheels --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY content content
COPY storage storage
COPY handlers handlers
COPY simulator simulator
COPY bot bot
# The image's own pip fills a venv that has none: nothing is left in it that could install anything.
RUN --mount=type=cache,target=/root/.cache/pip \
    pip wheel --no-deps --no-build-isolation --wheel-dir /wheels . \
 && python -m venv --without-pip /opt/stridecheck \
 && pip --python /opt/stridecheck/bin/python install --no-compile --no-deps --no-index /wheels/*.whl
# What nobody reads here: the solver's second copy of itself, the packages' tests, CLDR in languages the bot does not speak.
WORKDIR /opt/stridecheck/lib/python3.11/site-packages
RUN ln -sf libz3.so z3/lib/libz3.so.4.16 \
 && find . -depth -type d \( -name test -o -name tests -o -name testing \) -exec rm -r {} + \
 && for data in babel/locale-data/*.dat; do \
      language=$(basename "$data" .dat); \
      [ "$language" = root ] || [ -d "/src/content/locales/${language%%_*}" ] || rm "$data"; \
    done

FROM python:3.11-slim-trixie
RUN groupadd --gid 10001 stridecheck \
 && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin stridecheck \
 && install --directory --owner=10001 --group=10001 --mode=700 /data /backups
COPY --from=build /opt/stridecheck /opt/stridecheck
ENV PATH=/opt/stridecheck/bin:$PATH \
    PYTHONUNBUFFERED=1
# What a start reads is compiled now, and nothing else: later nothing can be written. Without this, a start takes three
# times as long, and the health check five times, for Python's own library comes without its compiled files.
RUN python -c "import bot.asked, bot.asking, bot.charts, bot.inspector, bot.line, bot.listening, bot.metrics, bot.papers, \
    bot.run_command, bot.running, bot.scraping, bot.webhook, psycopg, sqlalchemy.dialects.postgresql, sqlalchemy.dialects.sqlite"
ENV PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite:////data/stridecheck.db \
    LISTEN=127.0.0.1:8080
WORKDIR /data
VOLUME /data
USER 10001:10001
# Unhealthy when it is not at its work: bot/readiness.py. It is asked inside the container, so no port is opened.
# Other commands than `run` end long before anybody asks.
HEALTHCHECK --interval=30s --timeout=6s --start-period=60s --start-interval=2s --retries=2 \
    CMD ["python", "-m", "bot.asking"]
ENTRYPOINT ["stridecheck"]
CMD ["run"]
