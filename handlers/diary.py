"""The person's diary: runs, what was told in checks and check-ins, icing rounds, and what was advised."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from content import diary
from content.episode import Episode, Json, Say
from handlers.visit import Visit
from storage import episodes, runs
from storage.tables import EpisodeRow

Told = list[tuple[EpisodeRow, Episode]]


def asked(visit: Visit, payload: str) -> None:
    """The picture, as a new message; the command may name the days."""
    pressed(visit, payload)


def pressed(visit: Visit, value: str) -> None:
    """The picture over so many days; without a number over as many as fit."""
    wanted = int(value) if value in {str(days) for days in diary.WINDOWS_DAYS} else None
    visit.post_once(_diary(visit, wanted), f"diary{wanted or ''}")


def told(visit: Visit) -> Told:
    """The person's checks that have a result, oldest first."""
    rows = [row for row in episodes.all_of(visit.session, visit.row.id) if row.level is not None]
    return [(row, episodes.read(row.data)) for row in rows]


def places(visit: Visit, told: Told) -> tuple[str, ...]:
    """Where it was in the last check, in the order of the live pack."""
    ticked = told[-1][1].answers.get(diary.WHERE, frozenset()) if told else frozenset[str]()
    return tuple(each for each in diary.places(visit.packs.live[1]) if each in ticked)


def standing(visit: Visit, told: Told) -> str | None:
    """The level of the check that is followed, where somebody is to be seen soon; None where running may go on."""
    levels = visit.packs.live[1].levels
    following = [row.level for row, _ in told if row.state == "following" and row.level in levels]
    urgent = [each for each in following if each and not levels[each].routine]
    return min(urgent, key=lambda each: levels[each].rank, default=None)


def _diary(visit: Visit, wanted: int | None) -> Say:
    """Everything that the picture shows, within its days on the person's own clock."""
    checks = told(visit)
    logged = [runs.read(row) for row in runs.all_of(visit.session, visit.row.id)]
    points = [(each.at, each.score) for each in logged]
    points += [each for _, episode in checks for each in diary.scores(episode.history)]
    advised = [each for _, episode in checks for each in diary.advice(episode.history, episode)]
    moments = [at for at, _ in (*points, *advised)]
    if not moments:
        return Say("diary_empty", visit.around())
    days = diary.window(moments, visit.now, wanted)
    since = _since(visit, moments, days)
    values: dict[str, Json] = {
        **visit.around(),
        "since": since.isoformat(),
        "until": visit.now.isoformat(),
        "words": not visit.row.scale,
        "points": [[at.isoformat(), score] for at, score in sorted(points) if at >= since],
        "runs": [each.at.isoformat() for each in logged if each.at >= since],
        "ice": [at for _, episode in checks for at in episode.iced_at if datetime.fromisoformat(at) >= since],
        "advice": [[at.isoformat(), level] for at, level in sorted(advised) if at >= since],
        "others": _others(moments, visit.now, days),
    }
    return Say("diary", values)


def _since(visit: Visit, moments: list[datetime], days: int) -> datetime:
    """Midnight, on the person's clock, of the first day shown: never fewer days than two weeks, never empty ones."""
    zone = ZoneInfo(visit.row.zone or "UTC")
    today = visit.now.astimezone(zone).date()
    shown = [day for at in moments if (day := at.astimezone(zone).date()) > today - timedelta(days=days)]
    first = min([today - timedelta(days=diary.WINDOWS_DAYS[0] - 1), *shown])
    return datetime(first.year, first.month, first.day, tzinfo=zone)


def _others(moments: list[datetime], now: datetime, days: int) -> list[Json]:
    """The other lengths that would show something else."""
    counts = {each: sum(now - at < timedelta(days=each) for at in moments) for each in diary.WINDOWS_DAYS}
    distinct = {counts[each]: each for each in reversed(diary.WINDOWS_DAYS)}
    return [each for count, each in sorted(distinct.items()) if count and count != counts[days]]
