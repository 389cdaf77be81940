"""Not every walk begins at /start: some people are known already, and some have just been told an outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from ruamel.yaml import YAML
from sqlalchemy.orm import Session

from content import buttons
from content.conditions import NOT_SURE
from content.decide import decide, start
from content.episode import Episode, Pressed, Started
from content.pack import Pack
from content.person import CONSENT_VERSION, Person
from content.shipped import PACKS
from handlers.record import Reply, record
from storage import episodes, outbox, people
from storage.packs import Packs
from storage.tables import PersonRow

ZONES = ("Europe/Vienna", "America/New_York", "Asia/Kolkata", "Pacific/Auckland")
Answers = Mapping[str, Sequence[str]]


def vignettes() -> list[tuple[str, Answers]]:
    """What each vignette must name, and its answers."""
    document = YAML(typ="safe").load(PACKS / "leg-tingling" / "vignettes.yaml")
    return [(each["must_name"], each["answers"]) for each in document["vignettes"]]


def have_met(session: Session, telegram_ids: Sequence[int], now: datetime) -> None:
    """These people went through their first meeting on another day."""
    for number, telegram_id in enumerate(telegram_ids):
        person = Person("en", ZONES[number % len(ZONES)], minor=False, setup="ready", consent_version=CONSENT_VERSION)
        people.add(session, telegram_id, person, now).consent_at = now


def have_an_outcome(session: Session, packs: Packs, answers: Mapping[int, Answers], now: datetime) -> None:
    """These people have just answered everything as a vignette does: by the same events, without the chat."""
    pack_id, pack = packs.live
    for telegram_id, given in answers.items():
        person = people.find(session, telegram_id)
        assert person is not None
        _answer_all(session, packs, person, pack_id, pack, given, now)


def _answer_all(
    session: Session, packs: Packs, person: PersonRow, pack_id: int, pack: Pack, given: Answers, now: datetime
) -> None:
    episode = start(pack, person.zone or "UTC", minor=bool(person.minor))
    row = episodes.add(session, person.id, pack_id, episode, now)
    episodes.remember(session, row.id, Started(), now)
    while episode.state == "asking":
        for option in _presses(pack, episode, given):
            event = Pressed(episode.turn, option)
            episodes.remember(session, row.id, event, now)
            decision = decide(pack, episode, event, now)
            episode = decision.episode
    record(session, packs, person, row, decision, Reply(lane=outbox.REPLY), now)


def _presses(pack: Pack, episode: Episode, given: Answers) -> Iterator[str]:
    question = pack.questions[episode.question or ""]
    options = given.get(question.id, (NOT_SURE,))
    if question.kind == "scale":
        yield f"{buttons.PICK}5"
    elif NOT_SURE in options:
        yield buttons.UNSURE
    elif not question.multiple or set(options) <= question.alone:
        yield f"{buttons.PICK}{options[0]}"
    else:
        yield from (f"{buttons.TICK}{option}" for option in options)
        yield buttons.DONE
