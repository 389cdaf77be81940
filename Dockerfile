# syntax=docker/dockerfile:1
# The bot in a small image: packages exactly as in requirements.lock, no root, data only in /data.

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
RUN python -m venv /opt/stridecheck
COPY requirements.lock ./
RUN /opt/stridecheck/bin/pip install --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY content content
COPY storage storage
COPY handlers handlers
COPY simulator simulator
COPY bot bot
RUN /opt/stridecheck/bin/pip install --no-deps .

FROM python:3.11-slim
RUN groupadd --gid 10001 stridecheck \
 && useradd --uid 10001 --gid 10001 --home-dir /data --create-home --shell /usr/sbin/nologin stridecheck
COPY --from=build /opt/stridecheck /opt/stridecheck
ENV PATH=/opt/stridecheck/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite:////data/stridecheck.db \
    LISTEN=127.0.0.1:8080
WORKDIR /data
VOLUME /data
USER 10001:10001
# Unhealthy when it is not at its work: bot/readiness.py. It is asked inside the container, so no port is opened.
# Other commands than `run` end long before anybody asks.
HEALTHCHECK --interval=30s --timeout=6s --start-period=60s --retries=2 CMD ["python", "-m", "bot.asking"]
ENTRYPOINT ["stridecheck"]
CMD ["run"]
