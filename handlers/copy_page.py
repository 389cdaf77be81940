"""Everything kept about a person -> what stands on their copy, in words rather than ids. How it lies on paper is
bot/copy_pdf.py's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape
from typing import Any

from content import places, words
from content.pack import Pack
from handlers import screens
from handlers.screens import Operator
from handlers.summary_page import Row, Section
from handlers.voice import Voice
from storage.follow_ups import is_check_in

Document = Mapping[str, Any]
TAG = re.compile("<[^>]*>")


@dataclass(frozen=True, slots=True)
class Copy:
    """Everything that stands on the pages, in the order in which it is read."""

    language: str
    title: str
    made: str
    notice: str
    sections: tuple[Section, ...]


def copy(voice: Voice, document: Document, packs: Mapping[int, Pack], operator: Operator) -> Copy:
    """The copy in the voice's language. `packs`: those of the checks, by the checks' numbers."""
    checks = [_check(replace(voice, pack=packs[each["id"]]), each) for each in reversed(document["episodes"])]
    none = Section(voice.ui("copy.checks"), (Row("", voice.ui("copy.no_check")),))
    runs = [_runs(voice, document["runs"])] if document["runs"] else []
    return Copy(
        language=voice.language,
        title=voice.ui("copy.title"),
        made=voice.ui("copy.made", when=voice.moment(voice.now)),
        notice=f"{screens.who_runs(voice, operator)}\n{voice.ui('copy.notice')}",
        sections=(_person(voice, document["user"]), *(checks or [none]), *runs, _messages(voice, document)),
    )


def _person(voice: Voice, user: Document) -> Section:
    return Section(voice.ui("copy.you"), tuple(Row(name, text) for name, text in _about(voice, user) if text))


def _about(voice: Voice, user: Document) -> Iterator[tuple[str, str]]:
    ui, consent = voice.ui, user["consent"]
    yes_no = {True: ui("copy.yes"), False: ui("copy.no"), None: ""}
    yield ui("copy.telegram"), str(user["id"])
    yield ui("copy.met"), _when(voice, user["created_at"])
    yield ui("copy.language"), words.name_of(user["language"])
    yield ui("copy.zone"), places.place_name(user["zone"], voice.language) if user["zone"] else ""
    yield ui("copy.country"), places.country_name(user["country"], voice.language) if user["country"] else ""
    yield ui("copy.under_16"), yes_no[user["under_16"]]
    yield ui("copy.agreed"), _agreed(voice, consent) if consent["at"] else ui("copy.no")
    yield ui("copy.news"), yes_no[user["news"]]
    yield ui("copy.quiet"), f"{user['quiet_from']} - {user['quiet_until']}" if user["quiet_from"] else ""
    yield ui("copy.scale"), yes_no[user["scale"]]
    yield ui("copy.simple"), yes_no[user["simple"]]
    yield ui("copy.paused"), _when(voice, user["paused_until"])
    yield ui("copy.blocked"), _when(voice, user["blocked_at"])


def _agreed(voice: Voice, consent: Document) -> str:
    spoken = words.name_in(consent["language"] or voice.language, voice.language)
    return voice.ui("copy.agreed_to", when=_when(voice, consent["at"]), version=consent["version"], other=spoken)


# --- a check ----------------------------------------------------------------------------------------------------------


def _check(voice: Voice, episode: Document) -> Section:
    title = voice.ui("copy.check", name=voice.text("name"), when=_when(voice, episode["started_at"]))
    rows = [*_result(voice, episode), *_answers(voice, episode), *_course(voice, episode), *_planned(voice, episode)]
    presses = sum(each["kind"] == "Pressed" for each in episode["events"])
    return Section(title, (*rows, Row(voice.ui("copy.also"), voice.ui("copy.presses", count=presses), quiet=True)))


def _result(voice: Voice, episode: Document) -> Iterator[Row]:
    yield Row(voice.ui("copy.state"), voice.ui(f"copy.is.{episode['state']}"))
    level = episode["level"]
    if level:
        told = f"{voice.text('levels', level, 'name')}. {voice.text('levels', level, 'limit')}"
        yield Row(voice.ui("copy.result"), told, strong=True)
    if episode["causes"]:
        names = [voice.text("causes", each, "name") for each in episode["causes"]]
        yield Row(voice.ui("copy.causes"), "; ".join(names))
    yield Row(voice.ui("copy.version"), episode["version"], quiet=True)


def _answers(voice: Voice, episode: Document) -> Iterator[Row]:
    """What was ticked, as the person read it; the questions in the order in which they are asked."""
    given, known = episode["answers"], voice.pack.questions
    for question in [*(each for each in known if each in given), *(each for each in given if each not in known)]:
        asked = voice.text("questions", question, "ask") or question
        yield Row(asked, "; ".join(_option(voice, question, each) for each in given[question]))


def _option(voice: Voice, question: str, option: str) -> str:
    return voice.line(question, option) or option


def _course(voice: Voice, episode: Document) -> Iterator[Row]:
    for entry in episode["history"]:
        what = voice.ui(f"doctor.word.{entry['word']}") if entry["word"] else voice.ui("doctor.first")
        strength = "" if entry["score"] is None else voice.ui("doctor.score", score=entry["score"])
        yield Row(_when(voice, entry["at"]), f"{what}{strength}")


def _planned(voice: Voice, episode: Document) -> Iterator[Row]:
    for each in episode["follow_ups"]:
        if is_check_in(each["key"]):
            text = voice.ui(f"copy.reminder.{each['state']}")
            yield Row(_when(voice, each["due_at"]), f"{voice.step(each['key'])}: {text}", quiet=True)


# --- the rest ---------------------------------------------------------------------------------------------------------


def _runs(voice: Voice, runs: list[Document]) -> Section:
    rows = [Row(_when(voice, each["at"]), _told(voice, each["data"])) for each in runs]
    return Section(voice.ui("copy.runs"), tuple(rows))


def _told(voice: Voice, run: Mapping[str, Any]) -> str:
    """How strong it was, and where; the rest is in the data."""
    strength = [voice.ui("answer.score", score=run["score"])] if run.get("score") is not None else []
    return "; ".join([*strength, *(_option(voice, "where", each) for each in run.get("places", ()))])


def _messages(voice: Voice, document: Document) -> Section:
    """How many there are; the words of those that came to many."""
    waiting = sum(each["state"] in {"waiting", "sending"} for each in document["messages"])
    counts = voice.ui("copy.messages_are", waiting=waiting, sent=len(document["messages"]) - waiting)
    told = [each for each in document["messages"] if each["broadcast"]]
    rows = [Row(_when(voice, each["sent_at"]), _news(voice, each["broadcast"]["words"])) for each in told]
    return Section(voice.ui("copy.messages"), (Row("", counts), *rows, Row("", voice.ui("copy.rest"), quiet=True)))


def _news(voice: Voice, said: Mapping[str, Mapping[str, Any]]) -> str:
    """What it said in their language, or in the one that stood in for it."""
    words_in = said.get(voice.language) or said[min(said)]
    return unescape(TAG.sub("", str(words_in.get("html", ""))))


def _when(voice: Voice, iso: str | None) -> str:
    return voice.moment(datetime.fromisoformat(iso)) if iso else ""
