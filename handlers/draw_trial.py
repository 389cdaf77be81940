"""A trial's messages look like a check's, and say that they are none."""

from __future__ import annotations

from dataclasses import replace

from handlers.screens import Draw, Screen, Stage, Values, bold, bullets, join, plain


def marked(stage: Stage, screen: Screen, number: int) -> Screen:
    """The same screen, with a word above it and the way out below."""
    mark = bold(stage.voice.ui("trial.mark", number=number))
    return replace(
        screen, text=f"{mark}\n\n{screen.text}", rows=(*screen.rows, (stage.admin("trial.key.end", "end_trial"),))
    )


def plan(stage: Stage, values: Values) -> Screen:
    """When a real check would ask again."""
    voice = stage.voice
    lines = [f"{voice.when(at)}: {voice.step(key)}" for key, at in values["moments"]]
    return Screen(join(plain(voice.ui("trial.plan")), bullets(lines)))


def over(stage: Stage, values: Values) -> Screen:
    """Nothing of it is left."""
    return Screen(plain(stage.voice.ui("trial.over")), ((stage.admin("admin.room.content", "content"),),))


SCREENS: dict[str, Draw] = {"trial_plan": plan, "trial_over": over}
