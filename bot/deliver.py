"""The only sender: takes what waits in the outbox to Telegram, each chat in order, chats side by side, at a pace."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from telegram import Bot
from telegram.error import RetryAfter, TelegramError

from bot import claiming, logs
from bot.clock import Clock
from bot.marking import Marking
from bot.neighbours import Neighbours
from bot.pace import Pace
from bot.pulse import Pulse
from bot.shown import Shown
from bot.speaker import Speaker
from bot.transport import Failure, failure, seconds
from handlers.screens import UNNAMED, Operator, Screen
from storage import direct, outbox
from storage.database import Database
from storage.letters import Letter
from storage.outbox import Sent
from storage.packs import Packs

log = logs.get("deliver")
P = ParamSpec("P")
T = TypeVar("T")

IN_ONE_GO = 10  # letters are written before the loop attends to others: each takes half a millisecond or more
LONGEST_NAP_S = 5.0
PATIENCE_S = 4.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1, 20  # seconds; with a call that hung for 30, back within a minute


class Deliver:
    """Runs until stopped; `wake` it when something was put into the outbox."""

    def __init__(
        self,
        bot: Bot,
        database: Database,
        packs: Packs,
        clock: Clock,
        pace: Pace,
        pulse: Pulse,
        operator: Operator = UNNAMED,
        neighbours: Neighbours | None = None,
    ) -> None:
        self.database, self.packs, self.clock, self.pulse = database, packs, clock, pulse
        self._neighbours = neighbours or Neighbours()
        self.speaker = Speaker(bot, database, packs, clock, pace, operator)
        self._awake = asyncio.Event()
        self._busy: dict[bytes, asyncio.Task[None]] = {}
        self._in_turn = set[bytes]()
        self._passed_over = set[bytes]()
        self.marking = Marking(database, self._freed)
        self._shown = Shown(lambda: database.keys, self._neighbours)
        self._is_at_work = self._is_crowded = self._stopping = False

    def wake(self) -> None:
        """Something may be waiting."""
        self._awake.set()

    async def run(self) -> None:
        """Send what waits, sleep until there is more, until `stop`."""
        self.pulse.expect("sending")
        self._is_at_work = True
        while not self._stopping:
            self._awake.clear()
            self.pulse.come("sending")
            try:
                found = await self._start_sending()
                self._note_idle()
            except Exception as error:  # noqa: BLE001 - without the sender the bot is dumb: it looks again
                log.error("the outbox cannot be read", error=logs.place(error))
                found = False
            if not found:
                await self._nap()
        await finish(self._busy.values(), PATIENCE_S)  # what was being claimed when the stop came
        await self.marking.finish()

    def _note_idle(self) -> None:
        """With nothing under way a look is a round; else only a letter that has left is."""
        if not self._busy:
            self.pulse.beat("sending")

    async def stop(self) -> None:
        """Finish what is under way, if Telegram is quick; what waits stays in the outbox."""
        self._stopping = self.marking.stopping = True
        self.wake()
        await finish(self._busy.values(), PATIENCE_S)
        await self.marking.finish()

    def abandon(self) -> list[asyncio.Task[None]]:
        """What is under way, for whoever cuts it off."""
        self._stopping = True
        return [*self._busy.values(), *self.marking.abandon()]

    async def drain(self) -> None:
        """Send until nothing that may go now is left."""
        while await self._start_sending() or self._busy or self.marking.behind:
            await asyncio.gather(*self._busy.values())
            await self.marking.finish()

    async def _nap(self) -> None:
        moment = await self._next_moment()
        wait_s = LONGEST_NAP_S
        if moment is not None:
            wait_s = min(max((moment - self.clock.now()).total_seconds() / self.clock.scale, 0.05), LONGEST_NAP_S)
        try:
            await asyncio.wait_for(self._awake.wait(), wait_s)
        except TimeoutError:
            return

    async def _next_moment(self) -> datetime | None:
        slow = self.speaker.pace.chats.slow()
        others = (*self._not_free(), *slow)
        me, now, last = self._neighbours.me, self.clock.now(), claiming.last_lane(len(self._busy))
        try:
            moment = await self.database.run(outbox.next_moment, others, me, now, last)
        except SQLAlchemyError:
            return None
        return min((each for each in (moment, *slow.values()) if each is not None), default=None)

    async def _start_sending(self) -> bool:
        if not self._neighbours.is_sure():
            return False
        not_free, slow = self._not_free(), tuple(self.speaker.pace.chats.slow())
        me, now, last = self._neighbours.me, self.clock.now(), claiming.last_lane(len(self._busy))
        letters, passed_over, self._is_crowded = await self.database.run(
            claiming.claim, self.packs, now, not_free, me, slow, last
        )
        self._passed_over |= set(passed_over) & set(not_free)
        if passed_over:  # for them the marks need not wait for company
            self.marking.begin()
        self._freed(set(passed_over) - set(self._not_free()))
        chats: dict[bytes, list[Letter]] = defaultdict(list)
        for letter in letters:
            chats[letter.chat].append(letter)
        for number, (chat, waiting) in enumerate(chats.items(), start=1):
            self._begin(chat, waiting)
            if number % IN_ONE_GO == 0:
                await asyncio.sleep(0)
        return bool(letters)

    def _not_free(self) -> tuple[bytes, ...]:
        """The chats that get nothing new now: something of theirs is under way, or is not written down yet."""
        return (*self._busy, *self._in_turn, *self.marking.behind)

    def _begin(self, chat: bytes, letters: list[Letter]) -> None:
        task = asyncio.create_task(self._send_all(letters))
        self._busy[chat] = task
        task.add_done_callback(partial(self._free, chat))

    def _free(self, chat: bytes, _: asyncio.Task[None]) -> None:
        self._busy.pop(chat, None)
        if self._is_crowded:
            self.wake()
        elif chat not in self.marking.behind:
            self._freed([chat])

    def _freed(self, chats: Iterable[bytes]) -> None:
        """Something may go there again: look, if there was something for them."""
        if waited_for := self._passed_over.intersection(chats):
            self._passed_over -= waited_for
            self.wake()

    async def with_turn(self, telegram_id: int, turn: Callable[[Session], T]) -> T:
        """A turn of one person; what it says is taken to be sent in the same transaction, if their chat is free."""
        chat = self.database.keys.mark("person", telegram_id)
        taken = {*self._busy, *self._in_turn, *self.marking.writing}
        if chat in taken or self._stopping or not (self._is_at_work and self._neighbours.is_sure()):
            done = await self.database.run(turn)
            self.wake()
            return done
        hand = partial(direct.Hand, chat, self._neighbours.me, self.speaker.pace.chats.is_slow(chat))
        before = self.marking.take(chat)
        self._in_turn.add(chat)
        try:
            done, letters, left = await self.database.run(claiming.in_one, self.packs, telegram_id, before, hand, turn)
        except BaseException:
            self.marking.give_back(chat, before)
            raise
        finally:
            self._in_turn.discard(chat)
            self._freed([chat])
        if letters and self._stopping:
            await self._mark(chat, outbox.hand_back, letters)
        elif letters:
            self._begin(chat, letters)
        if left:
            self.wake()
        return done

    async def _send_all(self, letters: list[Letter]) -> None:
        """One chat's letters: answers to presses side by side with the rest, the rest in order."""
        answers = [letter for letter in letters if letter.kind == "answer"]
        others = [letter for letter in letters if letter.kind != "answer"]
        await asyncio.gather(*(self._send(letter) for letter in answers), self._send_in_order(others))

    async def _send_in_order(self, letters: list[Letter]) -> None:
        held: list[Letter] = []
        for place, letter in enumerate(letters):
            if self._stopping or not self._neighbours.is_sure():
                held += letters[place:]
                break
            later = {each.message_id for each in letters[place + 1 :] if each.kind == "edit"}
            if letter.kind == "edit" and letter.message_id in later:
                await self._mark(
                    letter.chat, outbox.mark_failed, letter, "dropped", "overtaken by a later edit", self.clock.now()
                )
            elif letter.is_paced and (held or self.speaker.pace.chats.is_slow(letter.chat)):
                held.append(letter)
            elif not await self._send(letter):
                held += letters[place + 1 :]
                break
        if held:
            await self._mark(held[0].chat, outbox.hand_back, held)

    async def _send(self, letter: Letter) -> bool:
        """True when the next letter of the chat may follow."""
        try:
            screen = self.speaker.draw(letter)
            looks = self._shown.digest(letter, screen) if screen else None
            message_id = letter.message_id
            if not self._shown.is_already(letter, screen, looks):
                message_id = await self._say(letter, screen)
        except TelegramError as error:
            return await self._failed(letter, error)
        except Exception as error:  # noqa: BLE001 - one letter that cannot be drawn must not stop the others
            log.error("a letter cannot be written", letter=letter.id, kind=letter.kind, error=logs.place(error))
            await self._mark(letter.chat, outbox.mark_failed, letter, "dead", logs.place(error), self.clock.now())
            return True
        if message_id is not None:
            self._shown.note(letter, message_id, screen, looks)
        await self.marking.note(Sent(letter, message_id, looks, self.clock.now()))
        return True

    async def _say(self, letter: Letter, screen: Screen | None) -> int | None:
        try:
            return await self.speaker.say(letter, screen)
        finally:
            self.pulse.beat("sending")

    async def _failed(self, letter: Letter, error: TelegramError) -> bool:
        meaning, now = failure(error), self.clock.now()
        self._shown.forget(letter)
        log.info("a call failed", letter=letter.id, kind=letter.kind, state=meaning.value, error=type(error).__name__)
        match meaning:
            case Failure.DONE:
                await self._mark(letter.chat, outbox.mark_sent, letter, letter.message_id, None, now)
            case Failure.UNEDITABLE if letter.kind == "edit":
                await self._mark(letter.chat, outbox.send_instead, letter, now)
            case Failure.UNEDITABLE:
                await self._mark(letter.chat, outbox.mark_failed, letter, "dropped", type(error).__name__, now)
            case Failure.GONE:
                await self._mark(letter.chat, claiming.person_gone, letter, now)
                return False
            case Failure.WAIT | Failure.AGAIN:
                until = now + self._pause(letter, error)
                if meaning is Failure.WAIT:
                    self.speaker.pace.hold(until)
                await self._mark(letter.chat, outbox.put_back, letter, until, hold_chat=True)
                return False
            case _:
                log.error("a letter will never be accepted", letter=letter.id, kind=letter.kind)
                await self._mark(letter.chat, outbox.mark_failed, letter, "dead", type(error).__name__, now)
        return True

    def _pause(self, letter: Letter, error: TelegramError) -> timedelta:
        """As long as Telegram says; else longer with each try. Real seconds, on our (perhaps hurried) clock."""
        pause_s: float = min(FIRST_PAUSE_S * 2.0 ** min(letter.attempts - 1, 10), LONGEST_PAUSE_S)
        if isinstance(error, RetryAfter):
            pause_s = seconds(error)
        return timedelta(seconds=pause_s) * self.clock.scale

    async def _mark(
        self, chat: bytes, work: Callable[Concatenate[Session, P], object], /, *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Write down what became of a letter of this chat."""
        await self.marking.now(chat, lambda session: work(session, *args, **kwargs))


async def finish(tasks: Iterable[asyncio.Task[None]], patience_s: float) -> None:
    """Wait for tasks that are about to end, and cancel those that are not."""
    left = list(tasks)
    if left:
        _, late = await asyncio.wait(left, timeout=patience_s)
        for task in late:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
