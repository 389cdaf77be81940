"""Updates come in: one person's in order, people side by side, confirmed only after their turns are committed.

Telegram is our inbox. getUpdates with a higher offset is the confirmation, so the next poll waits for the whole batch;
what was not committed is offered again, and `update_id` makes a repeat harmless.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from telegram import Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.ext import Application
from telegram.request import BaseRequest

from bot import calls, logs, reading
from bot.presence import Presence
from bot.pulse import Pulse
from bot.transport import POLL_S, seconds
from content import words
from storage.database import AWAY

log = logs.get("intake")

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
TRIES = 3
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 15.0  # working again within a minute, whatever it was
CONFLICT_PAUSE_S = 5.0

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class NotStoredError(Exception):
    """The database could not take a turn: nothing of this batch may be confirmed yet."""


class Intake:
    """Polls until stopped."""

    def __init__(self, application: AnyApplication, polling: BaseRequest, pulse: Pulse, presence: Presence) -> None:
        self.application, self.polling, self.pulse, self.presence = application, polling, pulse, presence
        self.failures: dict[int, BaseException] = {}
        self.offset: int | None = None
        self._stopping = asyncio.Event()
        self._taking: dict[int, float] = {}
        self._numbers = itertools.count()

    def note_failure(self, update: object, error: BaseException) -> None:
        """PTB swallows what a handler raises; its error handler tells it to us."""
        if isinstance(update, Update):
            self.failures[update.update_id] = error

    def stop(self) -> None:
        """After the batch under way, poll no more."""
        self._stopping.set()

    async def run(self) -> None:
        """Poll, take, confirm; back off when Telegram or the database is away."""
        self.pulse.expect("polling")
        try:
            await self._keep_polling()
        finally:  # another process may poll from here on
            self.pulse.rest("polling")

    async def _keep_polling(self) -> None:
        pause_s, has_left = FIRST_PAUSE_S, False
        while not self._stopping.is_set():
            self.pulse.come("polling")
            try:
                has_left = has_left or await self._leave_webhook()
                await self.poll_once(POLL_S)
                self.pulse.beat("polling")
                pause_s = FIRST_PAUSE_S
            except InvalidToken:
                log.error("Telegram does not know this token; ask @BotFather and set BOT_TOKEN")
                raise
            except Conflict:
                log.error("another program polls with this token; stop it")
                await self._wait(CONFLICT_PAUSE_S)
            except RetryAfter as error:
                await self._wait(seconds(error))
            except (TelegramError, NotStoredError) as error:
                log.warning("cannot take updates now", error=logs.place(error), wait_s=round(pause_s, 1))
                await self._wait(pause_s * random.uniform(0.8, 1.2))  # noqa: S311 - jitter, not a secret
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _leave_webhook(self) -> bool:
        """Telegram gives updates to a poller only when no webhook is set; what waits there is kept. True once left."""
        try:
            await self.application.bot.delete_webhook(drop_pending_updates=False)
        except TelegramError as error:
            log.warning("cannot leave the webhook", error=logs.place(error))
            return False
        return True

    async def poll_once(self, timeout_s: int) -> int:
        """Take one batch; how many updates. Raises NotStoredError when it could not be stored: nothing is confirmed."""
        try:
            updates = await self._poll(timeout_s)
            await self.take(updates or ())
        except (TelegramError, NotStoredError):
            self.presence.lost()
            raise
        if updates is None:
            return 0
        if updates:
            self.offset = max(update.update_id for update in updates) + 1
        await self.presence.here()
        return len(updates)

    async def _poll(self, timeout_s: int) -> Sequence[Update] | None:
        """What Telegram has for us; None when nobody waits for its answer any more."""
        poll = asyncio.ensure_future(self._waiting(timeout_s))
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({poll, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return poll.result() if poll.done() else None
        finally:
            stopping.cancel()
            if not poll.done():
                poll.cancel()

    async def _waiting(self, timeout_s: int) -> Sequence[Update]:
        bot = self.application.bot
        offered = await calls.updates(bot, self.polling, self.offset, timeout_s, ALLOWED)
        return [reading.read(each, bot) for each in offered]

    def oldest_s(self) -> float:
        """For how many seconds the oldest update has been in our hands and is not stored; 0.0 without any."""
        now, unstored = self.pulse.now(), self.pulse.silences().get("database")
        return max(now - min(self._taking.values(), default=now), unstored.silent_s if unstored else 0.0)

    async def take(self, updates: Sequence[Update]) -> None:
        """Every update's turn, committed. One person's in order, people side by side."""
        batch = next(self._numbers)
        self._taking[batch] = self.pulse.now()
        try:
            await self._take(updates)
        finally:
            del self._taking[batch]

    async def _take(self, updates: Sequence[Update]) -> None:
        people: dict[int, list[Update]] = defaultdict(list)
        for update in sorted(updates, key=lambda update: update.update_id):
            chat, user = update.effective_chat, update.effective_user
            people[user.id if user else chat.id if chat else 0].append(update)
        results = await asyncio.gather(*(self._take_in_order(each) for each in people.values()), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                if isinstance(result, NotStoredError):
                    self.pulse.expect("database")
                raise result
        self.pulse.rest("database")

    async def _take_in_order(self, updates: Sequence[Update]) -> None:
        for update in updates:
            await self._take_one(update)

    async def _take_one(self, update: Update) -> None:
        """An update that fails for its own sake is tried again, then left out, so that it blocks nobody for ever."""
        for tried in range(1, TRIES + 1):
            self.failures.pop(update.update_id, None)
            await self.application.process_update(update)
            error = self.failures.pop(update.update_id, None)
            if error is None:
                return
            if isinstance(error, AWAY):
                raise NotStoredError from error
            log.error("a turn failed", update_id=update.update_id, attempts=tried, error=logs.place(error))
        log.error("an update was left out", update_id=update.update_id)
        await self._apologise(update)

    async def _apologise(self, update: Update) -> None:
        """Their place is as it was: the failed turn was rolled back."""
        if update.effective_chat is None:
            return
        user = update.effective_user
        sorry = words.say(words.guess(user.language_code if user else None), "error.sorry")
        try:
            if update.callback_query is not None:
                await update.callback_query.answer(sorry[:200], show_alert=True)
            else:
                await update.effective_chat.send_message(sorry)
        except TelegramError as error:
            log.warning("cannot apologise", error=logs.place(error))

    async def _wait(self, seconds: float) -> None:
        self.pulse.come("polling", seconds)
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
