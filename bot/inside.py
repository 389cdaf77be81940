"""What the chat page may show of the bot's inside: the open question, rules that fired, what is planned, what waits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from content import flow, words
from content.assess import Known, assess, fired_rules
from content.conditions import holds, support
from content.episode import Episode
from content.hours import HOUR_MIN, Hours
from content.pack import Pack, Rule
from handlers.voice import Voice
from storage import episodes, follow_ups, people
from storage.packs import Packs
from storage.tables import EpisodeRow, OutboxRow, PersonRow

Json = dict[str, Any]
NEWEST = 12


def sections(session: Session, packs: Packs, telegram_id: int, now: datetime) -> Json:
    """Titled lists of rows {"name", "text", "note", "link"} about one person."""
    person = people.find(session, telegram_id)
    if person is None:
        return {"sections": [_section("Current question", (), "The bot has not met this person yet.")]}
    rows = episodes.all_of(session, person.id)
    found = _episode(session, packs, person, rows[-1], now) if rows else [_met(person)]
    planned = _planned(session, packs, person, rows, now)
    return {"sections": [*found, planned, _outbox(session, person)]}


def zones(session: Session) -> Json:
    """Each person's zone and quiet hours, as far as the bot knows them."""
    rows = session.scalars(select(PersonRow).where(PersonRow.zone.is_not(None)))
    return {str(row.telegram_id): _clock(people.hours(row.zone, row.quiet_from, row.quiet_until)) for row in rows}


def _clock(hours: Hours) -> Json:
    since, until = (f"{minute // HOUR_MIN:02}:{minute % HOUR_MIN:02}" for minute in hours.quiet)
    return {"zone": hours.zone, "quiet_from": since, "quiet_until": until}


def planned(session: Session, packs: Packs, now: datetime) -> list[Json]:
    """What is planned for whom, earliest first."""
    voice = Voice(words.FIRST, packs.live[1], now)
    return [
        {"title": voice.step(row.key), "due_at": row.due_at.isoformat(), "person_id": telegram_id}
        for telegram_id, row in follow_ups.planned_for_all(session)
    ]


def _section(title: str, rows: Iterable[Json], empty: str) -> Json:
    return {"title": title, "rows": list(rows), "empty": empty}


def _row(name: str, text: str, note: str = "", link: str | None = None) -> Json:
    return {"name": name, "text": text, "note": note, "link": link}


def _met(person: PersonRow) -> Json:
    return _section("Current question", [_row("first meeting", person.setup)], "")


def _episode(session: Session, packs: Packs, person: PersonRow, row: EpisodeRow, now: datetime) -> list[Json]:
    pack, episode = packs.load(session, row.pack_id), episodes.read(row.data)
    voice = Voice(words.FIRST, pack, now, person.zone, person.country)
    return [
        _section("Current question", _question(voice, episode), "Nothing is being asked."),
        _section("Rules that fired", _rules(voice, episode), "None: points decide."),
        _section("Sources", _sources(pack, episode), "They come with the result."),
        _section("Answers", _answers(voice, episode), "No answer yet."),
    ]


def _question(voice: Voice, episode: Episode) -> Iterable[Json]:
    if episode.level:
        yield _row(episode.level, "level", f"plan {episode.plan}" if episode.plan else "")
    if episode.question is not None:
        ticked = ", ".join(sorted(episode.ticked))
        text = voice.text("questions", episode.question, "ask")
        yield _row(episode.question, text, f"ticked so far: {ticked}" if ticked else f"form {episode.form}")


def _answers(voice: Voice, episode: Episode) -> Iterable[Json]:
    for source in (episode.answers, episode.check):
        for question in (each for each in voice.pack.questions if each in source):
            options = sorted(source[question])
            said = ", ".join(voice.answer(question, option) for option in options)
            yield _row(question, said, f"= {', '.join(options)}")


def _known(pack: Pack, episode: Episode) -> Known:
    still_open = flow.open_questions(pack, episode) if episode.question else frozenset[str]()
    return Known(pack, {**flow.facts(pack, episode), **episode.answers}, still_open)


def _rules(voice: Voice, episode: Episode) -> Iterable[Json]:
    known = _known(voice.pack, episode)
    for rule, level in fired_rules(voice.pack, known):
        why = [voice.answer(*pair) for pair in sorted(_why(rule, known))]
        because = f"because: {'; '.join(why)}" if why else ""
        cited = _cited(voice.pack, rule.names)
        note = ". ".join(part for part in (because, f"sources {', '.join(cited)}" if cited else "") if part)
        yield _row(rule.id, f"at least {level}", note)


def _why(rule: Rule, known: Known) -> frozenset[tuple[str, str]]:
    floor = next(floor for floor in rule.floors if holds(floor.when, known))
    return frozenset(pair for pair in support(floor.when, known) if pair[0] in known.pack.questions)


def _cited(pack: Pack, causes: Iterable[str]) -> list[str]:
    found = {source for cause in causes for ids in pack.causes[cause].sources.values() for source in ids}
    return sorted(found)


def _sources(pack: Pack, episode: Episode) -> Iterable[Json]:
    if episode.level is None:
        return
    outcome = assess(pack, {**flow.facts(pack, episode), **episode.answers})
    for source_id in _cited(pack, [each.cause for each in outcome.causes]):
        source = pack.sources[source_id]
        address = source.at.partition(" ;")[0].strip()
        yield _row(source_id, source.title, source.at, f"https://{address}" if "." in address else None)


def _planned(session: Session, packs: Packs, person: PersonRow, rows: Iterable[EpisodeRow], now: datetime) -> Json:
    found = []
    for row in rows:
        voice = Voice(words.FIRST, packs.load(session, row.pack_id), now, person.zone, person.country)
        for each in follow_ups.of_episode(session, row.id):
            urgent = ", urgent" if each.urgent else ""
            found.append(_row(each.key, voice.when(each.due_at.isoformat()), f"{each.state}{urgent}"))
    return _section("Follow-ups", found[-2 * NEWEST :], "Nothing is planned.")


def _outbox(session: Session, person: PersonRow) -> Json:
    query = select(OutboxRow).where(OutboxRow.person_id == person.id).order_by(OutboxRow.id.desc()).limit(NEWEST)
    rows = [
        _row(f"{row.id} {row.kind}", row.state, f"tried {row.attempts} times" if row.attempts != 1 else "")
        for row in session.scalars(query)
    ]
    return _section("Outbox", rows, "Empty: Telegram has everything.")
