"""People who press, write and wait while the bot is killed, and what each of them is owed."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.transport import DONE_ALREADY
from content.episode import Pressed
from simulator.telegram import Call
from storage import episodes
from storage.database import Database
from storage.tables import EpisodeRow, FollowUpRow, PersonRow
from tests.bot.process import PATIENCE_S, Process, Someone
from tests.bot.tools import until

TICK = "chest_breath_faint"
TO_THE_EMERGENCY = ("None of these", "None of these", "Cold and white or blue", "Done (1 ticked)")
HELP, CALLED = "I help runners with", "Have you called for help"
FAR = timedelta(days=300)


@dataclass(slots=True)
class Ticker:
    """Sits at the first question, ticks and unticks one box, and asks for help now and then."""

    someone: Someone
    episode: int = 0
    pressed: list[str] = field(default_factory=list)
    helped: int = 0

    def tick(self) -> None:
        """One press on the open card, as an app that shows it would send it."""
        message_id, data = self.someone.button("None of these") or (0, "")
        press = f"{'+-'[len(self.pressed) % 2]}{TICK}"
        self.someone.telegram.tap(self.someone.user_id, message_id, data.rpartition(".")[0] + f".{press}")
        self.pressed.append(press)

    def ask(self) -> None:
        """Two commands, whose answers must keep their order."""
        self.someone.says("/help")
        self.someone.says("/emergency")
        self.helped += 1


@dataclass(slots=True)
class Waiter:
    """Has been told of an emergency and is asked again at moments that the bench sets."""

    someone: Someone
    episode: int = 0
    due: list[datetime] = field(default_factory=list)


class Crowd:
    """Everybody, and their database as an operator with the keys sees it."""

    def __init__(self, bot: Process, database: Database, seed: int, tickers: int = 4, waiters: int = 3) -> None:
        self.bot, self.database, self.chance = bot, database, random.Random(seed)
        self.tickers = [Ticker(Someone(bot, 100 + number, f"Ticker {number}")) for number in range(tickers)]
        self.waiters = [Waiter(Someone(bot, 200 + number, f"Waiter {number}")) for number in range(waiters)]

    async def meet(self) -> None:
        """Everybody to where they stay; nothing is killed yet."""
        everybody: list[Ticker | Waiter] = [*self.tickers, *self.waiters]
        await asyncio.gather(*(each.someone.meet() for each in everybody))
        await asyncio.gather(*(each.someone.press(*TO_THE_EMERGENCY) for each in self.waiters))
        await self.bot.until_all_is_said()
        found = self.database.run_now(_episodes)
        for each in everybody:
            each.episode = found[each.someone.user_id]
        self.database.run_now(_put_off)

    def act(self) -> None:
        """What everybody does in one round, in an order of chance; and somebody is to be asked again."""
        self.stir()
        self._plan(self.chance.choice(self.waiters))

    def stir(self) -> None:
        """What everybody does, without a look into the database, which may be away."""
        deeds = [each.tick for each in self.tickers]
        deeds += [each.ask for each in self.chance.sample(self.tickers, 1)]
        self.chance.shuffle(deeds)
        for deed in deeds:
            deed()

    def _plan(self, waiter: Waiter) -> None:
        """The check-in is due in a moment, the one before having been asked."""
        if waiter.due and self._asked(waiter) < len(waiter.due):
            return
        due_at = datetime.now(UTC) + timedelta(seconds=self.chance.uniform(2, 15))
        self.database.run_now(_due_at, waiter.episode, due_at)
        waiter.due.append(due_at)

    def _asked(self, waiter: Waiter) -> int:
        return waiter.someone.count(CALLED)

    async def rest(self) -> None:
        """Until everything that is owed has been given."""
        await until(lambda: not self.bot.telegram.waiting(), PATIENCE_S)
        latest = max((each.due[-1] for each in self.waiters if each.due), default=datetime.now(UTC))
        await until(lambda: datetime.now(UTC) > latest + timedelta(seconds=1), PATIENCE_S)
        await self.bot.until_all_is_said()

    # --- what came of it ----------------------------------------------------------------------------------------------

    def verdict(self, kills: int) -> dict[str, int]:
        """How often each promise was broken; and `doubled messages`, of which each kill may cause one in a chat."""
        broken = Counter[str]()
        for each in self.tickers:
            stored = self.database.run_now(_presses, each.episode)
            broken["lost answers"] += max(len(each.pressed) - len(stored), 0)
            broken["doubled answers"] += max(len(stored) - len(each.pressed), 0)
            broken["order"] += len(stored) == len(each.pressed) and stored != each.pressed
            told = [message.text for message in each.someone.from_bot]
            broken["lost messages"] += max(each.helped - each.someone.count(HELP), 0)
            broken["doubled messages"] += max(each.someone.count(HELP) - each.helped, 0)
            broken["order"] += not _in_turn(told)
        for waiter in self.waiters:
            asked = [message.at for message in waiter.someone.from_bot if CALLED in message.text]
            broken["lost follow-ups"] += max(len(waiter.due) - len(asked), 0)
            broken["doubled messages"] += max(len(asked) - len(waiter.due), 0)
            broken["early follow-ups"] += sum(at < due for at, due in zip(asked, waiter.due, strict=False))
        broken["unanswered presses"] = len(self.bot.telegram.unanswered())
        broken["refused calls"] = len([call for call in self.bot.telegram.refused() if not _is_expected(call)])
        broken["limits of Telegram's"] = len(self.bot.telegram.violations)
        broken["dead letters"] = int(str(self.bot.scalar("SELECT count(*) FROM outbox WHERE state = 'dead'")))
        return dict(broken)


def _is_expected(call: Call) -> bool:
    """A repeat after a kill finds its work done: the card looks so already, the press is answered."""
    return call.injected or any(words in call.description.lower() for words in DONE_ALREADY)


def _in_turn(told: list[str]) -> bool:
    """No emergency card before the help that was asked for before it."""
    helped = numbers = 0
    for text in told:
        helped += HELP in text
        numbers += "Emergency number" in text and HELP not in text
        if numbers > helped:
            return False
    return True


def _episodes(session: Session) -> dict[int, int]:
    rows = session.execute(select(EpisodeRow.id, EpisodeRow.person_id))
    people = {row.id: row.telegram_id for row in session.scalars(select(PersonRow))}
    return {people[person]: episode for episode, person in rows}


def _put_off(session: Session) -> None:
    """What the bot had planned itself does not disturb."""
    later = datetime.now(UTC) + FAR
    session.execute(update(FollowUpRow).values(due_at=later, expires_at=later + FAR))


def _due_at(session: Session, episode: int, due_at: datetime) -> None:
    rows = session.scalars(select(FollowUpRow).where(FollowUpRow.episode_id == episode).order_by(FollowUpRow.id))
    row = next(row for row in rows if row.key.endswith("/m10"))
    row.state, row.due_at, row.expires_at, row.sent_at = "planned", due_at, due_at + FAR, None


def _presses(session: Session, episode: int) -> list[str]:
    found = [event.option for _, event in episodes.events(session, episode) if isinstance(event, Pressed)]
    return [option for option in found if option[1:] == TICK]
