"""What became of letters is written down: at once, or many together where saying something twice does no harm.

An answer to a press and an edit are safe to repeat: Telegram says that it is so already. They wait a moment for each
other, so that a press costs one commit and not three. Until then their chat gets nothing else but with its next turn,
in whose transaction they are written; after a kill they are said again, and nobody sees it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot import logs
from storage import outbox
from storage.database import AWAY, Database
from storage.outbox import Sent

log = logs.get("marking")

REPEATABLE = frozenset({"answer", "edit"})
TOGETHER_AFTER_S = 0.2
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 5.0
PATIENCE_S = 1.0


class Marking:
    """`freed` is told of the chats that have been caught up with."""

    def __init__(self, database: Database, freed: Callable[[Iterable[bytes]], None]) -> None:
        self._database, self._freed = database, freed
        self._pending: dict[bytes, list[Sent]] = {}
        self._writing = set[bytes]()
        self._timer: asyncio.TimerHandle | None = None
        self._tasks = set[asyncio.Task[None]]()
        self.stopping = False

    @property
    def writing(self) -> frozenset[bytes]:
        """The chats of which something is being written."""
        return frozenset(self._writing)

    @property
    def behind(self) -> frozenset[bytes]:
        """The chats of which not everything is written."""
        return frozenset(self._writing | self._pending.keys())

    async def note(self, sent: Sent) -> None:
        """Telegram has it: written when this returns, or soon, where that does no harm."""
        if sent.letter.kind not in REPEATABLE:
            await self.now(sent.letter.chat, partial(write, together=[sent]))
            return
        self._pending.setdefault(sent.letter.chat, []).append(sent)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(TOGETHER_AFTER_S, self.begin)

    def take(self, chat: bytes) -> list[Sent]:
        """What is to be written of a chat, by whoever has a transaction for it; if that fails: `begin`."""
        return self._pending.pop(chat, [])

    def give_back(self, chat: bytes, sent: list[Sent]) -> None:
        """The transaction that was to write this has failed: it is written on its own, and holds up no second one."""
        if sent:
            self._pending[chat] = sent + self._pending.get(chat, [])
            self.begin()

    def begin(self) -> None:
        """Write what has been waiting."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        pending, self._pending = self._pending, {}
        if pending:
            self._writing |= pending.keys()
            task = asyncio.get_running_loop().create_task(self._write(pending))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Everything is written when this returns."""
        self.begin()
        await asyncio.gather(*self._tasks)

    async def catch_up(self, chat: bytes) -> None:
        """What is known of this chat is written when this returns, unless the database takes longer: for a turn that
        looks at what was sent, or removes it.
        """
        if chat in self.behind:
            self.begin()
            await asyncio.wait(self._tasks, timeout=PATIENCE_S)

    def abandon(self) -> list[asyncio.Task[None]]:
        """What is being written, for whoever cuts it off."""
        self.stopping = True
        self._pending = {}
        self.begin()
        return list(self._tasks)

    async def _write(self, pending: Mapping[bytes, list[Sent]]) -> None:
        together = [sent for each in pending.values() for sent in each]
        try:
            if not await self._until_written(partial(write, together=together)):
                for sent in together:  # one that cannot be written must not keep the others from it
                    await self._until_written(partial(write, together=[sent]))
        finally:
            self._writing -= pending.keys()
            self._freed(pending)

    async def now(self, chat: bytes, work: Callable[[Session], object]) -> None:
        """What became of a letter, behind what is not written yet of its chat."""
        before = self.take(chat)

        def in_order(session: Session) -> None:
            write(session, before)
            work(session)

        await self._until_written(in_order)

    async def _until_written(self, work: Callable[[Session], object]) -> bool:
        """Once the database is back, when it is away, so that nothing is said twice and no wait is forgotten. If the
        process ends before, the lease runs out and it is sent again.
        """
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                await self._database.run(work)
                return True
            except SQLAlchemyError as error:
                log.error("cannot mark a letter", error=logs.place(error), wait_s=round(pause_s, 1))
                if not isinstance(error, AWAY) or self.stopping:
                    return False
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)


def write(session: Session, together: Sequence[Sent]) -> None:
    """All of them, what may be said twice with one statement."""
    if plain := [sent for sent in together if _is_plain(sent)]:
        outbox.mark_all(session, plain)
    for sent in together:
        if not _is_plain(sent):
            outbox.mark_sent(session, sent.letter, sent.message_id, sent.looks, sent.at)


def _is_plain(sent: Sent) -> bool:
    return sent.letter.kind in REPEATABLE and sent.letter.person_id is not None
