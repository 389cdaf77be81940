"""Summary -> Page: the words of the doctor's page in one language. How it lies on paper is bot/pdf.py's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from content.episode import Back, Entry
from content.summary import Given, Pair, Summary
from handlers.voice import Voice

MOST_ENTRIES, MOST_STEPS, MOST_CAUSES, MOST_REASONS = 7, 6, 4, 6
BETWEEN = " · "


@dataclass(frozen=True, slots=True)
class Row:
    """A name and what there is to say of it. `strong`: not to be overlooked; `quiet`: to be found when looked for."""

    name: str
    text: str
    strong: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under a title."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """How strong it was at a moment, and the day as the axis says it. `of_run`: logged in the diary."""

    at: datetime
    day: str
    score: int
    of_run: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Everything that stands on the page, in the order in which it is read."""

    language: str
    title: str
    about: str
    made: str
    notice: str
    blanks: tuple[str, str]
    headline: str
    under_headline: str
    flags: Section
    story: Section
    course: Section
    points: tuple[Point, ...]
    points_title: str
    check: Section
    advice: Section
    footer: str


def page(voice: Voice, summary: Summary) -> Page:
    """The page in the voice's language. Dates are on the person's clock."""
    return Page(
        language=voice.language,
        title=voice.ui("page.title"),
        about=voice.text("name"),
        made=voice.ui("page.made", day=voice.day(summary.made_at)),
        notice=voice.ui("page.notice"),
        blanks=(voice.ui("page.name"), voice.ui("page.birth")),
        headline=_headline(voice, summary),
        under_headline=BETWEEN.join(_under_headline(voice, summary)),
        flags=Section(voice.ui("page.flags", day=voice.day(summary.flags_at)), tuple(_flags(voice, summary))),
        story=Section(voice.ui("page.story"), tuple(_story(voice, summary))),
        course=Section(voice.ui("page.course"), tuple(_course(voice, summary))),
        points=tuple(_points(voice, summary)),
        points_title=voice.ui("page.strength_and_runs" if summary.runs else "page.strength"),
        check=_check(voice, summary),
        advice=Section(voice.ui("page.advice"), tuple(_advice(voice, summary))),
        footer=_footer(voice),
    )


def _headline(voice: Voice, summary: Summary) -> str:
    """The level, and by when; at the mildest there is no "by when"."""
    name, limit = voice.text("levels", summary.level, "name"), voice.text("levels", summary.level, "limit")
    advised = voice.ui("page.advised", level=name)
    return advised if summary.level == voice.pack.mildest else f"{advised}. {limit}"


def _under_headline(voice: Voice, summary: Summary) -> Iterator[str]:
    since = [ticked for question, ticked in summary.given if question == voice.pack.since]
    if since:
        yield voice.ui("page.since", since=voice.line(voice.pack.since or "", since[0][0]))
    yield voice.ui("page.first", day=voice.day(summary.started_at))
    place = voice.pack.levels[summary.level].rank + 1
    yield voice.ui("page.level", place=place, levels=len(voice.pack.levels))
    if summary.began != summary.level:
        yield voice.ui("page.was", level=voice.text("levels", summary.began, "name"))


def _flags(voice: Voice, summary: Summary) -> Iterator[Row]:
    """What was ticked stands first, in full; what was denied last, in one quiet line."""
    flags = summary.flags
    for question, option in flags.present:
        yield Row(voice.ui("page.present"), voice.line(question, option), strong=True)
    if flags.unsure:
        yield Row(voice.ui("page.unsure"), _labels(voice, flags.unsure), strong=True)
    if not flags.present and not flags.unsure:
        yield Row("", voice.ui("page.no_flag"))
    if flags.unasked:
        yield Row(voice.ui("page.unasked"), _labels(voice, flags.unasked))
    if flags.denied:
        yield Row(voice.ui("page.denied"), _labels(voice, flags.denied), quiet=True)


def _labels(voice: Voice, pairs: Iterable[Pair]) -> str:
    return BETWEEN.join(voice.label(question, option) for question, option in pairs)


def _story(voice: Voice, summary: Summary) -> Iterator[Row]:
    """What was told at first; below the background what was denied of it. That it came back stands in front."""
    if summary.back is not None:
        yield Row(voice.ui("page.back"), BETWEEN.join(_came_back(voice, summary.back)), strong=True)
    for question, ticked in summary.given:
        yield from _told(voice, ((question, ticked),))
        if question == voice.pack.background and summary.background_denied:
            yield Row(voice.ui("page.denied"), _labels(voice, summary.background_denied), quiet=True)


def _came_back(voice: Voice, back: Back) -> Iterator[str]:
    """When the last check was, what it was told, and which time this is."""
    yield voice.ui("page.back_last", day=voice.day(datetime.fromisoformat(back.at)))
    if back.level is not None:
        cause = voice.text("causes", back.cause, "name") if back.cause else ""
        level = "; ".join(filter(None, [voice.text("levels", back.level, "name"), cause]))
        yield voice.ui("page.back_told", level=level)
    if voice.pack.recall is not None and back.times > 1:
        yield voice.ui("page.back_times", times=back.times, days=voice.pack.recall.within.days)


