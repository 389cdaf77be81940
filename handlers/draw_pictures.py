"""A picture with its words, and the buttons that ask for one."""

from __future__ import annotations

from content import buttons, pictures
from handlers.screens import Draw, Key, Screen, Stage, Values, plain


def picture(stage: Stage, values: Values) -> Screen:
    """The drawing in the person's language; what it shows, in words; the way back to an open question."""
    name, voice = values["picture"], stage.voice
    drawing = pictures.fill(voice.pack.pictures[name], name, voice.text)
    back = stage.press(voice.ui("button.question"), buttons.QUESTION)
    return Screen(plain(voice.text("pictures", name, "alt")), ((back,),) if values["open"] else (), drawing)


def key(stage: Stage, name: str) -> Key:
    """The button that asks for a picture."""
    return stage.press(stage.voice.text("pictures", name, "button"), buttons.write(buttons.PICTURE, name))


SCREENS: dict[str, Draw] = {"picture": picture}
