"""What check-ins say besides their questions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from content import buttons, places
from handlers import draw_history, draw_summary
from handlers.screens import Draw, Key, Screen, Stage, Values, bold, italic, join, pairs, plain, section
from handlers.voice import Voice

MOST_NET = 6


def text(stage: Stage, values: Values) -> Screen:
    """One of the pack's sentences."""
    return Screen(plain(stage.voice.text("says", values["id"])))


def check_done(stage: Stage, values: Values) -> Screen:
    """A check-in is answered and the plan goes on, or ends."""
    voice = stage.voice
    closing = "" if values.get("next") else voice.ui("check.no_more")
    whom = voice.ui("outcome.see", whom=voice.whom(values["whom"])) if values["id"] == "persisting" else ""
    prevention = section(voice.text("texts", "prevention"), voice.advice(values.get("prevention", ())))
    upcoming = voice.ui("check.next", when=voice.when(values["next"])) if values.get("next") else ""
    text = join(
        plain(voice.text("says", values["id"])),
        plain(whom),
        *(_call(stage, values) if values.get("call") else ()),
        prevention,
        plain(upcoming),
        plain(closing),
    )
    return Screen(text, tuple(_done_rows(stage, values)))


def _call(stage: Stage, values: Values) -> Iterator[str]:
    """For somebody who finds nobody to see: whom to call there, what to say, and when not to wait at all."""
    voice, number = stage.voice, places.advice_line(stage.voice.where)
    yield plain(voice.ui("visit.line", number=number)) if number else ""
    yield f"{bold(voice.ui('visit.say'))}\n{italic(voice.text('says', values['call']))}"
    yield section(voice.ui("visit.at_once"), voice.advice(values["net"][:MOST_NET]))


def _done_rows(stage: Stage, values: Values) -> list[tuple[Key, ...]]:
    """What helps to be seen; the diary where running may go on; that it is back where it was gone."""
    rows = list[tuple[Key, ...]]()
    if values.get("call"):
        rows += [(draw_summary.key(stage),), (stage.numbers,)]
    if values.get("next") and values.get("level") in _routine(stage):
        rows.append((stage.own("button.run", "run"), stage.own("button.diary", "diary")))
    if "prevention" in values and stage.episode:
        rows.append((draw_history.is_back(stage, stage.episode),))
    return rows


def _routine(stage: Stage) -> set[str]:
    """The levels at which running may go on."""
    return {level.id for level in stage.voice.pack.levels.values() if level.routine}


def check_closed(stage: Stage, values: Values) -> Screen:
    """What becomes of the card when something more important follows."""
    return Screen(plain(stage.voice.ui("check.closed")))


def later_menu(stage: Stage, values: Values) -> Screen:
    """When shall I ask again? Where hours count, it says why only the short times are there."""
    voice, turn = stage.voice, values["turn"]
    keys = [
        stage.press(later_label(voice, name, at), buttons.write(buttons.LATER, name), turn)
        for name, at in values["choices"]
    ]
    back = stage.press(voice.ui("button.back"), buttons.write(buttons.LATER, "back"), turn)
    why = plain(voice.ui("check.later_hurries")) if values["hurries"] else ""
    return Screen(join(plain(voice.ui("check.later")), why), (*pairs(keys), (back,)))


def later_label(voice: Voice, name: str, at: str) -> str:
    """ "In 1 hour", "Tomorrow morning, 08:00"."""
    is_today = voice.local(datetime.fromisoformat(at)).date() == voice.local(voice.now).date()
    key = "this_morning" if name == "morning" and is_today else name
    return voice.ui(f"button.later.{key}", time=voice.clock(at))


def later_done(stage: Stage, values: Values) -> Screen:
    """Put off; answering now is still possible, and so is an end."""
    voice, turn = stage.voice, values["turn"]
    now = stage.press(voice.ui("button.answer_now"), buttons.write(buttons.LATER, "now"), turn)
    stop = stage.press(voice.ui("button.stop_these"), buttons.STOP, turn)
    return Screen(plain(voice.ui("check.later_done", when=voice.when(values["at"]))), ((now, stop),))


def stop_asking(stage: Stage, values: Values) -> Screen:
    """Nobody answered: the bot stops, and says whom to see."""
    return _ended(stage, stage.voice.text("says", "stop_asking"), values)


def check_stopped(stage: Stage, values: Values) -> Screen:
    """The person stopped the reminders of this episode."""
    return _ended(stage, stage.voice.ui("check.stopped"), values)


def _ended(stage: Stage, words: str, values: Values) -> Screen:
    voice = stage.voice
    whom = voice.ui("check.if_still_there", whom=voice.whom(values["whom"])) if values["whom"] else ""
    restart = stage.press(voice.ui("button.restart"), buttons.RESTART)
    return Screen(join(plain(words), plain(whom)), ((restart,), (stage.numbers,)))


def restarted(stage: Stage, values: Values) -> Screen:
    return Screen(plain(stage.voice.ui("check.restarted")))


def check_aside(stage: Stage, values: Values) -> Screen:
    """This one check-in is left; the next one comes. From the plan's deadline on it says whom to see."""
    voice = stage.voice
    whom = voice.ui("check.if_still_there", whom=voice.whom(values["whom"])) if values.get("whom") else ""
    return Screen(join(plain(voice.ui("check.aside", when=voice.when(values["next"]))), plain(whom)))


def nothing_open(stage: Stage, values: Values) -> Screen:
    """/cancel or an old "resume" with nothing to resume."""
    keys: list[Key] = [stage.own("button.check", "check", style="primary")]
    if values["following"]:
        keys.append(stage.own("button.followups", "followups"))
    return Screen(plain(stage.voice.ui("nothing_open")), tuple((key,) for key in keys))


SCREENS: dict[str, Draw] = {
    "text": text,
    "check_done": check_done,
    "check_closed": check_closed,
    "later_menu": later_menu,
    "later_done": later_done,
    "stop_asking": stop_asking,
    "check_aside": check_aside,
    "check_stopped": check_stopped,
    "restarted": restarted,
    "nothing_open": nothing_open,
}
