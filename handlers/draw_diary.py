"""The diary as one picture, and as sentences that say the same for those who cannot see it."""

from __future__ import annotations

from datetime import datetime, timedelta

from content import diary
from content.strength import PHRASES
from handlers import draw_people, draw_run_log
from handlers.charts import Mark, Timeline
from handlers.draw_run_log import strength
from handlers.screens import Draw, Key, Screen, Stage, Values, bold, join, plain, section
from handlers.voice import Voice

MOST_TICKS = 5
MOST_ADVICE = 4
STEPS_DAYS = (1, 3, 7, 14, 28, 56, 91)
Point = tuple[datetime, int]


def shown(stage: Stage, values: Values) -> Screen:
    """The picture with its caption; the words alone when there is no strength and no run to draw."""
    voice = stage.voice
    points = [(_moment(voice, at), score) for at, score in values["points"]]
    named = [(at, level) for at, level in values["advice"] if voice.text("levels", level, "name")]
    advised = [(_moment(voice, at), level) for at, level in named[-MOST_ADVICE:]]
    since, until = _moment(voice, values["since"]), _moment(voice, values["until"])
    title = voice.ui("diary.title", first=voice.short_day(since), last=voice.short_day(until))
    told = " ".join([_ran(voice, values, since), *_felt(voice, points, words=values["words"]), *_iced(voice, values)])
    listed = section(voice.ui("diary.advice"), [_advised(voice, at, level) for at, level in advised])
    text = join(bold(title), plain(told), listed)
    drawn = _timeline(stage, values, title, points, advised) if points else None
    return Screen(text, tuple(_rows(stage, values)), chart=drawn)


def _moment(voice: Voice, iso: str) -> datetime:
    return voice.local(datetime.fromisoformat(iso))


def _rows(stage: Stage, values: Values) -> list[tuple[Key, ...]]:
    lengths = [stage.own(f"button.diary.{days}", "diary", str(days)) for days in values["others"]]
    rows = [(draw_run_log.key(stage),), *([tuple(lengths)] if lengths else [])]
    return [*rows, *draw_people.back_to_question(stage, values)]


# --- in words --------------------------------------------------------------------------------------------------------


def _ran(voice: Voice, values: Values, since: datetime) -> str:
    days = (_moment(voice, values["until"]).date() - since.date()).days + 1
    count = len(values["runs"])
    return voice.ui("diary.ran" if count else "diary.no_run", days=days, count=count)


def _felt(voice: Voice, points: list[Point], *, words: bool) -> list[str]:
    """How strong at first and last, and at its strongest where that is neither."""
    if not points:
        return []
    first, last = points[0], points[-1]
    strongest = max(points, key=lambda each: each[1])
    if len(points) == 1:
        return [voice.ui("diary.once", strength=_strong(voice, first, words=words))]
    same_day = first[0].date() == last[0].date()
    told = [_strong(voice, each, words=words, timed=same_day) for each in (first, last)]
    found = [voice.ui("diary.from_to", first=told[0], last=told[1])]
    if strongest[1] > max(first[1], last[1]):
        found.append(voice.ui("diary.strongest", strength=_strong(voice, strongest, words=words)))
    return found


def _strong(voice: Voice, point: Point, *, words: bool, timed: bool = False) -> str:
    """ "6 of 10 on Monday 16 November"."""
    day = voice.when(point[0].isoformat()) if timed else _on(voice, point[0])
    return voice.ui("diary.strength", strength=strength(voice, point[1], words=words), day=day)


def _on(voice: Voice, moment: datetime) -> str:
    return _near(voice, moment) or voice.ui("diary.on", day=voice.long_day(moment))


def _near(voice: Voice, moment: datetime) -> str:
    days = (voice.local(voice.now).date() - moment.date()).days
    return voice.ui("diary.today" if days == 0 else "diary.yesterday") if days in {0, 1} else ""


def _iced(voice: Voice, values: Values) -> list[str]:
    count = len(values["ice"])
    return [voice.ui("diary.iced", count=count)] if count else []


def _advised(voice: Voice, at: datetime, level: str) -> str:
    day = _near(voice, at) or voice.long_day(at)
    return voice.ui("diary.advised", day=day, level=voice.text("levels", level, "name"))


# --- as a picture ----------------------------------------------------------------------------------------------------


def _timeline(
    stage: Stage, values: Values, title: str, points: list[Point], advised: list[tuple[datetime, str]]
) -> Timeline:
    voice, words = stage.voice, values["words"]
    since = _moment(voice, values["since"])
    until = _midnight(_moment(voice, values["until"])) + timedelta(days=1)
    rows = [
        (voice.ui(f"diary.row.{name}"), tuple(_moment(voice, at) for at in values[name])) for name in ("runs", "ice")
    ]
    named = [(score, voice.ui(f"strength.{word}")) for word, score in PHRASES.items()]
    return Timeline(
        title=f"{voice.ui('diary.chart')}\n{title}",
        since=since,
        until=until,
        top=diary.TOP,
        scale=tuple(named) if words else tuple((score, str(score)) for score in (0, diary.TOP // 2, diary.TOP)),
        points=tuple(points),
        days=_days(voice, since, until),
        rows=tuple(rows),
        notes=tuple(Mark(at, _note(voice, at, level)) for at, level in advised),
        numbered=not words,
    )


def _note(voice: Voice, at: datetime, level: str) -> str:
    return f"{voice.short_day(at)}: {voice.text('levels', level, 'name')}"


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _days(voice: Voice, since: datetime, until: datetime) -> tuple[Mark, ...]:
    """A few days on the axis, today among them, as far apart as they need."""
    whole = (until.date() - since.date()).days
    step = next((each for each in STEPS_DAYS if whole / each <= MOST_TICKS), STEPS_DAYS[-1])
    noon = since + timedelta(hours=12)
    shown = [noon + timedelta(days=day) for day in range((whole - 1) % step, whole, step)]
    return tuple(Mark(day, voice.short_day(day)) for day in shown)


def empty(stage: Stage, values: Values) -> Screen:
    """Nothing yet."""
    keys = ((draw_run_log.key(stage),), (stage.own("button.check", "check", style="primary"),))
    return Screen(plain(stage.voice.ui("diary.empty")), (*keys, *draw_people.back_to_question(stage, values)))


SCREENS: dict[str, Draw] = {"diary": shown, "diary_empty": empty}
