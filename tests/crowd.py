"""Two hundred people as they might be after two months: rows written straight, the same ones at each start."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from content.episode import TRIAGE, Entry, Episode
from content.pack import Pack
from content.person import Person, Setup
from storage import episodes, follow_ups, people
from storage.tables import FollowUpRow, PersonRow

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SETUPS: tuple[tuple[Setup, int], ...] = (("ready", 170), ("refused", 4), ("clock", 14), ("consent", 12))
# What they were told: level, leading cause, plan, and how many of a hundred.
TOLD = (
    ("L5", "neuroma", "FU-NEUROMA", 24),
    ("L5", "nerve_compress", "FU-PRESSURE", 26),
    ("L5", "cold_raynaud", "FU-COLD", 8),
    ("L5", "gait", "FU-GAIT", 7),
    ("L4", "cecs", "FU-CECS", 14),
    ("L4", "radiculopathy", "FU-SCIATICA", 9),
    ("L3", "stress_fx", "FU-SEEN", 6),
    ("L3", "neuropathy", "FU-SEEN", 3),
    ("L2", "dvt", "FU-SEEN", 2),
    ("L1", "ces_cord", "FU-CALLED", 1),
)
WORDS = {1: (5, 30, 50, 15), 3: (12, 38, 38, 12), 7: (25, 40, 25, 10), 14: (35, 38, 20, 7), 28: (50, 30, 15, 5)}
ASKED = ("g_life", "sym", "where", "ease", "score0")


def move_in(session: Session, pack_id: int, pack: Pack, now: datetime, *, seed: int = 7) -> None:
    """Everybody, over the sixty days before now."""
    luck = random.Random(seed)
    setups = [setup for setup, count in SETUPS for _ in range(count)]
    for number, setup in enumerate(setups):
        came_at = now - luck.random() * 60 * DAY - HOUR
        person = people.add(session, 5000 + number, Person("en", "Europe/Vienna", setup=setup), came_at)
        if setup == "ready":
            _check(session, pack_id, pack, person, came_at, now, luck)
    session.flush()


def _check(
    session: Session, pack_id: int, pack: Pack, person: PersonRow, at: datetime, now: datetime, luck: random.Random
) -> None:
    if luck.random() < 0.15:
        left_at = luck.choices(ASKED, (8, 3, 2, 3, 4))[0]
        episodes.add(session, person.id, pack_id, Episode("UTC", state="closed", ended="stopped", left_at=left_at), at)
        return
    level, cause, plan, _ = luck.choices(TOLD, [each[-1] for each in TOLD])[0]
    told = Episode("UTC", state="following", level=level, causes=(cause,), plan=plan)
    told = replace(told, history=(Entry(at.isoformat(), TRIAGE, "", 6, level),))
    row = episodes.add(session, person.id, pack_id, told, at)
    for step in pack.plans[plan].steps:
        due_at = at + step.after
        key, answers = f"{plan}/{step.id}", luck.random() < 0.88 - 0.012 * (step.after / DAY)
        sent = follow_ups.new(session, row, key)
        sent.due_at, sent.urgent, sent.expires_at, sent.state = due_at, False, due_at + step.expires, "planned"
        if due_at > now:
            continue
        sent.state, sent.sent_at = "sent", due_at
        if answers:
            told = _answered(told, sent, luck)
    episodes.save(row, told, now)


def _answered(told: Episode, sent: FollowUpRow, luck: random.Random) -> Episode:
    days = max(1, (sent.due_at - datetime.fromisoformat(told.history[0].at)) // DAY)
    chances = WORDS[max(day for day in WORDS if day <= days)]
    word = luck.choices(("resolved", "better", "same", "worse"), chances)[0]
    level = "L4" if word == "worse" and told.level == "L5" and luck.random() < 0.6 else told.level or ""
    sent.state, sent.answer = "answered", word
    answered_at = sent.due_at + timedelta(minutes=luck.lognormvariate(3.6, 1.6))
    entry = Entry(answered_at.isoformat(), sent.key, word, 4, level)
    return replace(told, level=level, history=(*told.history, entry))
