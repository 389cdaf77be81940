"""The card of one question: its text, its lines, its buttons, and how far along it is."""

from __future__ import annotations

from content import buttons, strength
from content.episode import ICE, TRIAGE
from content.pack import Question
from handlers import draw_pictures
from handlers.screens import Draw, Key, Screen, Stage, Values, bold, grid, italic, join, pairs, plain, stop_row

BOX, CHECKED = "☐", "☑"
SCALE_WIDTH, FEW_LINES = 6, 6


def question(stage: Stage, values: Values) -> Screen:
    """One question as it stands."""
    asked = stage.voice.pack.questions[values["question"]]
    text = join(
        _header(stage, values),
        bold(stage.voice.text("questions", asked.id, "ask")),
        _how(stage, asked),
        _lines(stage, asked, values),
        _help(stage, asked, values),
        _alarm(stage, values),
        _progress(stage, values),
    )
    look = ((draw_pictures.key(stage, asked.picture),),) if asked.picture else ()
    return Screen(text, (*_answers(stage, asked, values), *look, *_controls(stage, asked, values)))


def _header(stage: Stage, values: Values) -> str:
    if values["emergency"]:
        return bold(stage.voice.ui("emergency.call", number=stage.voice.emergency_number))
    if values["form"] in {TRIAGE, ICE} or not values["first"]:
        return ""
    return plain(stage.voice.ui("check.header", step=stage.voice.step(values["form"])))


def _how(stage: Stage, asked: Question) -> str:
    if asked.kind == "scale":
        return plain(stage.voice.ui("question.scale" if stage.voice.scale else "question.in_words"))
    if not asked.multiple:
        return ""
    if asked.kind == "gate":
        return plain(stage.voice.ui("question.gate"))
    if asked.at_most:
        return plain(stage.voice.ui("question.up_to", most=asked.at_most))
    return plain(stage.voice.ui("question.all"))


def _lines(stage: Stage, asked: Question, values: Values) -> str:
    """Options whose button is too short to say it all, spelled out."""
    if asked.kind == "scale":
        phrases = () if stage.voice.scale else tuple(strength.PHRASES)
        return "\n".join(f"• {_phrase(stage, asked, each)}" for each in phrases)
    told = {each: stage.voice.text("questions", asked.id, "options", each, "text") for each in values["options"]}
    lines = [(stage.voice.label(asked.id, each), text) for each, text in told.items() if text]
    if stage.voice.simple and len(lines) <= FEW_LINES:
        return "\n\n".join(f"{bold(label)}\n{plain(text.replace('. ', f'.{chr(10)}'))}" for label, text in lines)
    return "\n".join(f"• {bold(label)}: {plain(text)}" for label, text in lines)


def _phrase(stage: Stage, asked: Question, phrase: str) -> str:
    label, text = (stage.voice.phrase(asked.id, phrase, name) for name in ("label", "text"))
    return f"{bold(label)}: {plain(text)}"


def _help(stage: Stage, asked: Question, values: Values) -> str:
    if not values["helped"]:
        return ""
    help_text = stage.voice.text("questions", asked.id, "help")
    return join(italic(help_text), plain(stage.voice.ui("question.still_unsure")))


def _alarm(stage: Stage, values: Values) -> str:
    """A ticked red flag does not wait for Done."""
    if not values["alarming"]:
        return ""
    return bold(stage.voice.ui("question.alarming", number=stage.voice.emergency_number))


def _progress(stage: Stage, values: Values) -> str:
    if values["total"] <= 1:
        return ""
    if values["form"] == TRIAGE:
        return italic(stage.voice.ui("question.progress", number=values["number"], total=values["total"]))
    return ""


def _answers(stage: Stage, asked: Question, values: Values) -> list[tuple[Key, ...]]:
    turn, ticked = values["turn"], set(values["ticked"])
    if asked.kind == "scale" and not stage.voice.scale:
        return [(stage.press(stage.voice.phrase(asked.id, each), f"={each}", turn),) for each in strength.PHRASES]
    if asked.kind == "scale":
        return grid([stage.press(each, f"={each}", turn) for each in values["options"]], SCALE_WIDTH)
    toggles, alone = [], []
    for option in values["options"]:
        label = stage.voice.text("questions", asked.id, "options", option, "label") or option
        if not asked.multiple:
            toggles.append(stage.press(label, f"={option}", turn))
        elif option in asked.alone:
            alone.append(stage.press(label, f"={option}", turn))
        else:
            sign, box = ("-", CHECKED) if option in ticked else ("+", BOX)
            toggles.append(stage.press(f"{box} {label}", f"{sign}{option}", turn))
    rows = pairs(toggles)
    if ticked:
        done = stage.voice.ui("button.done", count=len(ticked))
        rows.append((stage.press(done, buttons.DONE, turn, "primary"),))
    return rows + [(key,) for key in alone]


def _controls(stage: Stage, asked: Question, values: Values) -> list[tuple[Key, ...]]:
    turn = values["turn"]
    unsure = stage.press(stage.voice.ui("button.not_sure"), buttons.UNSURE, turn)
    back = stage.press(stage.voice.ui("button.back"), buttons.BACK, turn)
    first = [unsure] if values["first"] else [back, unsure]
    if values["form"] in {TRIAGE, ICE}:
        return [tuple(first), stop_row(stage, turn)]
    if values["emergency"]:
        soon = stage.press(stage.voice.ui("button.soon"), buttons.write(buttons.LATER, "15"), turn)
        stop = stage.press(stage.voice.ui("button.stop_these"), buttons.STOP, turn)
        return [(stage.numbers,), *([(soon, stop)] if values["first"] else [])]
    if values["first"]:
        later = stage.press(stage.voice.ui("button.later"), buttons.LATER, turn)
        stop = stage.press(stage.voice.ui("button.stop_these"), buttons.STOP, turn)
        return [(unsure,), (later, stop), (stage.numbers,)]
    return [tuple(first), (stage.numbers,)]


SCREENS: dict[str, Draw] = {"question": question}
