"""People for a long day, in front of a bot that runs elsewhere: they walk through it, are erased, and others come."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import cast

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handlers.callback import PersonPress, decode
from simulator.telegram import Telegram
from storage import audience, broadcasts
from storage.database import Database
from storage.tables import PersonRow
from tests.walks.walker import Walker
from tests.world import Chat, World

REMEMBERED = 12  # messages of a chat
BROADCAST_EVERY_H = 4
LEAVING = 0.002  # of a person's steps, this share is to ask to be erased


class Street:
    """Everybody who is there now. It stands in for a World: walkers need only its people and its Telegram."""

    def __init__(self, telegram: Telegram, database: Database, chance: Random, people: int) -> None:
        self.telegram, self.database, self.chance = telegram, database, chance
        self.updates = self.erased = self.broadcasts = 0
        self._known = 1000
        self.walkers = [self._comes() for _ in range(people)]

    def person(self, name: str = "Ana", language: str = "en") -> Chat:
        """Somebody new."""
        self._known += 1
        self.telegram.add_person(self._known, name, language)
        return Chat(cast(World, self), self._known, language)

    def _comes(self) -> Walker:
        return Walker(cast(World, self), f"{self._known}", frozenset())

    def act(self, hours: float) -> None:
        """Somebody does something; now and then somebody goes for good, or there is news for everybody."""
        place = self.chance.randrange(len(self.walkers))
        walker = self.walkers[place]
        if (yes := _yes(walker)) is not None:
            self.telegram.tap(walker.chat.user_id, *yes)
            self.updates, self.erased = self.updates + 1, self.erased + 1
            self.walkers[place] = self._comes()
        elif self.chance.random() < LEAVING and not walker.away:
            self.telegram.send_text(walker.chat.user_id, "/delete")
            self.updates += 1
        else:
            before = len(walker.updates)
            walker.step()
            self.updates += len(walker.updates) - before
        if hours >= (self.broadcasts + 1) * BROADCAST_EVERY_H:
            self.database.run_now(_news, datetime.now(UTC))
            self.broadcasts += 1

    def forget(self) -> None:
        """What nobody here needs any more, so that this process stays small, too."""
        inner = self.telegram._world
        for chat in inner.messages.values():
            for number in sorted(chat)[:-REMEMBERED]:
                del chat[number]
        for walker in self.walkers:
            del walker.updates[:-5]
        still = {number for walker in self.walkers for number in walker.updates}
        known = inner.updates._known
        for number in [each for each in known if each not in still]:
            del known[number]
        for query in [each for each in inner.queries if each not in inner.unanswered]:
            del inner.queries[query]
        inner.answers.clear()
        inner.diaries.clear()
        self.telegram.journal[:] = [call for call in self.telegram.journal if not call.ok]


def _yes(walker: Walker) -> tuple[int, str] | None:
    """The button that erases, where the person is asked."""
    for message in walker.chat.from_bot[-3:]:
        for button in (button for row in message.keyboard for button in row if button.data):
            press = decode(button.data or "")
            if isinstance(press, PersonPress) and press.name == "erase" and press.value.startswith("yes"):
                return message.message_id, button.data or ""
    return None


def _news(session: Session, now: datetime) -> None:
    """To everybody who is there."""
    session.execute(update(PersonRow).where(PersonRow.setup == "ready").values(news=True))
    first = session.scalars(select(PersonRow.id).order_by(PersonRow.id).limit(1)).one()
    row = broadcasts.draft(session, first, audience.NEWS, now)
    row.words = {"en": {"html": "Hello runners"}}
    broadcasts.start(session, row, now)