def _told(voice: Voice, given: Given) -> Iterator[Row]:
    for question, ticked in given:
        name = voice.text("questions", question, "brief") or voice.text("questions", question, "ask")
        if voice.pack.questions[question].kind == "scale":
            yield Row(name, _scale(voice, question, ticked[0]))
        else:
            yield Row(name, "; ".join(voice.line(question, option) for option in ticked))


def _scale(voice: Voice, question: str, option: str) -> str:
    return f"{option} / 10" if option.isdigit() else voice.line(question, option)


def _course(voice: Voice, summary: Summary) -> Iterator[Row]:
    """The newest check-ins, each with its day; what changed the urgency says so."""
    entries = summary.history
    shown = entries if len(entries) <= MOST_ENTRIES else (entries[0], *entries[1 - MOST_ENTRIES :])
    before = summary.began
    for place, entry in enumerate(shown):
        if place == 1 and len(shown) < len(entries):
            yield Row("", voice.ui("page.earlier", count=len(entries) - len(shown)), quiet=True)
            before = entries[-MOST_ENTRIES].level
        yield Row(_moment(voice, entry), _entry(voice, entry, before))
        before = entry.level
    if len(entries) < 2:
        yield Row("", voice.ui("page.no_history"), quiet=True)


def _moment(voice: Voice, entry: Entry) -> str:
    return f"{voice.short_day(datetime.fromisoformat(entry.at))}, {voice.clock(entry.at)}"


def _entry(voice: Voice, entry: Entry, before: str) -> str:
    what = voice.ui(f"doctor.word.{entry.word}") if entry.word else voice.ui("doctor.first")
    strength = voice.strength(entry.score, in_words=entry.in_words)
    level = voice.text("levels", entry.level, "name")
    moved = f"; {voice.ui('page.moved', level=level)}" if entry.level != before else ""
    return f"{_visit(voice, entry, what + strength)}{moved}"


def _visit(voice: Voice, entry: Entry, what: str) -> str:
    """What the person told of being seen; where they were not asked how it is, nothing else is said."""
    if not entry.told:
        return what
    question, _, option = entry.told.partition(".")
    visit = voice.ui("page.visit", told=voice.line(question, option))
    return visit if entry.word == "same" and entry.score is None else f"{what}; {visit}"


def _points(voice: Voice, summary: Summary) -> Iterator[Point]:
    told = [(at, score, False) for at, score in summary.scores]
    told += [(at, score, True) for at, score in summary.runs]
    for at, score, of_run in sorted(told):
        moment = datetime.fromisoformat(at)
        yield Point(moment, voice.short_day(moment), score, of_run)


def _check(voice: Voice, summary: Summary) -> Section:
    """The newest check-in's answers; a danger sign that came with it stands among the danger signs."""
    at = datetime.fromisoformat(summary.history[-1].at) if summary.check else summary.made_at
    return Section(voice.ui("page.check", day=voice.short_day(at)), tuple(_told(voice, summary.check)))


def _advice(voice: Voice, summary: Summary) -> Iterator[Row]:
    yield Row(voice.ui("page.may_be"), _causes(voice, summary))
    if summary.whom:
        yield Row(voice.ui("page.see"), voice.whom(summary.whom))
    if summary.steps:
        yield Row(voice.ui("page.steps"), " ".join(voice.advice(summary.steps[:MOST_STEPS])))
    if summary.iced:
        yield Row(voice.ui("page.tried"), voice.ui("page.iced"))
    if summary.reasons:
        yield Row(voice.ui("page.because"), "; ".join(voice.answer(*pair) for pair in summary.reasons[:MOST_REASONS]))
    yield Row(voice.ui("page.rules"), _rules(voice, summary))


def _causes(voice: Voice, summary: Summary) -> str:
    names = [voice.text("causes", each.cause, "name") for each in summary.causes[:MOST_CAUSES]]
    return "; ".join(names) or voice.ui("page.unclear")


def _rules(voice: Voice, summary: Summary) -> str:
    fired = [f"{rule} ({level})" if level else rule for rule, level in summary.rules]
    key = "page.back_raised" if summary.raised_by_return else "page.raised"
    raised = [voice.ui(key)] if summary.raised else []
    return ", ".join([*(fired or [voice.ui("page.points")]), *raised])


def _footer(voice: Voice) -> str:
    pack, review = voice.pack, voice.pack.review
    reviewed = voice.ui("page.reviewed", by=review.by, on=review.on) if review else voice.ui("page.not_reviewed")
    version = voice.ui("page.version", pack=pack.id, version=pack.version, digest=pack.digest[:12])
    return f"Stride Check. {version} {reviewed}"
