"""Summary -> plain JSON: every id with its words, for a clinic's own program. docs/summary.md lists the fields."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from content.episode import Back
from content.summary import Given, Pair, Summary
from handlers.voice import Voice

Json = dict[str, Any]
FORMAT, FORMAT_VERSION = "stridecheck-summary", 1


def document(voice: Voice, summary: Summary) -> Json:
    """The whole summary; ids as the pack has them, words in the voice's language, times in ISO 8601."""
    pack, flags = voice.pack, summary.flags
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "notice": voice.ui("page.notice"),
        "language": voice.language,
        "started_at": summary.started_at.isoformat(),
        "made_at": summary.made_at.isoformat(),
        "pack": {
            "id": pack.id,
            "version": pack.version,
            "digest": pack.digest,
            "review": asdict(pack.review) if pack.review else None,
        },
        "level": _level(voice, summary.level),
        "level_at_first": _level(voice, summary.began),
        "raised_by_check_ins": summary.raised and not summary.raised_by_return,
        "raised_by_return": summary.raised_by_return,
        "rules": [{"id": rule, "level": level or None} for rule, level in summary.rules],
        "reasons": _pairs(voice, summary.reasons),
        "danger_signs": {
            "present": _pairs(voice, flags.present),
            "denied": _pairs(voice, flags.denied),
            "not_sure": _pairs(voice, flags.unsure),
            "not_asked": _pairs(voice, flags.unasked),
        },
        "answers": _answers(voice, summary.given),
        "background_denied": _pairs(voice, summary.background_denied),
        "newest_check_in": _answers(voice, summary.check),
        "history": [{**asdict(entry), "word": entry.word or "first"} for entry in summary.history],
        "causes": [
            {"id": each.cause, "name": voice.text("causes", each.cause, "name"), "fit": each.fit}
            for each in summary.causes
        ],
        "see": [{"id": each, "text": voice.text("whom", each)} for each in summary.whom],
        "advised": [{"id": each, "text": voice.text("advice", each)} for each in summary.steps],
        "ice_rounds_begun": summary.iced,
        "ended": summary.ended,
        "came_back": _came_back(voice, summary.back) if summary.back else None,
    }


def _came_back(voice: Voice, back: Back) -> Json:
    return {
        "last_check_at": back.at,
        "told_then": _level(voice, back.level) if back.level else None,
        "cause_then": back.cause,
        "times": back.times,
    }


def _level(voice: Voice, level: str) -> Json:
    levels = voice.pack.levels
    return {
        "id": level,
        "name": voice.text("levels", level, "name"),
        "place": levels[level].rank + 1,
        "of": len(levels),
    }


def _pairs(voice: Voice, pairs: Iterable[Pair]) -> list[Json]:
    return [
        {"question": question, "option": option, "text": voice.line(question, option)} for question, option in pairs
    ]


def _answers(voice: Voice, given: Given) -> list[Json]:
    return [
        {
            "question": question,
            "asked": voice.text("questions", question, "ask"),
            "options": [{"id": option, "text": voice.line(question, option)} for option in ticked],
        }
        for question, ticked in given
    ]
