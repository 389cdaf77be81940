"""What a person is told: the short emergency card, the result card, and the explanations under them."""

from __future__ import annotations

from itertools import zip_longest
from typing import Literal

from content import buttons, looking
from handlers import draw_pictures, draw_run_log, draw_summary
from handlers.screens import Draw, Key, Screen, Stage, Values, bold, bullets, fit, italic, plain, section

MOST_REASONS = 6
MOST_STEPS, FEW_STEPS = 9, 4
MOST_NET = 10  # room for the whole lists of the first two candidates
EMERGENCY_STEPS, EMERGENCY_AVOID = 4, 2  # of the causes; what holds in every emergency comes on top, whole


def outcome(stage: Stage, values: Values) -> Screen:
    """The result; an emergency is one short card alone, a check-in that moves it up a short one too."""
    if values["alone"]:
        return _emergency(stage, values)
    if values.get("told"):
        return _moved_up(stage, values)
    return _short_result(stage, values) if stage.voice.simple else _result(stage, values)


def _emergency(stage: Stage, values: Values) -> Screen:
    voice = stage.voice
    may_be = [_emergency_words(stage, each["cause"], values) for each in values["causes"][:2]]
    text = fit(
        [
            bold(voice.text("levels", values["level"], "name").upper()),
            bold(voice.ui("emergency.call", number=voice.emergency_number)),
            plain(voice.text("levels", values["level"], "lead")),
            bullets(dict.fromkeys(may_be)),
            section(voice.ui("outcome.until_help"), _in_turns(stage, values, "steps", EMERGENCY_STEPS)),
            section(voice.ui("outcome.avoid"), _in_turns(stage, values, "avoid", EMERGENCY_AVOID)),
            section(voice.ui("outcome.why"), _reasons(stage, values)[:3]),
        ]
    )
    page = ((draw_summary.key(stage),),) if values.get("reason") else ()
    return Screen(text, ((stage.numbers, _sources(stage)), *page))


def _in_turns(stage: Stage, values: Values, name: Literal["steps", "avoid"], most: int) -> list[str]:
    """The two leading causes in turns, so that neither is left out; then what holds for every emergency."""
    pack, told = stage.voice.pack, values[name]
    causes = [getattr(pack.causes[each["cause"]], name) for each in values["causes"][:2]]
    own = [each for turn in zip_longest(*causes) for each in turn if each in told]
    always = [each for each in getattr(pack.levels[values["level"]], name) if each in told]
    return stage.voice.advice(list(dict.fromkeys([*own[:most], *always])))


def _emergency_words(stage: Stage, cause: str, values: Values) -> str:
    """What an emergency type may be, worded for what was ticked where the pack has such words."""
    words = stage.voice.text
    ticked = [words("causes", cause, f"emergency_{option}") for _, option in values["reasons"]]
    return next(filter(None, [*ticked, words("causes", cause, "emergency")]), words("causes", cause, "name"))


def _result(stage: Stage, values: Values) -> Screen:
    voice, level = stage.voice, values["level"]
    reason = values.get("reason")
    text = fit(
        [
            plain(voice.text("says", reason)) if reason else "",
            _head(stage, level),
            plain(voice.text("texts", "provisional")) if values.get("provisional") else "",
            _whom(stage, values),
            *(plain(voice.text("says", each)) for each in values["says"]),
            _candidates(stage, values),
            section(voice.ui("outcome.why"), _reasons(stage, values)),
            section(voice.ui("outcome.steps"), voice.advice(values["steps"][:MOST_STEPS])),
            section(voice.ui("outcome.avoid"), voice.advice(values["avoid"][:MOST_STEPS])),
            section(voice.ui("outcome.net"), voice.advice(values["net"][:MOST_NET])),
            _again(stage, values),
            plain(voice.text("texts", "under_16")) if values["minor"] else "",
            italic(voice.ui("outcome.not_a_diagnosis")),
        ]
    )
    return Screen(text, tuple(_result_rows(stage, values)))


