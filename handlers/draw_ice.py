"""Icing rounds as messages."""

from __future__ import annotations

from content import buttons
from handlers import draw_pictures
from handlers.screens import Draw, Key, Screen, Stage, Values, bold, join, plain, section

SKINS = ("ok", "cold", "hurt")


def refused(stage: Stage, values: Values) -> Screen:
    """No ice for this person, and what helps instead."""
    voice = stage.voice
    return Screen(
        join(
            plain(voice.text("says", "ice_refused")), section(voice.ui("ice.instead"), voice.advice(values["instead"]))
        )
    )


def choose(stage: Stage, values: Values) -> Screen:
    """How to ice safely, and the choice of rhythm."""
    voice = stage.voice
    keys = []
    for rhythm in values["rhythms"]:
        label = voice.ui(f"button.rhythm.{rhythm['id']}", rounds=rhythm["rounds"])
        recommended = values["gentle"] and rhythm["id"] == "gentle"
        keys.append(
            (stage.press(label, buttons.write(buttons.RHYTHM, rhythm["id"]), 0, "primary" if recommended else None),)
        )
    note = voice.ui("ice.gentle_better") if values["gentle"] else voice.ui("ice.either")
    text = join(section(voice.ui("ice.how"), voice.advice(values["how"])), plain(note))
    return Screen(text, (*keys, *_look(stage), (_stop(stage),)))


def begun(stage: Stage, values: Values) -> Screen:
    return Screen(plain(stage.voice.ui("ice.begun", rounds=values["rounds"])))


def ice_round(stage: Stage, values: Values) -> Screen:
    """The skin check before a round."""
    voice, number = stage.voice, values["round"]
    keys = tuple(
        (stage.press(voice.ui(f"button.skin.{each}"), buttons.write(buttons.SKIN, number, each)),) for each in SKINS
    )
    text = join(
        bold(voice.ui("ice.round", round=number, rounds=values["rounds"])),
        plain(voice.ui("ice.check_skin")),
    )
    later = stage.press(voice.ui("button.soon"), buttons.write(buttons.ICE_LATER, number))
    return Screen(text, (*keys, *_look(stage), (later, _stop(stage))))


def put_off(stage: Stage, values: Values) -> Screen:
    """This round and those after it come a little later."""
    return Screen(plain(stage.voice.ui("ice.put_off", time=stage.voice.clock(values["at"]))))


def ice_on(stage: Stage, values: Values) -> Screen:
    voice = stage.voice
    text = voice.ui("ice.on", round=values["round"], time=voice.clock(values["off_at"]))
    return Screen(plain(text), (_off(stage, values["round"]), (_stop(stage),)))


def ice_off(stage: Stage, values: Values) -> Screen:
    return Screen(bold(stage.voice.ui("ice.off")), (_off(stage, values["round"]),))


def ice_late(stage: Stage, values: Values) -> Screen:
    return Screen(bold(stage.voice.ui("ice.late")), (_off(stage, values["round"]),))


def off_done(stage: Stage, values: Values) -> Screen:
    key = "ice.last_done" if values["round"] >= values["rounds"] else "ice.off_done"
    return Screen(plain(stage.voice.ui(key)))


def injury(stage: Stage, values: Values) -> Screen:
    """The skin is hurt: icing ends, and somebody must look at it today."""
    voice = stage.voice
    text = join(
        bold(f"{voice.text('levels', values['level'], 'name')}: {voice.text('levels', values['level'], 'limit')}"),
        plain(voice.text("says", "ice_injury")),
        section(voice.ui("outcome.steps"), voice.advice(values["steps"])),
        section(voice.ui("outcome.avoid"), voice.advice(values["avoid"])),
        plain(voice.ui("outcome.see", whom=voice.whom(values["whom"]))),
    )
    return Screen(text, ((stage.numbers,),))


def left(stage: Stage, values: Values) -> Screen:
    return Screen(plain(stage.voice.ui("ice.left")))


def _off(stage: Stage, number: int) -> tuple[Key, ...]:
    return (stage.press(stage.voice.ui("button.ice_off"), buttons.write(buttons.OFF, number), 0, "primary"),)


def _look(stage: Stage) -> tuple[tuple[Key, ...], ...]:
    """How to ice, to look at."""
    ice = stage.voice.pack.ice
    return ((draw_pictures.key(stage, ice.picture),),) if ice and ice.picture else ()


def _stop(stage: Stage) -> Key:
    return stage.press(stage.voice.ui("button.ice_stop"), buttons.ICE_STOP)


SCREENS: dict[str, Draw] = {
    "ice_refused": refused,
    "ice_choose": choose,
    "ice_begun": begun,
    "ice_round": ice_round,
    "ice_put_off": put_off,
    "ice_on": ice_on,
    "ice_off": ice_off,
    "ice_late": ice_late,
    "ice_off_done": off_done,
    "ice_injury": injury,
    "ice_left": left,
}
