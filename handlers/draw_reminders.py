"""Reminders as a person sees them: what is planned, another time for it, a pause, and the end of them all."""

from __future__ import annotations

from handlers.callback import PersonPress, encode
from handlers.screens import Draw, Key, Screen, Stage, Values, bold, grid, join, plain
from handlers.voice import Voice

PAUSES = (1, 3, 7, 14)


def follow_ups(stage: Stage, values: Values) -> Screen:
    """What is planned, in the person's words and time, each with Move and Cancel."""
    voice, turn, items = stage.voice, values["turn"], values["items"]
    paused = voice.ui("followups.paused", when=voice.when(values["paused"])) if values.get("paused") else ""
    if not items:
        check = stage.own("button.check", "check", style="primary")
        return Screen(join(plain(voice.ui("followups.none")), plain(paused)), ((check,),))
    lines = [f"{place}. {plain(_line(voice, each))}" for place, each in enumerate(items, 1)]
    rows = [_changes(stage, place, each, turn) for place, each in enumerate(items, 1)]
    text = join(bold(voice.ui("followups.title")), "\n".join(lines), plain(paused), plain(voice.ui("followups.more")))
    return Screen(text, tuple(rows))


def _line(voice: Voice, item: Values) -> str:
    return voice.ui("followups.item", what=voice.reminder(item["key"]), when=voice.when(item["due_at"]))


def _changes(stage: Stage, place: int, item: Values, turn: int) -> tuple[Key, ...]:
    number, voice = str(item["id"]), stage.voice
    drop = Key(voice.ui("button.drop", number=place), encode(PersonPress(turn, "drop", number)))
    if not item.get("moves"):
        return (drop,)
    return (Key(voice.ui("button.move", number=place), encode(PersonPress(turn, "move", number))), drop)


def move(stage: Stage, values: Values) -> Screen:
    """When instead? Each button says the whole moment."""
    voice, turn, number = stage.voice, values["turn"], values["id"]
    keys = [
        Key(_capital(voice.brief(at)), encode(PersonPress(turn, "move", f"{number}/{name}")))
        for name, at in values["choices"]
    ]
    back = stage.own("button.back", "followups", "back", turn)
    return Screen(join(bold(_line(voice, values)), plain(voice.ui("followups.instead"))), (*grid(keys, 1), (back,)))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def dropped(stage: Stage, values: Values) -> Screen:
    """One does not come: what does, and whom to see where nobody else would say so."""
    voice = stage.voice
    whom = voice.ui("check.if_still_there", whom=voice.whom(values["whom"])) if values["whom"] else ""
    upcoming = voice.ui("followups.next", when=voice.when(values["next"])) if values["next"] else ""
    undo = stage.own("button.keep", "keep", str(values["number"]), style="primary")
    text = join(
        plain(voice.ui("followups.dropped", what=voice.reminder(values["key"]))),
        plain(whom),
        plain(upcoming or voice.ui("check.no_more")),
    )
    return Screen(text, ((undo,), (stage.own("button.followups", "followups", "back"),)))


def reminders_stopped(stage: Stage, values: Values) -> Screen:
    """/stop: all of them, one tap to undo."""
    if not values["count"]:
        return Screen(plain(stage.voice.ui("stop.none")))
    undo = stage.own("button.undo", "undo_stop", turn=values["turn"], style="primary")
    return Screen(plain(stage.voice.ui("stop.done")), ((undo,), (stage.numbers,)))


def reminders_back(stage: Stage, values: Values) -> Screen:
    return Screen(plain(stage.voice.ui("stop.undone")))


def pause(stage: Stage, values: Values) -> Screen:
    """For how long; or until when, and a way to end it. What still comes is said in both."""
    voice, until = stage.voice, values["until"]
    first = voice.ui("pause.until", when=voice.when(until)) if until else voice.ui("pause.ask")
    still = voice.ui("pause.needed") if values["needed"] else voice.ui("pause.still")
    text = join(
        plain(voice.ui("pause.wrong", most=values["most"])) if values["wrong"] else "",
        bold(first),
        plain(voice.ui("pause.waits")),
        plain(still),
        plain(voice.ui("pause.worse")),
    )
    keys = [Key(voice.ui("button.days", count=each), encode(PersonPress(0, "pause", str(each)))) for each in PAUSES]
    resume = [(stage.own("button.resume_now", "pause", "off", style="primary"),)] if until else []
    return Screen(text, (*resume, *grid(keys, 2), (stage.numbers,)))


def pause_over(stage: Stage, values: Values) -> Screen:
    return Screen(plain(stage.voice.ui("pause.over")), ((stage.own("button.followups", "followups", "back"),),))


SCREENS: dict[str, Draw] = {
    "follow_ups": follow_ups,
    "follow_up_move": move,
    "follow_up_dropped": dropped,
    "reminders_stopped": reminders_stopped,
    "reminders_back": reminders_back,
    "pause": pause,
    "pause_over": pause_over,
}
