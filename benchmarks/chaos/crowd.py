"""People who press, write and wait while the bot is killed, and what each of them is owed."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from benchmarks.chaos import oracle
from bot.transport import DONE_ALREADY
from content.episode import Pressed
from simulator.telegram import Call
from storage import episodes
from storage.crypto import Ring
from storage.database import Database
from storage.tables import EpisodeRow, FollowUpRow, OutboxRow, PersonRow
from tests.bot.process import PATIENCE_S, Process, Someone
from tests.bot.tools import until

TICK = "chest_breath_faint"
TO_THE_EMERGENCY = ("None of these", "None of these", "Cold and white or blue", "Done (1 ticked)")
HELP, NUMBERS, CALLED = "I help runners with", "Emergency number", "Have you called for help"
AFTER_A_KILL = "more than one doubled message in a chat after a kill"
FAR = timedelta(days=300)
WAITS = "SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending') AND broadcast_id IS NULL"
SOON_S, STILL_S, QUIET_S = 3.0, 35.0, 0.05
AT_ONCE, MOST_OFFERED = 4, 40
ASK_EVERY_S = 4.0  # two answers each: well below what Telegram lets into one chat


@dataclass(slots=True)
class Ticker:
    """Sits at the first question, ticks and unticks one box, and asks for help now and then."""

    someone: Someone
    episode: int = 0
    pressed: list[str] = field(default_factory=list)
    helped: int = 0
    asked_at_s: float = 0.0

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
        self.asked_at_s = time.monotonic()


@dataclass(slots=True)
class Waiter:
    """Has been told of an emergency and is asked again at moments that the bench sets."""

    someone: Someone
    episode: int = 0
    due: list[oracle.Moment] = field(default_factory=list)


class Crowd:
    """Everybody, and their database as an operator with the keys sees it."""

    def __init__(self, bot: Process, database: Database, seed: int, tickers: int = 8, waiters: int = 3) -> None:
        self.bot, self.database, self.chance = bot, database, random.Random(seed)
        self.tickers = [Ticker(Someone(bot, 100 + number, f"Ticker {number}")) for number in range(tickers)]
        self.waiters = [Waiter(Someone(bot, 200 + number, f"Waiter {number}")) for number in range(waiters)]
        self.kills: list[datetime] = []

    async def meet(self) -> None:
        """Everybody to where they stay; nothing is killed yet."""
        everybody: list[Ticker | Waiter] = [*self.tickers, *self.waiters]
        await asyncio.gather(*(each.someone.meet() for each in everybody))
        await asyncio.gather(*(each.someone.press(*TO_THE_EMERGENCY) for each in self.waiters))
        await self.bot.until_all_is_said()
        found = self.database.run_now(_episodes)
        for each in everybody:
            each.episode = found[each.someone.user_id]
        self.put_off()

    def put_off(self) -> None:
        """Nothing that is planned falls due while this goes on."""
        self.database.run_now(_put_off)

    def act(self) -> None:
        """What some do in one round; and somebody is to be asked again."""
        self.stir()
        self.plan()

    def stir(self) -> None:
        """What some do, in an order of chance, without a look into the database, which may be away.

        Nothing while the bot has more than enough to do.
        """
        if len(self.bot.telegram.offered()) > MOST_OFFERED:
            return
        deeds = [each.tick for each in self.chance.sample(self.tickers, AT_ONCE)]
        rested = [each for each in self.tickers if time.monotonic() > each.asked_at_s + ASK_EVERY_S]
        deeds += [each.ask for each in rested[:1]]
        self.chance.shuffle(deeds)
        for deed in deeds:
            deed()

    def plan(self) -> None:
        """Somebody's check-in is due in a moment, the one before having been asked for good.

        A bot that runs hears of it by its next look only, within half a minute.
        """
        waiter = self.chance.choice(self.waiters)
        set_at = datetime.now(UTC)
        due_at = set_at + timedelta(seconds=self.chance.uniform(0.3, SOON_S))
        if self.database.run_now(_due_at, waiter.episode, due_at):
            waiter.due.append(oracle.Moment(set_at, due_at))

    def reopen(self, ring: Ring) -> None:
        """From here on with these keys."""
        self.database.close()
        self.database = Database(self.bot.url, ring=ring)

    def note_kill(self) -> None:
        """It has just been killed."""
        self.kills.append(datetime.now(UTC))

    async def rest(self) -> None:
        """Until everything that is owed has been given. TimeoutError: for long nothing was given any more."""
        await while_it_moves(lambda: not self.bot.telegram.waiting(), self._calls)
        latest = max((each.due[-1].due_at for each in self.waiters if each.due), default=datetime.now(UTC))
        await until(lambda: datetime.now(UTC) > latest + timedelta(seconds=1), PATIENCE_S)
        planned = select(FollowUpRow.id).where(FollowUpRow.state == "planned", FollowUpRow.due_at <= latest).limit(1)
        await while_it_moves(
            lambda: self.database.run_now(lambda session: session.scalar(planned)) is None, self._calls
        )
        await while_it_moves(lambda: self.bot.scalar(WAITS) == 0, self._calls)

    def _calls(self) -> int:
        """How much the bot has brought to Telegram: asking for updates, and what is refused, brings nothing on."""
        return sum(call.ok and call.method != "getUpdates" for call in self.bot.telegram.journal)

    # --- what came of it ----------------------------------------------------------------------------------------------

    def broken(self) -> Counter[str]:
        """How often each promise was broken."""
        broken, told = Counter[str](), self._told()
        for each in self.tickers:
            stored = self.database.run_now(_presses, each.episode)
            broken["lost answers"] += max(len(each.pressed) - len(stored), 0)
            broken["doubled answers"] += max(len(stored) - len(each.pressed), 0)
            broken["order"] += len(stored) == len(each.pressed) and stored != each.pressed
        # Telegram forgets a press that nobody took for 150 s: nothing that the bot could have lost.
        forgotten = len(self.bot.telegram.forgotten())
        broken["lost answers"] = max(broken["lost answers"] - forgotten, 0)
        broken["lost messages"] = sum(told[each.someone.user_id].lost for each in self.tickers)
        broken["lost follow-ups"] = sum(told[each.someone.user_id].lost for each in self.waiters)
        broken["early follow-ups"] = sum(told[each.someone.user_id].out_of_turn for each in self.waiters)
        broken["order"] += sum(told[each.someone.user_id].out_of_turn for each in self.tickers)
        broken["unanswered presses"] = max(len(self.bot.telegram.unanswered()) - forgotten, 0)
        broken["never taken"] = len(self.bot.telegram.offered())
        broken["refused calls"] = len([call for call in self.bot.telegram.refused() if not _is_expected(call)])
        broken["limits of Telegram's"] = len(self.bot.telegram.violations)
        broken["dead letters"] = int(str(self.bot.scalar("SELECT count(*) FROM outbox WHERE state = 'dead'")))
        broken["never said"] = int(str(self.bot.scalar(WAITS)))
        broken["left in flight"] = int(str(self.bot.scalar("SELECT count(*) FROM outbox WHERE state = 'sending'")))
        broken[AFTER_A_KILL] = sum(most - 1 for each in self.doubled().values() for most in each.values() if most > 1)
        return broken

    def verdict(self, most: int = 0) -> dict[str, int]:
        """The same, for who kills nothing: `doubled messages` are those beyond so many."""
        broken = self.broken()
        del broken[AFTER_A_KILL]
        told = sum(len(seen.doubled) for seen in self._told().values())
        return {**broken, "doubled messages": max(told - most, 0)}

    def doubled(self) -> dict[int, dict[int, int]]:
        """Chat -> kill -> how many messages came again after it."""
        return {chat: oracle.per_kill(seen.doubled, self.kills) for chat, seen in self._told().items()}

    def figures(self) -> dict[str, float | int | str]:
        """What was doubled: all in all, the mean of a chat and a kill, the worst."""
        counts = [many for each in self.doubled().values() for many in each.values()]
        chances = max(len(self.kills) * (len(self.tickers) + len(self.waiters)), 1)
        return {
            **self.odd(),
            "presses": sum(len(each.pressed) for each in self.tickers),
            "presses that Telegram forgot": len(self.bot.telegram.forgotten()),
            "commands": 2 * sum(each.helped for each in self.tickers),
            "follow-ups": sum(len(each.due) for each in self.waiters),
            "doubled messages": sum(counts),
            "doubled messages a chat and kill, mean": round(sum(counts) / chances, 5),
            "doubled messages a chat and kill, worst": max(counts, default=0),
        }

    def odd(self) -> dict[str, str]:
        """What the chats were told that something is wrong with: 0 for help, 1 for the numbers; what is left, and
        what went too fast.
        """
        found = [each.told for each in self._told().values() if each.lost or each.out_of_turn]
        told = {
            "odd chats were told": " ".join(found),
            "left in the outbox": "; ".join(self.database.run_now(_left)),
            "over a limit": "; ".join(self.bot.telegram.violations),
        }
        return {name: words for name, words in told.items() if words}

    def _told(self) -> dict[int, oracle.Seen]:
        found = dict[int, oracle.Seen]()
        for each in self.tickers:
            found[each.someone.user_id] = oracle.in_turns(each.someone.from_bot, (HELP, NUMBERS), each.helped)
        for waiter in self.waiters:
            asked = [message.at for message in waiter.someone.from_bot if CALLED in message.text]
            found[waiter.someone.user_id] = oracle.at_moments(asked, waiter.due)
        return found


async def while_it_moves(true: Callable[[], object], moves: Callable[[], int], still_s: float = STILL_S) -> None:
    """Wait as long as something goes on. TimeoutError when nothing has moved for so long."""
    before, since = moves(), time.monotonic()
    while not true():
        await asyncio.sleep(QUIET_S)
        if (now := moves()) != before:
            before, since = now, time.monotonic()
        elif time.monotonic() > since + still_s:
            raise TimeoutError


def _is_expected(call: Call) -> bool:
    """A repeat after a kill finds its work done: the card looks so already, the press is answered."""
    return call.injected or any(words in call.description.lower() for words in DONE_ALREADY)


def _episodes(session: Session) -> dict[int, int]:
    rows = session.execute(select(EpisodeRow.id, EpisodeRow.person_id))
    people = {row.id: row.telegram_id for row in session.scalars(select(PersonRow))}
    return {people[person]: episode for episode, person in rows}


def _put_off(session: Session) -> None:
    """What is planned is far away."""
    later = datetime.now(UTC) + FAR
    session.execute(update(FollowUpRow).values(due_at=later, expires_at=later + FAR))


def _left(session: Session) -> list[str]:
    """What Telegram has not been given, as one who looks for the cause wants to see it."""
    is_given = (OutboxRow.state == "sent") | (OutboxRow.state == "dropped") & (OutboxRow.kind != "send")
    return [
        f"{row.kind} {row.state} lane {row.lane} person {row.person_id} tries {row.attempts} holder {row.holder} "
        f"made {row.created_at:%T} not before {row.not_before:%T} lease {row.lease_until} error {row.error}"
        for row in session.scalars(select(OutboxRow).where(~is_given, OutboxRow.broadcast_id.is_(None)))
    ]


def _due_at(session: Session, episode: int, due_at: datetime) -> bool:
    """Due then; not when the one before is still to come, or not yet known to have arrived."""
    rows = session.scalars(select(FollowUpRow).where(FollowUpRow.episode_id == episode).order_by(FollowUpRow.id))
    row = next(row for row in rows if row.key.endswith("/m10"))
    waits = select(OutboxRow.id).where(OutboxRow.episode_id == episode, OutboxRow.state.in_(("waiting", "sending")))
    is_free = row.due_at > due_at + FAR / 2 or row.state != "planned"
    if not is_free or session.scalar(waits.limit(1)) is not None:
        return False
    row.state, row.due_at, row.expires_at, row.sent_at = "planned", due_at, due_at + FAR, None
    return True


def _presses(session: Session, episode: int) -> list[str]:
    found = [event.option for _, event in episodes.events(session, episode) if isinstance(event, Pressed)]
    return [option for option in found if option[1:] == TICK]
