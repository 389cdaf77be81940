"""What goes wrong, told to Sentry as well: where and of what class, never with whose words.

Imported only when SENTRY_DSN is set: it is an extra. Sentry's own collecting is off: no variables, breadcrumbs,
requests, sessions or names of machines. And whatever is to be sent is written anew from what may be told.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, cast

import sentry_sdk
from sentry_sdk.transport import Transport

from bot import logs

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

PATIENCE_S, AGAIN_AFTER_S = 3.0, 60.0
MOST_FRAMES = 50
KEPT = ("event_id", "timestamp", "platform", "level", "release")
# What else a report has that was put together here, of words of the program's own. Such a one carries the tag.
WORDS, OURS = ("logger", "message", "fingerprint", "tags"), "stridecheck"
# send_default_pii is False when it is left out; to name it is deprecated.
SAFE: dict[str, Any] = {
    "default_integrations": False,
    "auto_enabling_integrations": False,
    "include_local_variables": False,
    "include_source_context": False,
    "max_request_body_size": "never",
    "max_breadcrumbs": 0,
    "add_full_stack": False,
    "traces_sample_rate": None,
    "auto_session_tracking": False,
    "send_client_reports": False,
    "server_name": "",
    "spotlight": False,
    "debug": False,
}


def begin(dsn: str, transport: Transport | None = None) -> None:
    """From here on every line that is logged as an error is reported, too."""
    sentry_sdk.init(
        dsn=dsn, release=f"stridecheck@{version('stridecheck')}", before_send=_anew, transport=transport, **SAFE
    )
    logging.getLogger().addHandler(Reports())


def end() -> None:
    """What is under way is sent, if Sentry is quick; nothing more is reported."""
    root = logging.getLogger()
    for each in [each for each in root.handlers if isinstance(each, Reports)]:
        root.removeHandler(each)
    sentry_sdk.get_client().close(PATIENCE_S)


class Reports(logging.Handler):
    """Reports errors: our own lines with their fields, a library's by its logger only.

    The same error at most once a minute: during an outage the log says it every few seconds.
    """

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._reported_at: dict[tuple[str, ...], float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith(("sentry_sdk", "urllib3")):
            return
        report = _report(record)
        kind, now = tuple(report["fingerprint"]), time.monotonic()
        if now - self._reported_at.get(kind, float("-inf")) >= AGAIN_AFTER_S:
            self._reported_at[kind] = now
            sentry_sdk.capture_event(report)


def _report(record: logging.LogRecord) -> Event:
    """A line as a report, with the exception that is being handled just now."""
    fields: dict[str, Any] = dict(record.msg) if isinstance(record.msg, dict) else {}
    message = str(fields.pop("event", f"an error of {record.name}"))
    tags = {name: logs.TOKEN.sub("[token]", str(value)) for name, value in fields.items() if name in logs.ALLOWED}
    error = record.exc_info[1] if record.exc_info else sys.exc_info()[1]
    report: Event = {
        "level": "error",
        "logger": record.name,
        "message": message,
        "tags": {**tags, OURS: "1"},
        "fingerprint": [record.name, message, type(error).__name__],
    }
    if error is not None:
        report["exception"] = {"values": [_exception(each) for each in _chain(error)]}
    return report


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exceptions that led to this one, the first one first, as Sentry wants them."""
    chain = [error]
    while (cause := chain[-1].__cause__) is not None and len(chain) < 10:
        chain.append(cause)
    return reversed(chain)


def _exception(error: BaseException) -> dict[str, Any]:
    """Its class, and the places it came through: no words, no values."""
    places = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    frames = [{"filename": logs.short(each.filename), "function": each.name, "lineno": each.lineno} for each in places]
    return {"type": type(error).__name__, "stacktrace": {"frames": frames}}


def _anew(event: Event, hint: Hint) -> Event | None:
    """The report again, of nothing but what may be told; another's words, and the exception's, are left behind."""
    kept = (*KEPT, *WORDS) if OURS in (event.get("tags") or {}) else KEPT
    told = {name: value for name, value in event.items() if name in kept}
    if "exception" in event:
        told["exception"] = {"values": [_bare(each) for each in event["exception"].get("values", ())]}
    return cast("Event", told)


def _bare(value: Mapping[str, Any]) -> dict[str, Any]:
    """An exception's class and places, whoever wrote it down."""
    frames = [_frame(each) for each in (value.get("stacktrace") or {}).get("frames", ())]
    return {"type": value.get("type"), "stacktrace": {"frames": frames}}


def _frame(value: Mapping[str, Any]) -> dict[str, Any]:
    where = logs.short(str(value.get("filename")))
    return {"filename": where, "function": value.get("function"), "lineno": value.get("lineno")}