def _short_result(stage: Stage, values: Values) -> Screen:
    """The result for whoever wants little at once: how urgent, what to do and not to do, when to get help at once."""
    voice, reason = stage.voice, values.get("reason")
    names = [voice.text("causes", each["cause"], "name") for each in values["causes"][:1]]
    text = fit(
        [
            plain(voice.text("says", reason)) if reason else "",
            _head(stage, values["level"]),
            _whom(stage, values),
            plain(voice.text("texts", "provisional")) if values.get("provisional") else "",
            *(plain(voice.text("says", each)) for each in values["says"]),
            section(voice.ui("outcome.may_be"), names),
            section(voice.ui("outcome.steps"), voice.advice(values["steps"][:FEW_STEPS])),
            section(voice.ui("outcome.avoid"), voice.advice(values["avoid"][:MOST_STEPS])),
            section(voice.ui("outcome.net"), voice.advice(values["net"][:MOST_NET])),
            _again(stage, values),
            plain(voice.text("texts", "under_16")) if values["minor"] else "",
            italic(voice.ui("outcome.not_a_diagnosis")),
        ]
    )
    return Screen(text, tuple(_few_rows(stage, values)))


def _few_rows(stage: Stage, values: Values) -> list[tuple[Key, ...]]:
    more = stage.press(stage.voice.ui("button.more_about"), buttons.MORE)
    page = [(draw_summary.key(stage),)] if values["level"] != stage.voice.pack.mildest else []
    return [*_ice_row(stage, values), (more,), *page, (stage.numbers,)]


def more(stage: Stage, values: Values) -> Screen:
    """What the short result left out: all that it may be, why, and every step."""
    voice = stage.voice
    text = fit(
        [
            _candidates(stage, values),
            section(voice.ui("outcome.why"), _reasons(stage, values)),
            section(voice.ui("outcome.steps"), voice.advice(values["steps"][:MOST_STEPS])),
        ]
    )
    return Screen(text, tuple(_card_rows(stage, values)))


def _moved_up(stage: Stage, values: Values) -> Screen:
    """A check-in made it more urgent: what is new, whom to see, by when. The earlier steps are known already."""
    voice, level = stage.voice, values["level"]
    names = [voice.text("causes", each["cause"], "name") for each in values["causes"][:1]]
    own = [each for each in voice.pack.levels[level].steps if each in values["steps"]]
    text = fit(
        [
            plain(voice.ui("outcome.in_doubt") if values.get("doubt") else voice.text("says", values["reason"])),
            _head(stage, level),
            plain(voice.text("texts", "provisional")) if values.get("provisional") else "",
            plain(voice.ui("outcome.see", whom=voice.whom(values["whom"]))) if values["whom"] else "",
            section(voice.ui("outcome.why"), [voice.answer(question, option) for question, option in values["told"]]),
            section(voice.ui("outcome.steps"), [*voice.advice(own), voice.ui("outcome.still_holds")]),
            section(voice.ui("outcome.about_cause"), names),
            section(voice.ui("outcome.net"), voice.advice(values["net"][:MOST_NET])),
            _again(stage, values),
            italic(voice.ui("outcome.not_a_diagnosis")),
        ]
    )
    return Screen(text, tuple(_result_rows(stage, values)))


def _head(stage: Stage, level: str) -> str:
    words = stage.voice.text
    title = bold(f"{words('levels', level, 'name')}: {words('levels', level, 'limit')}")
    return f"{title}\n{plain(words('levels', level, 'lead'))}"


def _whom(stage: Stage, values: Values) -> str:
    """Who can help at home, or whom to see."""
    if not values["whom"]:
        return ""
    key = "outcome.help" if values["level"] == stage.voice.pack.mildest else "outcome.see"
    return plain(stage.voice.ui(key, whom=stage.voice.whom(values["whom"])))


def _candidates(stage: Stage, values: Values) -> str:
    voice = stage.voice
    lines = []
    for place, each in enumerate(values["causes"][:4]):
        fit_word = voice.ui("fit.best" if place == 0 else "fit.possible")
        name = voice.text("causes", each["cause"], "name")
        what = f" {plain(voice.text('causes', each['cause'], 'what'))}" if place == 0 else ""
        lines.append(f"• {plain(fit_word)}: {bold(name)}.{what}")
    title = bold(voice.ui("outcome.may_be"))
    return f"{title}\n" + "\n".join(lines) if lines else plain(voice.ui("outcome.unclear"))


