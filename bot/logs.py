"""Log lines for operators: never a token, an answer, a name or a message, at DEBUG too.

Each line has its time in UTC, its level, its logger and its event, as JSON or as words; whoever writes it, the same is
taken out of it. Libraries that print requests, updates or parameters are kept at WARNING; what is shaped like a token
is removed from what is left; exceptions are logged by class and place, because their messages may quote data.
"""

from __future__ import annotations

import contextlib
import logging
import re
import sys
import traceback
from collections.abc import Callable
from typing import TextIO

import structlog
from structlog.processors import JSONRenderer, LogfmtRenderer
from structlog.stdlib import ProcessorFormatter, add_log_level, add_logger_name
from structlog.typing import EventDict, Processor, WrappedLogger

TEXT, JSON = "text", "json"
TALKATIVE = ("aiosqlite", "alembic", "apscheduler", "fontTools", "fpdf", "httpcore", "httpx", "hpack", "psycopg",
             "sentry_sdk", "sqlalchemy", "telegram", "tzlocal", "urllib3", "uvicorn.access", "watchfiles")  # fmt: skip
QUOTES = re.compile(r"[\"!:{]")
TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")
ALLOWED = frozenset(
    {"event", "level", "timestamp", "logger", "update_id", "kind", "state", "ms", "count", "error", "where", "attempts",
     "retry_after_s", "follow_up", "letter", "broadcast", "address", "version", "pack", "wait_s", "off_s", "database"}
)  # fmt: skip
FIRST = ("timestamp", "level", "logger", "event")


class Handler(logging.StreamHandler[TextIO]):
    """Writes to standard error. A line that cannot be put together is left out, with a word about whose it was."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """The library's own would print the arguments, and end whoever logs when nobody reads any more."""
        instead = logging.LogRecord(record.name, logging.ERROR, "", 0, "a line cannot be written", (), None)
        with contextlib.suppress(OSError, ValueError):
            self.stream.write(self.format(instead) + self.terminator)


def configure(level: str = "INFO", form: str = TEXT) -> None:
    """Set up logging for the whole process. `form`: TEXT or JSON."""
    handler = Handler()
    handler.setFormatter(formatter(form))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[_only_allowed, ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def usual_form() -> str:
    """Words for whoever reads along at a terminal, JSON for whatever collects lines."""
    return TEXT if sys.stderr.isatty() else JSON


def formatter(form: str) -> ProcessorFormatter:
    """The same for our own lines and for those of libraries."""
    time = structlog.processors.TimeStamper(fmt="iso", utc=True)
    about: list[Processor] = [
        add_log_level,
        add_logger_name,
        time,
        ProcessorFormatter.remove_processors_meta,
        _in_order,
    ]
    render = JSONRenderer(ensure_ascii=False) if form == JSON else _words
    return ProcessorFormatter(foreign_pre_chain=[_redact], processors=[*about, _without_tokens(render)])


def _only_allowed(logger: WrappedLogger, method: str, values: EventDict) -> EventDict:
    return {name: value for name, value in values.items() if name in ALLOWED}


def _redact(logger: WrappedLogger, method: str, values: EventDict) -> EventDict:
    """What a library says, without what it may quote: an update, an answer, an exception's words."""
    record: logging.LogRecord = values["_record"]
    event = str(values["event"]).partition("\n")[0]  # what follows may show a task or a traceback, words and all
    if record.name.startswith("telegram"):
        event = QUOTES.split(event)[0]  # an answer or an update that it cannot read, it shows whole
    if record.exc_info and record.exc_info[1] is not None:
        event += f" ({place(record.exc_info[1])})"
    meta = {name: value for name, value in values.items() if name in {"_record", "_from_structlog"}}
    return {"event": event, **meta}


def _in_order(logger: WrappedLogger, method: str, values: EventDict) -> EventDict:
    return {name: values.pop(name) for name in FIRST} | dict(values)


def _words(logger: WrappedLogger, method: str, values: EventDict) -> str:
    """`2026-11-21T23:48:44Z WARNING intake cannot take updates now wait_s=0.5`"""
    time, level, name, event = (str(values.pop(each)) for each in FIRST)
    return " ".join((time, level.upper(), name, event, LogfmtRenderer()(logger, method, values))).rstrip()


def _without_tokens(render: Callable[..., str | bytes]) -> Callable[..., str]:
    def rendered(logger: WrappedLogger, method: str, values: EventDict) -> str:
        return TOKEN.sub("[token]", str(render(logger, method, values)))

    return rendered


def place(error: BaseException) -> str:
    """Class and place of an exception, without its message: `ValueError at content/decide.py:40`."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{short(frames[-1].filename)}:{frames[-1].lineno}" if frames else "?"
    cause = f" from {type(error.__cause__).__name__}" if error.__cause__ else ""
    return f"{type(error).__name__}{cause} at {where}"


def short(filename: str) -> str:
    """A file by its folder and name, wherever this machine keeps it."""
    return "/".join(filename.split("/")[-2:])


def get(name: str) -> structlog.stdlib.BoundLogger:
    """A logger for one room."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger
