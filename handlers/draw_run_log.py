"""The card on which a run is logged."""

from __future__ import annotations

from content import diary
from content.strength import PHRASES
from handlers import draw_people
from handlers.callback import PersonPress, encode
from handlers.draw_question import SCALE_WIDTH
from handlers.screens import Draw, Key, Screen, Stage, Style, Values, bold, grid, join, pairs, plain, section
from handlers.voice import Voice

CHOSEN = "✓ "
AT_ONCE = {"strong", "rising"}  # said with the first tap: a second one may never come


def key(stage: Stage) -> Key:
    """The button that opens a new card."""
    return stage.own("button.run", "run")


def strength(voice: Voice, score: int, *, words: bool) -> str:
    """A score as the person gives it: "6 of 10", or a word."""
    if words:
        return voice.ui("strength.word", word=voice.ui(f"strength.{diary.word_of(score)}"))
    return voice.ui("strength", score=score)


def run_score(stage: Stage, values: Values) -> Screen:
    """How strong was it?"""
    voice, run = stage.voice, values.get("run")
    before = f"{run}/score" if run else f"new/{values['newest']}"
    if values["words"]:
        choices = [(_capital(voice.ui(f"strength.{word}")), score) for word, score in PHRASES.items()]
    else:
        choices = [(str(score), score) for score in range(diary.TOP + 1)]
    keys = [_press(label, f"{before}/{score}") for label, score in choices]
    rows = pairs(keys) if values["words"] else grid(keys, SCALE_WIDTH)
    text = join(bold(voice.ui("run.ask")), "" if values["words"] else plain(voice.ui("question.scale")))
    return Screen(text, (*rows, (stage.numbers,), *draw_people.back_to_question(stage, values)))


def run_where(stage: Stage, values: Values) -> Screen:
    """Where was it?"""
    voice, run = stage.voice, values["run"]
    known = diary.places(voice.pack)
    shown = [each for each in values["options"] if each in known]
    keys = [_press(voice.label(diary.WHERE, each), f"{run}/where/{known.index(each)}") for each in shown]
    unsure = [] if values["known"] else [_press(voice.ui("button.not_sure"), f"{run}/where/")]
    back = _press(voice.ui("button.back"), f"{run}/score")
    text = join(
        plain(_noted(voice, values)), *_at_once(stage, values), bold(voice.text("questions", diary.WHERE, "ask"))
    )
    return Screen(text, (*pairs(keys), (back, *unsure), *_tell(stage, values), (stage.numbers,)))


def run_when(stage: Stage, values: Values) -> Screen:
    """When did it come? One tap ends it when the place is as before."""
    voice, run = stage.voice, values["run"]
    keys = [_when(voice, run, each, chosen=each == values["last"]) for each in diary.AFTER]
    choose = "button.run.other_place" if values["places"] else "button.run.place"
    where = _press(voice.ui(choose), f"{run}/where")
    back = _press(voice.ui("button.back"), f"{run}/score")
    noted = "\n".join(filter(None, [_noted(voice, values), _places(voice, values["places"])]))
    chooses = [where] if diary.places(voice.pack) else []
    text = join(plain(noted), *_at_once(stage, values), bold(voice.ui("run.when")))
    return Screen(text, (*pairs(keys), (*chooses, back), *_tell(stage, values), (stage.numbers,)))


def _when(voice: Voice, run: int, after: str, *, chosen: bool) -> Key:
    label = voice.ui(f"button.run.{after}")
    return _press(f"{CHOSEN}{label}" if chosen else label, f"{run}/after/{after}", "primary" if chosen else None)


def run_logged(stage: Stage, values: Values) -> Screen:
    """What the diary says of the run now; a word, and the way to a check, where it deserves one."""
    voice = stage.voice
    after = voice.ui(f"run.after.{values['after']}") if values["after"] else ""
    at = voice.ui("run.at", when=voice.when(values["at"]))
    told = filter(None, [at, _places(voice, values["places"]), after])
    text = join(f"{bold(_noted(voice, values))}\n{plain(chr(10).join(told))}", *_warnings(stage, values))
    return Screen(text, tuple(_logged_rows(stage, values)))


def _at_once(stage: Stage, values: Values) -> list[str]:
    return _warnings(stage, values) if AT_ONCE & set(values["signs"]) else []


def _tell(stage: Stage, values: Values) -> list[tuple[Key, ...]]:
    """The way to a check, under the words that name it."""
    return [(stage.own("button.run.tell", "check"),)] if AT_ONCE & set(values["signs"]) else []


def _warnings(stage: Stage, values: Values) -> list[str]:
    """Never that it is all right: what stands out, when to get help at once, and what still holds."""
    voice, signs, level = stage.voice, values["signs"], values["level"]
    if not values["score"] and not level:
        return []
    alarming = set(signs) - {"unchecked"}
    gravest = min(voice.pack.levels.values(), key=lambda each: each.rank)
    holds = f"{voice.text('levels', level, 'name')}. {voice.text('levels', level, 'lead')}" if level else ""
    return [
        bold(" ".join(voice.ui(f"run.sign.{sign}") for sign in signs)) if signs else "",
        section(voice.ui("outcome.net"), voice.advice(gravest.net)) if alarming else "",
        plain(voice.ui("run.holds", level=holds)) if level else "",
        plain(voice.ui("run.tell")) if signs else "",
    ]


def _logged_rows(stage: Stage, values: Values) -> list[tuple[Key, ...]]:
    run, rows = values["run"], list[tuple[Key, ...]]()
    if values["score"]:
        style: Style | None = "primary" if values["signs"] else None
        rows.append((stage.own("button.run.tell", "check", style=style),))
    day = "today" if values["was_yesterday"] else "yesterday"
    rows.append((stage.own("button.diary", "diary"), stage.own(f"button.run.{day}", "run", f"{run}/{day}")))
    rows.append(
        (stage.own("button.run.change", "run", f"{run}/score"), stage.own("button.run.undo", "run", f"{run}/undo"))
    )
    if values["signs"] or values["level"]:
        rows.append((stage.numbers,))
    return [*rows, *draw_people.back_to_question(stage, values)]


def run_removed(stage: Stage, values: Values) -> Screen:
    """Taken out again."""
    rows = ((key(stage), stage.own("button.diary", "diary")), *draw_people.back_to_question(stage, values))
    return Screen(plain(stage.voice.ui("run.removed")), rows)


def _noted(voice: Voice, values: Values) -> str:
    return voice.ui("run.noted", strength=strength(voice, values["score"], words=values["words"]))


def _places(voice: Voice, places: list[str]) -> str:
    known = diary.places(voice.pack)
    named = "; ".join(voice.label(diary.WHERE, each) for each in places if each in known)
    return voice.ui("run.where", places=named) if named else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _press(label: str, value: str, style: Style | None = None) -> Key:
    return Key(label, encode(PersonPress(0, "run", value)), style)


SCREENS: dict[str, Draw] = {
    "run_score": run_score,
    "run_where": run_where,
    "run_when": run_when,
    "run_logged": run_logged,
    "run_removed": run_removed,
}