def _reasons(stage: Stage, values: Values) -> list[str]:
    return [stage.voice.answer(question, option) for question, option in values["reasons"]][:MOST_REASONS]


def _again(stage: Stage, values: Values) -> str:
    if not values["planned"]:
        return ""
    voice = stage.voice
    first = voice.ui("outcome.first_check", when=voice.when(min(values["planned"])))
    return section(voice.ui("outcome.again"), [voice.text("plans", values["plan"]), first])


def _sources(stage: Stage) -> Key:
    return stage.press(stage.voice.ui("button.sources"), buttons.SOURCES)


def _result_rows(stage: Stage, values: Values) -> list[tuple[Key, ...]]:
    if stage.voice.simple:
        return _few_rows(stage, values)
    return [*_ice_row(stage, values), *_card_rows(stage, values)]


def _ice_row(stage: Stage, values: Values) -> tuple[tuple[Key, ...], ...]:
    if not values["ice_asked"]:
        return ()
    return ((stage.press(stage.voice.ui("button.ice"), buttons.ICE, style="primary"),),)


def _card_rows(stage: Stage, values: Values) -> list[tuple[Key, ...]]:
    """Pictures, and the cards that tell more."""
    voice = stage.voice
    rows: list[tuple[Key, ...]] = []
    told_now = [] if values.get("told") else [*values["steps"][:MOST_STEPS], *values["avoid"][:MOST_STEPS]]
    shown = looking.of_advice(voice.pack, told_now)
    rows += [(draw_pictures.key(stage, name),) for name in shown]
    if values["causes"]:
        rows.append((stage.press(voice.ui("button.about"), buttons.ABOUT), _sources(stage)))
    doctor = stage.press(voice.ui("button.doctor"), buttons.DOCTOR)
    rows += [(draw_summary.key(stage),)] if values["level"] != voice.pack.mildest else []
    rows += [(draw_run_log.key(stage),)] if voice.pack.levels[values["level"]].routine else []
    return [*rows, (doctor, stage.press(voice.ui("button.words"), buttons.WORDS)), (stage.numbers,)]


def about(stage: Stage, values: Values) -> Screen:
    """Each candidate: what it is, what brings it on, when it should be gone, whom to see."""
    voice = stage.voice
    return Screen(fit([_about_one(stage, cause) for cause in values["causes"]]) or plain(voice.ui("outcome.unclear")))


def _about_one(stage: Stage, cause: str) -> str:
    voice = stage.voice
    parts = [bold(voice.text("causes", cause, "name"))]
    for name in ("what", "why", "gone", "who"):
        words = voice.text("causes", cause, name)
        if words:
            parts.append(f"{bold(voice.ui(f'about.{name}'))} {plain(words)}")
    return "\n".join(parts)


def sources(stage: Stage, values: Values) -> Screen:
    """Where the facts about each candidate come from."""
    voice = stage.voice
    parts = [plain(voice.ui("sources.intro"))]
    for cause in values["causes"]:
        record = voice.pack.causes[cause]
        codes = [code for codes in record.sources.values() for code in codes]
        codes += [
            code for each in (*record.steps, *record.avoid, *record.net) for code in voice.pack.advice[each].sources
        ]
        parts.append(
            section(voice.text("causes", cause, "name"), [_source(stage, code) for code in dict.fromkeys(codes)])
        )
    return Screen(fit(parts))


def _source(stage: Stage, code: str) -> str:
    source = stage.voice.pack.sources[code]
    return f"{source.title} ({source.at})" if source.at else source.title


def finished(stage: Stage, values: Values) -> Screen:
    """What becomes of the triage card."""
    key = "finished_quiet" if values.get("quiet") else "finished"
    return Screen(plain(stage.voice.ui(key)))


def stopped(stage: Stage, values: Values) -> Screen:
    """The triage was left before its end."""
    return Screen(
        plain(stage.voice.ui("stopped")), ((stage.own("button.check", "check", style="primary"),), (stage.numbers,))
    )


SCREENS: dict[str, Draw] = {
    "outcome": outcome,
    "outcome_more": more,
    "about": about,
    "sources": sources,
    "finished": finished,
    "stopped": stopped,
}
