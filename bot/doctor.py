"""`stridecheck doctor`: everything the bot stands on: what is wrong, and the cure, in a sentence each."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from bot import asking, doctor_database, doctor_telegram, settings
from bot.finding import Finding
from bot.settings import DatabaseSettings, Settings, SettingsError
from content.load import PackError

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def examine(pack_of: Callable[[], object]) -> Iterator[Finding]:
    """Look at everything; each failure is explained and does not hide the next."""
    yield _content(pack_of)
    yield from _secrets(Path(".env"))
    try:
        given: DatabaseSettings = settings.read()
    except SettingsError as error:
        yield Finding("settings", "cannot be used", f"mend these.\n{error}")
        try:
            given = settings.read_database()
        except SettingsError:
            return
    yield from doctor_database.examine(given)
    if isinstance(given, Settings):
        yield _operator(given)
        yield from _time(given)
        yield _readiness(given)
        yield from doctor_telegram.examine(given)


def _content(pack_of: Callable[[], object]) -> Finding:
    try:
        pack_of()
    except PackError as error:
        return Finding("content", "the pack has mistakes", str(error))
    return Finding("content", "the pack is sound")


def _secrets(file: Path) -> Iterator[Finding]:
    """The token and the keys lie in it. (Where it is a mount of a container's, its mode is not ours to judge.)"""
    if file.is_file() and not file.is_mount():
        is_open = file.stat().st_mode & OTHERS
        what = "may be read by others on this machine" if is_open else "is for nobody else to read"
        yield Finding(".env", what, "type: chmod 600 .env" if is_open else None)


def _operator(given: Settings) -> Finding:
    missing = [name for name in ("operator_name", "operator_contact") if not getattr(given, name)]
    if not missing:
        return Finding("operator", f"{given.operator_name} is named in /privacy")
    cure = f"set {' and '.join(each.upper() for each in missing)}: people must know who has their data"
    return Finding("operator", "/privacy does not say who runs this bot and how to reach them", cure)


def _time(given: Settings) -> Iterator[Finding]:
    if given.time_scale != 1:
        cure = "leave TIME_SCALE out where people are who mean it"
        yield Finding("time", f"goes {given.time_scale:g} times as fast, which is for trials only", cure)


def _readiness(given: Settings) -> Finding:
    """Whether a bot must run just now is not the doctor's business: it may be asked before the first start."""
    if given.door is None:
        return Finding("readiness", "cannot be asked for; set LISTEN=127.0.0.1:8080 to have a bot that polls answer")
    place = asking.place(given.door)
    is_well, words = asking.ask(given.door)
    if is_well:
        return Finding("readiness", f"the bot that answers at {place} is at its work")
    if words.startswith(asking.NOBODY):
        return Finding("readiness", f"can be asked for at {place} while the bot runs; nobody answers there now")
    return Finding("readiness", f"the bot that answers at {place} is not at its work", f"look into its log.\n{words}")
