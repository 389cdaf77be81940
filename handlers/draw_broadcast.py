"""A broadcast as its recipients see it, and what they may press under it."""

from __future__ import annotations

from dataclasses import replace

from handlers.arrival import Attached
from handlers.screens import Draw, Key, Screen, Stage, Values, bold, join, plain
from handlers.voice import Voice


def message(stage: Stage, values: Values) -> Screen:
    """In the person's own language, else the pack's first. `language`: a preview in that one.

    A safety notice says that it is one; under news is the button that stops it.
    """
    stage = _in(stage, values["language"]) if values.get("language") else stage
    voice, said = stage.voice, _said(stage.voice, values["words"])
    is_safety = values["about"] == "safety"
    head = bold(voice.ui("broadcast.safety")) if is_safety else ""
    rows = [(_button(stage, each, values["id"]),) for each in values["buttons"]]
    stop = [] if is_safety else [(stage.own("button.stop_news", "news", "stop"),)]
    attached = Attached(said["file"], said["file_id"]) if said.get("file") else None
    return Screen(join(head, said["html"]), (*rows, *stop), attached=attached)


def _in(stage: Stage, language: str) -> Stage:
    return replace(stage, voice=replace(stage.voice, language=language))


def _said(voice: Voice, words: Values) -> Values:
    for language in (voice.language, voice.pack.languages[0]):
        if language in words:
            return dict(words[language])
    return dict(words[min(words)])


def _button(stage: Stage, button: Values, broadcast_id: int) -> Key:
    match button["kind"]:
        case "link":
            return Key(button["label"], "", url=button["url"])
        case "changes":
            return stage.own("button.changes", "news", f"changes/{broadcast_id}")
        case _:
            return stage.own("button.check", "check", style="primary")


def what_changed(stage: Stage, values: Values) -> Screen:
    """What this person was told, and what the newer content would tell them."""
    voice = stage.voice
    if values["now"] is None:
        return Screen(plain(voice.ui("changed.nothing")), (_check(stage),))
    then, now = (voice.text("levels", values[each], "name") for each in ("then", "now"))
    told = voice.ui("changed.level", then=then, now=now) if then != now else voice.ui("changed.same_level", level=now)
    lead = voice.text("levels", values["now"], "lead") if then != now else ""
    text = join(bold(voice.ui("changed.title")), plain(told), plain(lead), plain(voice.ui("changed.again")))
    return Screen(text, (_check(stage), (stage.numbers,)))


def _check(stage: Stage) -> tuple[Key, ...]:
    return (stage.own("button.check", "check", style="primary"),)


def news_stopped(stage: Stage, values: Values) -> Screen:
    """No more news, and how to have it again."""
    return Screen(plain(stage.voice.ui("news.stopped")))


SCREENS: dict[str, Draw] = {
    "broadcast": message,
    "what_changed": what_changed,
    "news_stopped": news_stopped,
}
