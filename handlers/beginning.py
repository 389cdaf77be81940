"""A check begins: anew, or of a complaint that has come back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from content import recall
from content.decide import start
from content.episode import Back, Say, Started
from content.load import PackError
from content.pack import Answers, Pack
from handlers import trials
from handlers.visit import Visit
from storage import episodes
from storage.tables import EpisodeRow

DOUBLE_TAP = timedelta(minutes=1)


def pressed(visit: Visit, of: str = "") -> None:
    """A button that begins a check; pressed twice, it begins one. With a question open: go on there, or anew?"""
    row = visit.asking()
    if row is None:
        visit.post(Say("strip", where="edit"))
        begin(visit, of)
    elif visit.now - row.started_at < DOUBLE_TAP and row.data["turn"] == 1:
        visit.post()
    else:
        visit.post(Say("resume_or_anew", {"turn": visit.row.turn, "of": of}, where="edit"))


def begin(visit: Visit, of: str = "") -> None:
    """The first question of the live version. `of`: our number of the check that is back, as a button has it."""
    pack_id, pack = visit.packs.live
    trials.end(visit.session, visit.row)
    person = visit.person
    episode = start(pack, person.zone or "UTC", minor=bool(person.minor), quiet=person.quiet)
    row = episodes.add(visit.session, visit.row.id, pack_id, episode, visit.now)
    visit.happen(row, Started(back_of(visit, of, row.id)))


def told(visit: Visit, value: str) -> EpisodeRow | None:
    """The person's own check of that number, if it has come to a result; no trial is one."""
    row = episodes.of_person(visit.session, visit.row.id, int(value)) if value.isdigit() else None
    return row if row is not None and row.level is not None and not row.trial else None


def back_of(visit: Visit, value: str, but: int) -> Back | None:
    """What the newest check of the same complaint says; None when there is none, or it was of another pack."""
    if (chosen := told(visit, value)) is None:
        return None
    rows = [row for row in episodes.all_of(visit.session, visit.row.id) if row.id != but and row.level is not None]
    kin = [row for row in rows if first_of(row) == first_of(chosen)]
    last, live = kin[-1], visit.packs.live[1]
    if (old := readable(visit, last)) is None or old.id != live.id:
        return None
    newer = [episodes.read(row.data).answers for row in rows if row.id > last.id and row.pack_id == last.pack_id]
    counted = [row for row in kin if recall.is_recent(live, row.started_at, visit.now)]
    return _back(old, live, last, first_of(chosen), len(counted) + 1, newer)


def _back(old: Pack, live: Pack, last: EpisodeRow, first: int, times: int, newer: Iterable[Answers]) -> Back:
    episode = episodes.read(last.data)
    cause = next((each for each in episode.causes if each in live.causes), None)
    return Back(
        check=first,
        at=last.started_at.isoformat(),
        level=episode.level if episode.level in live.levels else None,
        cause=cause,
        times=times,
        known=recall.known(old, live, episode.answers, newer) if times > 1 else {},
    )


def first_of(row: EpisodeRow) -> int:
    """Our number of the first check of this complaint."""
    back = row.data.get("back")
    return int(back["check"]) if back else row.id


def readable(visit: Visit, row: EpisodeRow) -> Pack | None:
    """The version that a check was asked in; None for one that this program cannot read any more."""
    try:
        return visit.packs.load(visit.session, row.pack_id)
    except PackError:
        return None
