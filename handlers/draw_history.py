"""Looking back: the list of somebody's checks, one of them from its beginning to its end, and what is still known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from content import buttons
from handlers import draw_summary
from handlers.callback import PersonPress, encode
from handlers.screens import Draw, Key, Screen, Stage, Values, bold, bullets, fit, grid, italic, join, plain, stop_row
from handlers.voice import Voice

BETWEEN = " · "
ACROSS = 2
MOST_LINES = 24


def history(stage: Stage, values: Values) -> Screen:
    """A page of checks, newest first, each in two short lines, with a button that opens it."""
    voice, items = stage.voice, values["items"]
    check = (stage.own("button.check", "check", style="primary"),)
    if not items:
        return Screen(plain(voice.ui("history.none")), (check,) if values["ready"] else ())
    numbered = list(enumerate(items, values["first"]))
    lines = [_in_short(stage.told_in(each["pack"]) if each["pack"] else voice, n, each) for n, each in numbered]
    keys = [_open_key(voice, number, each) for number, each in numbered if each["pack"] and each["level"]]
    hint = plain(voice.ui("history.open")) if keys else ""
    return Screen(fit([bold(voice.ui("history.title")), *lines, hint]), (*grid(keys, ACROSS), *_turning(stage, values)))


def _open_key(voice: Voice, number: int, item: dict[str, Any]) -> Key:
    label = f"{number}: {voice.short_day(datetime.fromisoformat(item['at']))}"
    return Key(label, encode(PersonPress(0, "story", str(item["id"]))))


def _turning(stage: Stage, values: Values) -> list[tuple[Key, ...]]:
    page = values["page"]
    newer = [stage.own("button.newer", "history", str(page - 1))] if page else []
    older = [stage.own("button.older", "history", str(page + 1))] if page < values["last"] else []
    return [(*newer, *older)] if newer or older else []


def _in_short(voice: Voice, number: int, item: dict[str, Any]) -> str:
    day = bold(f"{number}. {voice.day(datetime.fromisoformat(item['at']))}")
    if item["pack"] is None:
        return f"{day}\n{plain(voice.ui('history.old_version'))}"
    return f"{day} {plain(_about(voice, item))}\n{plain(_told(voice, item))}"


def _about(voice: Voice, item: dict[str, Any]) -> str:
    """In the person's words; the pack's name where nothing was told yet."""
    return BETWEEN.join(voice.label(*pair) for pair in item["about"]) or voice.text("name")


def _told(voice: Voice, item: dict[str, Any]) -> str:
    """ "Self-care: Morton's neuroma. Gone." """
    level = voice.text("levels", item["level"], "name") if item["level"] else ""
    cause = voice.text("causes", item["cause"], "name") if item["cause"] else ""
    what = f"{': '.join(filter(None, [level, cause]))}. " if level else ""
    return what + voice.ui(f"history.went.{item['went']}")


# --- one check --------------------------------------------------------------------------------------------------------


def story(stage: Stage, values: Values) -> Screen:
    """One check in order, and what can be done with it."""
    voice = stage.voice
    lines = [f"• {plain(_line(voice, line))}" for line in values["course"]][-MOST_LINES:]
    back = values["came_back"]
    text = join(
        f"{bold(voice.day(datetime.fromisoformat(values['at'])))}\n{plain(_about(voice, values))}",
        plain(voice.ui("history.came_back", day=voice.day(datetime.fromisoformat(back)))) if back else "",
        f"{bold(_heading(voice, values))}\n" + "\n".join(lines),
        plain(voice.ui(f"history.went.{values['went']}")),
    )
    again = [(is_back(stage, values["id"]),)] if values["ready"] else []
    to_list = stage.own("button.back", "history", str(values["page"]))
    return Screen(text, (*again, (draw_summary.key(stage),), (to_list,)))


def is_back(stage: Stage, number: int) -> Key:
    """The button that begins a check of the same complaint."""
    return stage.own("button.is_back", "is_back", str(number), style="primary")


def _heading(voice: Voice, values: Values) -> str:
    return voice.text("causes", values["cause"], "name") if values["cause"] else voice.ui("outcome.unclear")


def _line(voice: Voice, line: list[Any]) -> str:
    """ "24 Nov, 09:05: better, strength 4 of 10. From here on: Routine visit" """
    at, kind, word, score, level = line
    moment = f"{voice.short_day(datetime.fromisoformat(at))}, {voice.clock(at)}"
    if kind == "ice":
        return f"{moment}: {voice.ui('history.iced')}"
    what = voice.ui("doctor.first") if kind == "told" else voice.ui(f"doctor.word.{word}")
    strength = voice.ui("doctor.score", score=score) if score is not None else ""
    name = voice.text("levels", level, "name") if level else ""
    told = (
        (voice.ui("history.told", level=name) if kind == "told" else voice.ui("history.moved", level=name))
        if level
        else ""
    )
    return f"{moment}: {what}{strength}{told}"


# --- what is known ----------------------------------------------------------------------------------------------------


def still_true(stage: Stage, values: Values) -> Screen:
    """Everything that is known from the last check, so that it need not be asked if it still holds."""
    voice, turn = stage.voice, values["turn"]
    text = join(
        bold(voice.ui("still.ask")),
        plain(voice.ui("still.from", day=voice.day(datetime.fromisoformat(values["at"])))),
        *(line for question, ticked in values["known"] for line in _known(voice, question, ticked)),
        plain(voice.ui("still.how")),
        italic(voice.ui("question.progress", number=values["number"], total=values["total"])),
    )
    return Screen(
        text,
        (
            (stage.press(voice.ui("button.still"), buttons.STILL, turn, "primary"),),
            (stage.press(voice.ui("button.changed"), buttons.CHANGE, turn),),
            (stage.press(voice.ui("button.back"), buttons.BACK, turn),),
            stop_row(stage, turn),
        ),
    )


def _known(voice: Voice, question: str, ticked: list[str]) -> Iterator[str]:
    """What was ticked, and of several lines also what was not: that is where something new may have come."""
    asked = voice.pack.questions[question]
    given = BETWEEN.join(_spelled(voice, question, option) for option in ticked)
    title = bold(voice.text("questions", question, "ask"))
    rest = [each for each in asked.option_ids if each not in {*ticked, *asked.alone}] if asked.multiple else []
    lines = bullets(_spelled(voice, question, option) for option in rest)
    if rest and asked.alone.issuperset(ticked):
        yield f"{title}\n{plain(given)}:\n{lines}"
    else:
        yield f"{title}\n{plain(given)}"
        yield f"{plain(voice.ui('still.not'))}\n{lines}" if rest else ""


def _spelled(voice: Voice, question: str, option: str) -> str:
    """The line that the person read, else the button."""
    return voice.text("questions", question, "options", option, "text") or voice.label(question, option)


SCREENS: dict[str, Draw] = {"history": history, "story": story, "still_true": still_true}
