"""What the doctor hears from Telegram: whose token it is, how updates come, and what time it is there.

Every address holds the token, and a webhook's may hold another secret: no error's text is passed on, of a webhook only
the host.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from bot import webhook
from bot.clock import Clock
from bot.finding import Finding
from bot.settings import Settings

PATIENCE_S = 10
MOST_SKEW_S = 300
RECENT = timedelta(hours=1)
UNKNOWN = frozenset({401, 403, 404})


def examine(given: Settings) -> Iterator[Finding]:
    """Two calls that change nothing. It never asks for updates: that would take them from a bot that runs."""
    try:
        answer = _ask(given, "getMe")
        body = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        cure = "check the network, a proxy, and TELEGRAM_API_URL"
        yield Finding("Telegram", f"cannot be reached ({type(error).__name__})", cure)
        return
    if not body.get("ok"):
        yield _refused(answer.status_code)
        return
    yield Finding("token", f"belongs to @{body['result'].get('username', '?')}")
    yield from _updates(given)
    yield _clock(answer.headers.get("date"))


def _ask(given: Settings, method: str) -> httpx.Response:
    url = f"{given.telegram_api_url.rstrip('/')}/bot{given.bot_token.plain}/{method}"
    return httpx.get(url, timeout=PATIENCE_S)


def _refused(status: int) -> Finding:
    if status in UNKNOWN:
        return Finding("token", "Telegram does not know it", "ask @BotFather for the token again and set BOT_TOKEN")
    return Finding("Telegram", f"answers with {status} only", "wait some minutes; then check TELEGRAM_API_URL")


def _updates(given: Settings) -> Iterator[Finding]:
    try:
        told = _ask(given, "getWebhookInfo").json()["result"]
    except (httpx.HTTPError, ValueError, KeyError):
        return  # it has just answered: there is nothing to be said about this one
    yield (
        _polled(told) if given.webhook_url is None else _called(told, f"{given.webhook_url.rstrip('/')}{webhook.PATH}")
    )


def _polled(told: Mapping[str, Any]) -> Finding:
    if not told.get("url"):
        return Finding("updates", f"wait to be asked for, {told.get('pending_update_count', 0)} of them")
    what = f"go to a webhook at {urlsplit(told['url']).hostname}, and WEBHOOK_URL is not set here"
    cure = "start the bot, which ends that; if another program wants it so, give each of them a token of its own"
    return Finding("updates", what, cure)


def _called(told: Mapping[str, Any], wanted: str) -> Finding:
    host = urlsplit(wanted).hostname
    if told.get("url") != wanted:
        there = urlsplit(told["url"]).hostname if told.get("url") else "nowhere"
        cure = "start the bot, which tells Telegram; if another program changes it, give that one a token of its own"
        return Finding("updates", f"go to {there}, and not to WEBHOOK_URL ({host})", cure)
    failed_at = datetime.fromtimestamp(told.get("last_error_date", 0), UTC)
    if Clock().now() - failed_at < RECENT:
        what = f"Telegram could not deliver at {failed_at:%H:%M} UTC: {told.get('last_error_message', '?')}"
        return Finding("updates", what, f"see that https://{host} has a valid certificate and passes on to LISTEN")
    return Finding("updates", f"are sent to {host}, {told.get('pending_update_count', 0)} wait")


def _clock(date: str | None) -> Finding:
    if not date:
        return Finding("clock", "Telegram did not say the time, so it was not compared")
    skew_s = abs((Clock().now() - parsedate_to_datetime(date)).total_seconds())
    if skew_s > MOST_SKEW_S:
        return Finding("clock", f"is {skew_s:.0f} seconds off Telegram's", "set this machine's clock (NTP)")
    return Finding("clock", "agrees with Telegram's")
