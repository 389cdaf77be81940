"""People for our own bot: each stands at the first question of a check, and has its card before them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from benchmarks.press.street import Person
from content.asking import question_say
from content.decide import start
from content.episode import Started
from content.load import pack_files, parse_pack
from content.pack import Pack
from content.shipped import FIRST_PACK
from handlers.screens import Screen, Stage, render
from handlers.voice import Voice
from storage import episodes, people, publications
from storage.database import Database
from storage.tables import PersonRow

FIRST_ID, CARD = 500_000, 1_000
LANGUAGES = ("en", "es")
ZONE = "Europe/Madrid"


def move_in(database: Database, many: int, now: datetime) -> dict[int, Person]:
    """So many people, every second one Spanish, by Telegram's number of them."""
    contents = pack_files(FIRST_PACK)
    pack = parse_pack(contents)
    return database.run_now(_move_in, pack, contents, many, now)


def _move_in(
    session: Session, pack: Pack, contents: Mapping[str, bytes], many: int, now: datetime
) -> dict[int, Person]:
    publications.ship(session, pack, contents, now)
    pack_id = publications.live_id(session) or 0
    return {each: _one(session, pack, pack_id, each, now) for each in range(FIRST_ID, FIRST_ID + many)}


def _one(session: Session, pack: Pack, pack_id: int, telegram_id: int, now: datetime) -> Person:
    language = LANGUAGES[telegram_id % len(LANGUAGES)]
    met = {"language": language, "zone": ZONE, "country": "ES", "setup": "ready", "turn": 1, "consent_version": "1"}
    row = PersonRow(mark=people.mark(session, telegram_id), telegram_id=telegram_id, created_at=now, seen_at=now, **met)
    session.add(row)
    session.flush()
    episode = start(pack, ZONE)
    check = episodes.add(session, row.id, pack_id, episode, now)
    check.card_message_id = CARD
    episodes.remember(session, check.id, Started(), now)
    say = question_say(pack, episode, new=True)
    screen = render(Stage(Voice(language, pack, now, ZONE, "ES"), check.id), say.kind, dict(say.values))
    return Person(telegram_id, language, CARD, screen.text, _keys(screen))


def _keys(screen: Screen) -> list[list[dict[str, str]]]:
    return [[{"text": key.label, "callback_data": key.data} for key in row] for row in screen.rows]


def strangers(many: int) -> dict[int, Person]:
    """People before an echo bot."""
    keys = [[{"text": f"Answer {n}", "callback_data": f"a:{n}"} for n in (row, row + 1)] for row in (1, 3, 5)]
    ids = range(FIRST_ID, FIRST_ID + many)
    return {each: Person(each, LANGUAGES[each % len(LANGUAGES)], CARD, "You pressed nothing yet", keys) for each in ids}
