"""The cards behind the buttons of a result: all answers for a doctor, and who is who."""

from __future__ import annotations

from dataclasses import replace

from handlers.screens import Draw, Screen, Stage, Values, bold, bullets, fit, join, plain, section

GLOSSARY = ("who_to_see", "when_to_see", "levels_intro", "dark_skin")


def doctor(stage: Stage, values: Values) -> Screen:
    """Something to hand over: what it may be, the dates with their scores, and every answer, in the usual words."""
    stage = replace(stage, voice=replace(stage.voice, simple=False))
    voice = stage.voice
    names = [voice.text("causes", each, "name") for each in values["causes"]]
    answered = [_answered(stage, question, options) for question, options in values["answers"]]
    parts = [
        plain(voice.text("texts", "ask_the_doctor")),
        section(voice.ui("doctor.advice"), [voice.text("levels", values["level"], "name"), *names]),
        section(voice.ui("doctor.dates"), [_dated(stage, *entry) for entry in values["history"]]),
        bold(voice.ui("doctor.answers")),
        ""
        if any(_is_gate(stage, question) for question, _ in values["answers"])
        else plain(voice.ui("doctor.no_danger")),
        *answered,
    ]
    return Screen(fit(parts), ((stage.numbers,),))


def _is_gate(stage: Stage, question: str) -> bool:
    return stage.voice.pack.questions[question].kind == "gate"


def _dated(stage: Stage, at: str, key: str, word: str, score: int | None, in_words: bool = False) -> str:
    voice = stage.voice
    what = voice.ui(f"doctor.word.{word}") if word else voice.ui("doctor.first")
    return f"{voice.when(at)}: {what}{voice.strength(score, in_words=in_words)}"


def _answered(stage: Stage, question: str, options: list[str]) -> str:
    voice = stage.voice
    told = [voice.line(question, option) for option in options]
    return f"{plain(voice.text('questions', question, 'ask'))}\n{bullets(told)}"


def glossary(stage: Stage, values: Values) -> Screen:
    """Who is who, when to see somebody, and what to look for on dark skin."""
    texts = [plain(stage.voice.text("texts", each)) for each in GLOSSARY]
    return Screen(join(*texts) or plain(stage.voice.ui("outcome.unclear")), ((stage.numbers,),))


SCREENS: dict[str, Draw] = {"doctor": doctor, "glossary": glossary}
