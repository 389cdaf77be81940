"""A whole world for a test: the strict simulator, the real bot, a real database, and a clock moved by hand.

Tests speak chat: `await chat.press("Yes")`, `chat.reads("How long")`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import travel
from bot.app import House
from bot.clock import HandClock
from content import places, words
from content.pack import Pack
from content.shipped import FIRST_PACK
from handlers.screens import UNNAMED, Operator
from simulator.inprocess import InProcessRequest
from simulator.telegram import SimMessage, Telegram
from storage import export, ledger, people
from storage.database import Database
from storage.tables import EpisodeRow, FollowUpRow, OutboxRow, PersonRow, RunRow
from tests import asking
from tests.keys import RING

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LONGEST_LABEL, LONGEST_WALK = 40, 60
ADMINS = (901, 902)

Answers = Mapping[str, Sequence[str]]
Past = tuple[HandClock, Telegram]


class World:
    """One bot with its people. `restart` kills the bot and starts another on the same database."""

    def __init__(
        self,
        database_url: str,
        *,
        start: datetime = START,
        pack: Path = FIRST_PACK,
        past: Past | None = None,
        operator: Operator = UNNAMED,
    ) -> None:
        self.ask, self.operator = asking.at_once, operator
        self.url, self.folder, self.admins = database_url, pack, frozenset(ADMINS)
        self.clock, self.telegram = past or _beginning(start)
        self.house = self._build()
        self.expects: set[str] = set()
        self._settled_at: datetime | None = None
        self._has_an_admin = False
        self._people = 100 + len(self.telegram.people())

    def _build(self) -> House:
        return House(
            token=self.telegram.token,
            database=self._database(),
            clock=self.clock,
            request=InProcessRequest(self.telegram),
            polling=InProcessRequest(self.telegram),
            pack_folder=self.folder,
            admins=self.admins,
            message_every_s=0,
            ask=self.ask,
            operator=self.operator,
            ledger=ledger.beside(self.url),
        )

    def _database(self) -> Database:
        return Database(self.url, ring=RING, threads=4)

    def past(self) -> Past:
        """The clock and Telegram as they are now; with a copy of the database another world can go on from here."""
        clock = HandClock(self.clock.now())
        return clock, copy.deepcopy(self.telegram, {id(self.clock): clock})

    async def open(self) -> World:
        await self.house.open()
        return self

    async def close(self) -> None:
        await self.house.application.shutdown()
        self.house.database.close()

    async def restart(self) -> None:
        """The process dies where it stands, and another begins."""
        await self.close()
        self.house, self._settled_at = self._build(), None
        await self.house.open()

    async def settle(self) -> None:
        """Until nothing is left to do at this moment; a sweep only when the clock has moved or something is due."""
        sent = False
        while await self.house.intake.poll_once(0) or await self.house.inspecting.drain():
            await self.house.deliver.drain()
            sent = True
        now, due_at = self.clock.now(), await travel.next_due(self.house)
        if now != self._settled_at or (due_at is not None and due_at <= now):
            await self.house.settle()
        elif not sent:
            await self.house.deliver.drain()
        self._settled_at = now
        if self._has_an_admin:
            await self.house.watch.look()
        await self.house.drain()
        if self._has_an_admin:
            await self.house.watch.look()
            await self.house.drain()

    async def later(self, **wait: float) -> None:
        """Time passes: every follow-up on the way fires in its turn."""
        await self.until(self.clock.now() + timedelta(**wait))

    async def until(self, moment: datetime) -> None:
        """Go to a moment, stopping at each due one on the way."""
        await travel.until(self.house, moment, self.settle)

    def clean(self) -> None:
        """Nothing went wrong on the way: no call refused, no press unanswered, no limit broken, no word missing.

        `expects` holds the refusals that a test is about, in Telegram's words.
        """
        refused = [call for call in self.telegram.refused() if not call.injected]
        surprises = [(call.method, call.description) for call in refused if call.description not in self.expects]
        assert not surprises, surprises
        assert not self.telegram.unanswered()
        assert not self.telegram.violations
        assert not self.house.database.run_now(_unsent)
        sorry = {words.say(language, "error.sorry") for language in words.languages()}
        assert not [answer for answer in self.telegram.answers if answer.text in sorry]
        for message in self._said():
            labels = [button.text for row in message.keyboard for button in row]
            assert message.text.strip()
            assert not [each for each in sorry if each in message.text]
            assert not {"{", "}"} & set(message.text + "".join(labels)), message.transcript()
            assert max(map(len, labels), default=0) <= LONGEST_LABEL, labels

    def _said(self) -> list[SimMessage]:
        return [
            message
            for person in self.telegram.people()
            for message in self.telegram.chat(person.user_id)
            if message.from_bot
        ]

    @property
    def pack(self) -> Pack:
        """The pack that new checks use."""
        return self.house.packs.live[1]

    @property
    def words(self) -> Mapping[str, Any]:
        """The pack's English words."""
        return self.words_in("en")

    def words_in(self, language: str) -> Mapping[str, Any]:
        """The pack's words in a language that the bot speaks, else in English."""
        return self.pack.words.get(language, self.pack.words["en"])

    def person(self, name: str = "Ana", language: str = "en") -> Chat:
        """Somebody new."""
        self._people += 1
        self.telegram.add_person(self._people, name, language)
        return Chat(self, self._people, words.guess(language))

    def admin(self, name: str = "Kim", *, user_id: int = ADMINS[0], language: str = "en") -> Chat:
        """Somebody whose id is among the admins'."""
        self._has_an_admin = True
        self.telegram.add_person(user_id, name, language)
        return Chat(self, user_id, words.guess(language))


