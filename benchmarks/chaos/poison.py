"""An update whose turn always fails, and one that nobody can read: an apology, a trace for the operator, and on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.chaos.crowd import HELP, Crowd
from content import words
from storage.tables import EpisodeRow, PersonRow
from tests.bot.process import Process, Someone
from tests.bot.tools import until

PROMISES = ("poison blocks", "poison without one apology", "poison unseen by an operator", "unreadable update blocks")
PATIENCE_S = 60


async def drill(bot: Process, crowd: Crowd, broken: Counter[str]) -> None:
    """Somebody's check is spoilt, they press; somebody's app sends what no library knows yet."""
    victim = Someone(bot, 300, "Victim")
    await victim.meet()
    crowd.database.run_now(_spoil, victim.user_id)
    victim.tap("None of these")
    victim.says("/help")
    broken["poison blocks"] += not await _comes(lambda: victim.count(HELP))
    sorry = words.say("en", "error.sorry")[:200]
    said = [answer for answer in bot.telegram.answers if answer.user_id == victim.user_id and answer.text == sorry]
    broken["poison without one apology"] += len(said) != 1
    broken["poison unseen by an operator"] += "an update was left out" not in bot.log.read_text(errors="replace")
    chat = {"id": victim.user_id, "type": "private", "first_name": "Victim"}
    bot.telegram.send_unknown(victim.user_id, "message", {"message_id": 1, "chat": chat, "telepathy": "?"})
    victim.says("/help")
    broken["unreadable update blocks"] += not await _comes(lambda: victim.count(HELP) > 1)
    if await bot.ended_within(0):
        broken["ended by itself"] += 1
        await bot.start()


async def _comes(true: Callable[[], object]) -> bool:
    try:
        await until(true, PATIENCE_S)
    except TimeoutError:
        return False
    return True


def _spoil(session: Session, telegram_id: int) -> None:
    """Nobody can read this episode any more: every press on it fails, for its own sake."""
    person = next(row for row in session.scalars(select(PersonRow)) if row.telegram_id == telegram_id)
    session.scalars(select(EpisodeRow).where(EpisodeRow.person_id == person.id)).one().data = {"question": "g_life"}
