"""Log lines for operators: never a token, an answer, a name or a message, at DEBUG too.

Libraries that print requests, updates or parameters are kept at WARNING; a filter removes anything shaped like a
token from what is left; exceptions are logged by class and place, because their messages may quote data.
"""

from __future__ import annotations

import logging
import re
import traceback

import structlog
from structlog.typing import EventDict, WrappedLogger

TALKATIVE = ("aiosqlite", "alembic", "apscheduler", "fontTools", "fpdf", "httpcore", "httpx", "hpack", "psycopg",
             "sqlalchemy", "telegram", "tzlocal", "uvicorn.access", "watchfiles")  # fmt: skip
QUOTES = re.compile(r"[\"!:{]")
TOKEN = re.compile(r"\d{6,}:[A-Za-z0-9_-]{30,}")
ALLOWED = frozenset(
    {"event", "level", "timestamp", "logger", "update_id", "kind", "state", "ms", "count", "error", "where", "attempts",
     "retry_after_s", "follow_up", "letter", "broadcast", "address", "version", "pack", "wait_s", "off_s", "database"}
)  # fmt: skip


class Redact(logging.Filter):
    """Takes out what looks like a bot token, and every traceback's message."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = TOKEN.sub("[token]", record.getMessage()), ()
        if record.name == "asyncio":
            record.msg = record.msg.partition("\n")[0]  # what follows shows the task, with its exception's words
        if record.name.startswith("telegram"):
            record.msg = QUOTES.split(record.msg)[0]  # an answer or an update that it cannot read, it shows whole
        if record.exc_info and record.exc_info[1] is not None:
            record.msg += f" ({place(record.exc_info[1])})"
            record.exc_info, record.exc_text = None, None
        return True


def configure(level: str = "INFO") -> None:
    """Set up logging for the whole process."""
    handler = logging.StreamHandler()
    handler.addFilter(Redact())
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[_only_allowed, structlog.processors.LogfmtRenderer(key_order=["event"])],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def _only_allowed(logger: WrappedLogger, method: str, values: EventDict) -> EventDict:
    return {name: value for name, value in values.items() if name in ALLOWED}


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