class Chat:
    """What one person does and sees. `language`: in which the buttons are looked for."""

    def __init__(self, world: World, user_id: int, language: str = "en") -> None:
        self.world, self.user_id, self.language = world, user_id, language

    # --- doing --------------------------------------------------------------------------------------------------------

    async def says(self, text: str) -> None:
        self.world.telegram.send_text(self.user_id, text)
        await self.world.settle()

    async def press(self, label: str) -> None:
        """Press the newest button with this label (a tick box in front of it does not matter)."""
        message, data = self.find(label)
        self.tap(message, data)
        await self.world.settle()

    def tap(self, message: SimMessage, data: str) -> None:
        self.world.telegram.tap(self.user_id, message.message_id, data)

    async def meet(self, *, zone: str = "Europe/London", adult: bool = True) -> None:
        """Through the first meeting to the big button."""
        await self.says("/start")
        await self.press(self.ui("button.go"))
        await self.press(self.clock(zone))
        await self.press(places.place_name(zone, self.language))
        await self.press(self.ui("button.age16" if adult else "button.age_u16"))
        await self.press(self.ui("button.agree" if adult else "button.agree_minor"))

    async def begin(self, *, zone: str = "Europe/London", adult: bool = True) -> None:
        await self.meet(zone=zone, adult=adult)
        await self.press(self.ui("button.check"))

    async def tick(self, *labels: str) -> None:
        """Tick these lines and press Done."""
        for label in labels:
            await self.press(label)
        await self.press(self.ui("button.done", count=len(labels)))

    async def answer(self, *options: str) -> None:
        """Answer the open question by option ids."""
        question = self.world.pack.questions[self.asked or ""]
        labels = [self.label(question.id, option) for option in options]
        if question.multiple and not set(options) <= question.alone:
            await self.tick(*labels)
        else:
            await self.press(labels[0])

    async def answers(self, given: Answers, *, until: str | None = None) -> list[str]:
        """Answer whatever is asked, until nothing is (or this question is); the questions that were asked."""
        asked: list[str] = []
        while (question := self.asked) is not None and question != until:
            assert len(asked) < LONGEST_WALK, f"{question} is asked again and again"
            asked.append(question)
            await self.answer(*given[question])
        return asked

    # --- seeing -------------------------------------------------------------------------------------------------------

    @property
    def messages(self) -> list[SimMessage]:
        return self.world.telegram.chat(self.user_id)

    @property
    def from_bot(self) -> list[SimMessage]:
        return [message for message in self.messages if message.from_bot]

    @property
    def last(self) -> SimMessage:
        return self.from_bot[-1]

    @property
    def asked(self) -> str | None:
        """The id of the question on the newest open card, if one is open."""
        cards = self.world.house.database.run_now(_open_cards, self.user_id)
        return cards[max(cards)] if cards else None

    def ui(self, key: str, **values: object) -> str:
        """The bot's own words in the person's language."""
        return words.say(self.language, key, **values)

    def label(self, question: str, option: str) -> str:
        """What the button of an option says."""
        options = self.world.words_in(self.language)["questions"][question].get("options", {})
        return str(options[option]["label"]) if option in options else option

    def clock(self, zone: str = "Europe/London") -> str:
        """What the clocks there show now."""
        return self.world.clock.now().astimezone(ZoneInfo(zone)).strftime("%H:%M")

    def settle_on(self, **settings: bool) -> None:
        """What stands in the person's settings from here on: `scale`, `simple`."""
        self.world.house.database.run_now(_set, self.user_id, settings)

    def state(self) -> list[Any]:
        """Everything that is stored about this person and their checks, but not what was said."""
        return self.world.house.database.run_now(_stored, self.user_id)

    def export(self) -> dict[str, Any]:
        """What `stridecheck export` gives."""
        return self.world.house.database.run_now(export.export, self.user_id) or {}

    def labels(self, message: SimMessage | None = None) -> list[str]:
        """The buttons of a message (the last one), tick boxes taken off."""
        return [button.text.lstrip("☐☑ ") for row in (message or self.last).keyboard for button in row]

    def find(self, label: str) -> tuple[SimMessage, str]:
        """The newest message with such a button, and the button's data. A label may end in "…"."""
        for message in reversed(self.from_bot):
            for row in message.keyboard:
                for button in row:
                    if button.data is not None and _is_called(button.text.lstrip("☐☑ "), label):
                        return message, button.data
        raise AssertionError(f"no button {label!r}; the last message is:\n{self.last.text}\n{self.labels()}")

    def reads(self, *words: str) -> None:
        """The last message of the bot says all of this."""
        for each in words:
            assert each in self.last.text, f"{each!r} is not in:\n{self.last.text}\n{self.labels()}"

    def has_read(self, words: str) -> bool:
        """Did any message in the chat say this?"""
        return any(words in message.text for message in self.from_bot)

    def count(self, matches: Callable[[SimMessage], bool]) -> int:
        return sum(map(matches, self.from_bot))

    @property
    def toast(self) -> str | None:
        """The newest answer to a press of this person."""
        mine = [answer for answer in self.world.telegram.answers if answer.user_id == self.user_id]
        return mine[-1].text if mine else None

    def transcript(self) -> str:
        """The chat as a text, to read aloud."""
        return "\n\n".join(message.transcript() for message in self.messages)


