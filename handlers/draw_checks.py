"""What check-ins say besides their questions."""

from __future__ import annotations

from content import buttons
from handlers import draw_history
from handlers.screens import Draw, Key, Screen, Stage, Values, join, plain, section

LATER_CHOICES = ("60", "180", "morning")


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
    return Screen(
        join(
            plain(voice.text("says", values["id"])),
            plain(whom),
            prevention,
            plain(upcoming),
            plain(closing),
        ),
        tuple(_done_rows(stage, values)),
    )


def _done_rows(stage: Stage, values: Values) -> list[tuple[Key, ...]]:
    """The diary where running may go on; that it is back where it was gone."""
    rows = list[tuple[Key, ...]]()
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
    """When shall I ask again?"""
    voice, turn = stage.voice, values["turn"]
    keys = [
        stage.press(voice.ui(f"button.later.{each}"), buttons.write(buttons.LATER, each), turn)
        for each in LATER_CHOICES
    ]
    back = stage.press(voice.ui("button.back"), buttons.write(buttons.LATER, "back"), turn)
    return Screen(plain(voice.ui("check.later")), ((keys[0], keys[1]), (keys[2],), (back,)))


def later_done(stage: Stage, values: Values) -> Screen:
    return Screen(plain(stage.voice.ui("check.later_done", when=stage.voice.when(values["at"]))))


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
