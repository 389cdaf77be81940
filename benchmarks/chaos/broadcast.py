"""Broadcasts under way while the bot is killed: news reaches nobody twice, a safety notice misses nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.chaos import oracle
from benchmarks.chaos.crowd import Crowd, while_it_moves
from benchmarks.chaos.place import Place
from content.person import Person
from storage import audience, broadcasts, people
from storage.tables import OutboxRow
from tests.bot.process import PATIENCE_S, Process, Someone
from tests.bot.tools import until

READERS, LANGUAGE = 12, "es"
AGREED = "bench"


class Broadcasting:
    """Every life has one more broadcast under way: news and safety notices in turn, to people who ask for nothing."""

    environment: Mapping[str, str] = {}
    command: tuple[str, ...] = ()
    patience_s = 60.0
    hurries: tuple[str, ...] = ()

    def __init__(self, place: Place, bot: Process, crowd: Crowd, readers: int = READERS) -> None:
        self.bot, self.crowd = bot, crowd
        self.readers = [Someone(bot, 300 + number, f"Reader {number}") for number in range(readers)]
        self.kinds: dict[int, str] = {}

    async def meet(self) -> None:
        """They have said yes to news, and it is noon where they are."""
        for each in self.readers:
            each.says("/start")
        await until(lambda: all(each.from_bot for each in self.readers), PATIENCE_S)
        await self.bot.until_all_is_said()
        self.crowd.database.run_now(self._agree)

    def _agree(self, session: Session) -> None:
        now = datetime.now(UTC)
        noon = Person(LANGUAGE, zone=f"Etc/GMT{now.hour - 12:+d}", setup="ready", consent_version=AGREED, minor=False)
        for each in self.readers:
            if (row := people.lock(session, each.user_id)) is None:
                raise LookupError("a reader is unknown to the bot")
            people.save(row, noon, now)
            row.news, row.consent_at = True, now

    def prepare(self, hit: int) -> None:
        """One more is begun, as an admin's press or a shell does it."""
        kind = (audience.NEWS, audience.SAFETY)[len(self.kinds) % 2]
        self.kinds[self.crowd.database.run_now(self._begin, kind)] = kind

    def _begin(self, session: Session, kind: str) -> int:
        now = datetime.now(UTC)
        row = broadcasts.draft(session, None, kind, now)
        row.audience = audience.write(audience.Audience(languages=(LANGUAGE,)))
        row.words = {LANGUAGE: {"html": f"Aviso {row.id}."}, "en": {"html": f"Notice {row.id}."}}
        broadcasts.start(session, row, now)
        return row.id

    def act(self) -> None:
        """Readers only read."""

    def note(self, code: int) -> None:
        """Nobody types anything."""

    async def rest(self) -> None:
        """Until nobody waits for any of them."""
        await while_it_moves(lambda: not self._waiting(), self._waiting)

    def _waiting(self) -> int:
        return self.crowd.database.run_now(self._left)

    def _left(self, session: Session) -> int:
        tallies = [broadcasts.tally(session, each) for each in self.kinds]
        return sum(each["waiting"] + each["sending"] for each in tallies)

    def _states(self, session: Session) -> Mapping[tuple[int, int], str]:
        mine = OutboxRow.broadcast_id.in_(self.kinds)
        known = {people.mark(session, each.user_id): each.user_id for each in self.readers}
        rows = session.execute(select(OutboxRow.broadcast_id, OutboxRow.chat, OutboxRow.state).where(mine))
        return {(number or 0, known[chat]): state for number, chat, state in rows}

    def _copies(self) -> dict[tuple[int, int], list[datetime]]:
        return {
            (number, each.user_id): [told.at for told in each.from_bot if f"Aviso {number}." in told.text]
            for number in self.kinds
            for each in self.readers
        }

    def broken(self) -> Counter[str]:
        """News at most once; safety at least once; what may be missing is known to be unsure."""
        states, copies, found = self.crowd.database.run_now(self._states), self._copies(), Counter[str]()
        for (number, reader), moments in copies.items():
            kind, state = self.kinds[number], states.get((number, reader), "none")
            found["broadcasts lost"] += not moments and not (kind == audience.NEWS and state == "unsure")
            found["news doubled"] += len(moments) > 1 and kind == audience.NEWS
            again = oracle.per_kill(moments[1:], self.crowd.kills).values() if kind == audience.SAFETY else ()
            found["safety notices doubled more than once a kill"] += sum(many - 1 for many in again)
            found["recipients in an odd state"] += state not in {"sent", "unsure"}
        return found

    def figures(self) -> dict[str, float | int | str]:
        """How many, and of how many news nobody knows whether they arrived."""
        states, copies = self.crowd.database.run_now(self._states), self._copies()
        return {
            "broadcasts": len(self.kinds),
            "recipients": len(copies),
            "recipients unsure": sum(state == "unsure" for state in states.values()),
            "recipients told twice": sum(len(moments) > 1 for moments in copies.values()),
        }