def _is_called(text: str, label: str) -> bool:
    return text.startswith(label[:-1]) if label.endswith("…") else text == label


def _beginning(start: datetime) -> Past:
    clock = HandClock(start)
    return clock, Telegram(now=clock.now)


def _unsent(session: Session) -> list[tuple[str, str | None]]:
    """What should have gone out by now, or never will."""
    query = select(OutboxRow.kind, OutboxRow.error).where(OutboxRow.state.in_(("waiting", "sending", "dead")))
    return [(kind, error) for kind, error in session.execute(query)]


def _open_cards(session: Session, telegram_id: int) -> dict[int, str]:
    """The messages on which a question is open."""
    query = select(EpisodeRow).join(PersonRow).where(PersonRow.mark == people.mark(session, telegram_id))
    rows = [row for row in session.scalars(query) if row.data["question"] and row.state != "closed"]
    return {row.card_message_id or 0: row.data["question"] for row in rows}


def _set(session: Session, telegram_id: int, settings: Mapping[str, bool]) -> None:
    person = people.find(session, telegram_id)
    for name, value in settings.items():
        setattr(person, name, value)


def _stored(session: Session, telegram_id: int) -> list[Any]:
    person = people.find(session, telegram_id)
    assert person is not None
    episodes = session.scalars(select(EpisodeRow).where(EpisodeRow.person_id == person.id).order_by(EpisodeRow.id))
    rows = session.scalars(select(FollowUpRow).where(FollowUpRow.person_id == person.id).order_by(FollowUpRow.id))
    return [
        (person.zone, person.country, person.minor, person.setup, person.turn, person.consent_at, person.blocked_at),
        [(row.id, row.state, row.level, row.data) for row in episodes],
        [(row.key, row.due_at, row.state, row.sent_at, row.answer) for row in rows],
        person.language,
        [(run.at, run.data) for run in session.scalars(select(RunRow).where(RunRow.person_id == person.id))],
    ]
