"""A check as somebody looks back on it: what it was about, how it went, and what happened in it. Ids, no words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from content.episode import Episode, Json
from content.pack import Answers, Pack

Pair = tuple[str, str]

ENDS = frozenset({"resolved", "seen", "advised", "silent", "stopped", "replaced"})
SO_FAR = frozenset({"resolved", "better", "same", "worse"})


def about(pack: Pack, answers: Answers) -> tuple[Pair, ...]:
    """What the person ticked of the questions that tell in short what it is about; else their red flags."""
    gates = [each.id for each in pack.questions.values() if each.kind == "gate"]
    return _ticked(pack, answers, pack.about) or _ticked(pack, answers, gates)


def _ticked(pack: Pack, answers: Answers, questions: Iterable[str]) -> tuple[Pair, ...]:
    return tuple(
        (name, option)
        for name in questions
        for option in pack.questions[name].option_ids
        if option in answers.get(name, ()) and option not in pack.questions[name].alone
    )


def went(episode: Episode) -> str:
    """How it went, in one word: "asking", "left" before a result, how it ended, or so far ("so_far_better")."""
    if episode.level is None:
        return "asking" if episode.state == "asking" else "left"
    if episode.state == "closed":
        return episode.ended if episode.ended in ENDS else "closed"
    said = [entry.word for entry in episode.history if entry.word]
    return f"so_far_{said[-1]}" if said and said[-1] in SO_FAR else "following"


def course(episode: Episode) -> list[list[Json]]:
    """What happened, in order: [when (ISO), "told" | "check" | "danger" | "ice", word, score, level if it changed]."""
    level, lines = None, list[list[Json]]()
    for entry in episode.history:
        kind = "told" if not entry.word else "danger" if entry.word == "danger" else "check"
        lines.append([entry.at, kind, entry.word, entry.score, entry.level if entry.level != level else None])
        level = entry.level
    return sorted([*lines, *_iced(episode)], key=lambda line: datetime.fromisoformat(str(line[0])))


def _iced(episode: Episode) -> list[list[Json]]:
    """The first round of each day on which ice was put on, on the person's clock."""
    days: dict[date, str] = {}
    for at in episode.iced_at:
        days.setdefault(datetime.fromisoformat(at).astimezone(ZoneInfo(episode.zone)).date(), at)
    return [[at, "ice", "", None, None] for at in days.values()]
