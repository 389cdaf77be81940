"""What stands under the papers for a doctor, and the buttons that ask for them."""

from __future__ import annotations

from typing import Literal

from content import buttons, places, telling, words
from handlers.screens import Draw, Key, Paper, Screen, Stage, Values, plain


def page(stage: Stage, values: Values) -> Screen:
    """The page, with what else a clinic may want: the same as data, and in the language of the place."""
    voice, language = stage.voice, values["language"] or stage.voice.language
    key = "summary.page" if language == voice.language else "summary.page_in"
    text = plain(voice.ui(key, other=words.name_in(language, voice.language)))
    others = tuple((_in_language(stage, each),) for each in _others(stage, language))
    data = stage.press(voice.ui("button.data"), buttons.DATA)
    return Screen(text, (*others, (data,)), paper=_paper(stage, "page", language))


def _others(stage: Stage, shown: str) -> list[str]:
    """The person's own language and those of the place, as far as we speak them, without the one that is shown."""
    voice = stage.voice
    wanted = dict.fromkeys((voice.language, *places.languages_of(voice.where)))
    return [each for each in wanted if each != shown and each in telling.spoken(voice.pack)]


def _in_language(stage: Stage, language: str) -> Key:
    label = stage.voice.ui("button.page_in", other=words.name_in(language, stage.voice.language))
    return stage.press(label, buttons.write(buttons.PAGE, language))


def as_json(stage: Stage, values: Values) -> Screen:
    """Everything as plain JSON."""
    return Screen(plain(stage.voice.ui("summary.json")), paper=_paper(stage, "json", stage.voice.language))


def as_fhir(stage: Stage, values: Values) -> Screen:
    """The same as FHIR resources."""
    return Screen(plain(stage.voice.ui("summary.fhir")), paper=_paper(stage, "fhir", stage.voice.language))


def none(stage: Stage, values: Values) -> Screen:
    """There is no result yet that a page could be made of."""
    check = ((stage.own("button.check", "check", style="primary"),),) if values["ready"] else ()
    return Screen(plain(stage.voice.ui("summary.none")), check)


def key(stage: Stage) -> Key:
    """The button under a result that asks for the page."""
    return stage.press(stage.voice.ui("button.page"), buttons.PAGE)


def _paper(stage: Stage, kind: Literal["page", "json", "fhir"], language: str) -> Paper:
    return Paper(kind, language, plain(stage.voice.ui("summary.instead")))


SCREENS: dict[str, Draw] = {
    "summary": page,
    "summary_json": as_json,
    "summary_fhir": as_fhir,
    "summary_none": none,
}
