"""Every word that is asked for exists, none is left over, and everything that can be said can be sent."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from ruamel.yaml import YAML

from bot import broadcast_report, counting
from bot.greeting import COMMANDS
from content import asking, diary, past, person, putting_off, recall_meaning, strength, telling, visiting, words
from content.assess import assess
from content.episode import TRIAGE, Back, Episode, Say, Started
from content.pack import Answers
from content.wording import ALWAYS_SAID, ICE_SAID
from handlers import draw_settings, screens
from handlers.admin import (
    draw_broadcast_room,
    draw_health,
    draw_panel,
    draw_upload,
    follow_ups_room,
    people_room,
    window,
)
from handlers.callback import MAX_BYTES, decode
from handlers.draw_ice import SKINS
from handlers.draw_outcome import MOST_NET, MOST_STEPS
from handlers.drawing import SCREENS
from handlers.screens import Screen, Stage
from handlers.voice import Voice
from storage import health, responses
from tests.content.lives import STARTS, life
from tests.content.shipped import BOUNDED, FOLDER, PACK, answer_sets, calm, with_ticks, without_danger
from tests.content.story import NOON, Story, begun

ROOT = Path(__file__).parents[2]
ROOMS = {
    path: ast.parse(path.read_text(encoding="utf-8"))
    for room in ("content", "handlers", "bot")
    for path in sorted((ROOT / room).rglob("*.py"))
}
LANGUAGES = words.languages()
WORDS_IN: dict[str, dict[str, Any]] = {each: YAML(typ="safe").load(FOLDER / f"{each}.yaml") for each in LANGUAGES}
WORDS = WORDS_IN["en"]
CASES: list[dict[str, Any]] = YAML(typ="safe").load(FOLDER / "vignettes.yaml")["vignettes"]
STAGES = {each: Stage(Voice(each, PACK, NOON, "Europe/London"), episode=36**5) for each in LANGUAGES}


def calls(*names: str) -> Iterator[ast.Call]:
    for tree in ROOMS.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and name_of(node.func) in names:
                yield node


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def constants(node: ast.AST) -> set[str]:
    """The texts written out in an expression, those inside f-strings left out."""
    parts = {id(each) for inner in ast.walk(node) if isinstance(inner, ast.JoinedStr) for each in ast.walk(inner)}
    texts = [each for each in ast.walk(node) if isinstance(each, ast.Constant) and id(each) not in parts]
    return {each.value for each in texts if isinstance(each.value, str)}


# --- the bot's own words ----------------------------------------------------------------------------------------------

WRONG = {health.STANDSTILL, health.STUCK, health.DEAD, health.CONTENT, health.PROOF, health.REVIEW, health.RESTORED}
DOES = {"words", "buttons", "whom", "when", "preview", "to_me", "discard", "following", "everybody"}

# Keys that are put together, and what they are put together from.
SWITCHES = {f"{name}_{side}" for name in draw_settings.SWITCHES for side in ("on", "off")}
FAMILIES: dict[str, set[str]] = {
    "button.later.": {*putting_off.CHOICES, "this_morning"},
    "button.rhythm.": {rhythm.id for rhythm in PACK.ice.rhythms} if PACK.ice else set(),
    "button.skin.": set(SKINS),
    "about.": {"what", "why", "gone", "who"},
    "strength.": {f"{phrase}{name}" for phrase in strength.PHRASES for name in ("", ".label", ".text", ".why")},
    "doctor.word.": {"better", "same", "worse", "resolved", "danger"},
    "hint.": {"setup", "question", "home"},
    "command.": {*COMMANDS, "admin"},
    "copy.is.": {"asking", "following", "closed"},
    "copy.reminder.": {"planned", "sent", "answered", "silent", "cancelled", "missed", "stopped", "held"},
    "admin.room.": set(draw_panel.ROOMS),
    "admin.content.": {"shipped", "published", "rolled_back"},
    "admin.window.": {str(days) for days in window.DAYS},
    "admin.window.button": {str(days) for days in window.DAYS},
    "admin.people.": {"came", "agreed", "refused", "left", "started", "finished", "stopped"},
    "admin.way.": {"came", "agreed", "started", "finished"},
    "admin.chart.": {*people_room.CHARTS, *follow_ups_room.CHARTS},
    "admin.follow_ups.": {"answered", "answered_about"},
    "admin.published.": set(counting.PUBLISHED),
    "admin.delay.": {"hour", "day"},
    "admin.told.": set(responses.WORDS),
    "admin.word.": set(responses.WORDS),
    "admin.wrong.": WRONG,
    "admin.cure.": WRONG,
    "admin.again.": WRONG,
    "admin.health.": {"due", "late", "missed", "next_hour"},
    "admin.health.removed.": set(draw_health.REMOVED),
    "admin.health.lane": set(draw_health.LANES),
    "admin.broadcast.do.": DOES,
    "admin.broadcast.by.": set(draw_broadcast_room.FIELDS),
    "admin.broadcast.choose.": set(draw_broadcast_room.FIELDS),
    "admin.broadcast.only.": set(draw_broadcast_room.FIELDS) - {"version"},
    "admin.broadcast.button.": set(draw_broadcast_room.BUTTON_KINDS),
    "admin.broadcast.state.": {"draft", "scheduled", "sending", "paused", "done", "cancelled"},
    "admin.broadcast.fate.": {*broadcast_report.KINDS, "waiting", "asleep", "dropped"},
    "admin.broadcast.not_yet.": {"no_words", "searching"},
    "admin.broadcast.unfit.": {"empty", "long", "link", "typed", "when"},
    "upload.stage.": {"waiting", "reading", "proving", "comparing", "done"},
    "upload.why.": {
        *("large", "large_file", "many", "empty", "empty_file", "no_zip", "path", "link", "locked", "twice", "yml"),
        *("strange", "fetch", "same", "time", "memory", "stopped"),
    },
    "upload.state.": {"waiting", "checking", "published", "discarded"},
    "upload.": {
        *("less", "more", "alike", "nobody_less", "nobody", "other_pack", "undecided"),
        *("check_ins", "promises", "recall"),
    },
    "upload.part.": set(draw_upload.PARTS),
    "upload.examples.": {"less", "more", "alike"},
    "upload.key.": {"publish", "confirm"},
    "settings.switch.": SWITCHES,
    "button.switch.": SWITCHES,
    "settings.changed.": {"zone", "quiet"},
    "button.zone.": {"clock", "city", "here"},
    "button.run.": {*diary.AFTER, "yesterday", "today"},
    "button.diary.": {str(days) for days in diary.WINDOWS_DAYS},
    "run.after.": set(diary.AFTER),
    "run.sign.": set(get_args(diary.Sign)),
    "diary.row.": {"runs", "ice"},
    "history.went.": {
        *("asking", "left", "closed", "following", *past.ENDS),
        *(f"so_far_{each}" for each in past.SO_FAR),
    },
    "toast.": set(),  # filled from the code below
}


def key_calls() -> list[ast.expr]:
    """The first arguments of ui("...") and own("..."), and the second of words.say(language, "...")."""
    said = [call.args[1] for call in calls("say") if isinstance(call.func, ast.Attribute)]
    return [call.args[0] for call in calls("ui", "own", "admin") if call.args] + said


def wanted_keys() -> set[str]:
    written = {key for each in key_calls() for key in constants(each)}
    family = {f"{prefix}{name}" for prefix, names in FAMILIES.items() for name in names}
    return written | family | {f"toast.{kind}" for kind in toasts()} | {"alarm.words"}


def chosen_keys() -> set[str]:
    """Texts anywhere in the code: a key may be chosen into a variable first."""
    return {text for tree in ROOMS.values() for text in constants(tree)}


def test_every_key_that_the_code_asks_for_has_words() -> None:
    assert sorted(wanted_keys() - set(words.catalogue("en"))) == []


def test_no_words_are_left_over() -> None:
    said = wanted_keys() | chosen_keys()
    assert sorted(set(words.catalogue("en")) - said - {f"{words.SIMPLE}{key}" for key in said}) == []


def test_every_key_that_is_put_together_belongs_to_a_known_family() -> None:
    joined = [each for each in key_calls() if isinstance(each, ast.JoinedStr)]
    prefixes = {each.values[0].value for each in joined if isinstance(each.values[0], ast.Constant)}
    assert prefixes == set(FAMILIES)
    assert len(joined) >= len(prefixes)


@pytest.mark.parametrize("language", words.languages())
def test_every_language_says_everything_with_the_same_places_to_fill_in(language: str) -> None:
    first, other = words.catalogue("en"), words.catalogue(language)
    assert set(other) == set(first)
    for key, text in first.items():
        assert places_in(other[key]) == places_in(text), key


def places_in(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


# --- every kind of say ------------------------------------------------------------------------------------------------

# Kinds that stand in a variable: what they are, by the words of the expression.
NAMED = {
    "kind": {"about", "sources", "doctor", "glossary", "outcome_more"},
    "name": {"help", "language"},
    "press.name": {"numbers", "help", "language"},
    "f'ice_{what}'": {"ice_off", "ice_late"},
    "'resume_or_anew' if open_row else 'home'": {"resume_or_anew", "home"},
}


def is_toast(call: ast.Call) -> bool:
    where = {keyword.arg: keyword.value for keyword in call.keywords}.get("where")
    return name_of(call.func) == "toast" or (isinstance(where, ast.Constant) and where.value == "toast")


def built(*, toast: bool) -> set[str]:
    found: set[str] = set()
    for call in calls("Say", "toast", "show"):
        if call.args and is_toast(call) is toast:
            kind = call.args[0]
            found |= {str(kind.value)} if isinstance(kind, ast.Constant) else NAMED.get(ast.unparse(kind), set())
    return found


def toasts() -> set[str]:
    return built(toast=True) - NAMED["kind"] | {"ice_running", "ice_enough"}


def test_every_kind_of_say_is_drawn_and_every_drawing_is_used() -> None:
    kinds = built(toast=False)
    assert kinds - {"strip"} == set(SCREENS)


def test_every_toast_is_short() -> None:
    assert {"tick_first", "at_most", "first_question", "ice_past", "moved_on"} <= toasts()
    for kind in toasts():
        assert 0 < len(words.catalogue("en")[f"toast.{kind}"]) <= 200, kind


# --- everything that can be said can be sent --------------------------------------------------------------------------

ALLOWED = {"b", "i"}
WIDEST = 40


class Tags(HTMLParser):
    """Telegram's HTML: only tags it knows, each closed in its turn."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED, tag
        assert not attrs
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def check(screen: Screen) -> None:
    """A screen as Telegram takes it."""
    tags = Tags()
    tags.feed(screen.text)
    tags.close()
    assert tags.open == []
    assert screen.text.strip() == screen.text
    assert 0 < screens.units(screen.text) <= 4096
    assert not re.search(r"[{}]|\n\n\n|<b></b>|<i></i>|: ?\.|&(?!amp;|lt;|gt;)", screen.text), screen.text
    for key in (key for row in screen.rows for key in row):
        assert key.label.strip() == key.label != ""
        assert len(key.label) <= WIDEST, key.label
        assert len(key.data.encode()) <= MAX_BYTES
        assert key.url or decode(key.data), key
    assert all(screen.rows)


def draw(say: Say, language: str = "en") -> Screen:
    return screens.render(STAGES[language], say.kind, dict(say.values))


def check_all(say: Say) -> None:
    """What is said can be sent in every language."""
    for language in LANGUAGES:
        check(draw(say, language))


def outcome_of(given: Answers) -> tuple[Say, Episode]:
    """The result message of these answers."""
    found = assess(PACK, given)
    episode = replace(
        Episode("Europe/London"),
        answers=given,
        state="following",
        level=found.level,
        causes=tuple(each.cause for each in found.causes),
        plan=found.plan,
        planned_from=NOON,
    )
    return telling.outcome_say(PACK, episode, found, telling.plan_again(PACK, episode)), episode


def always_said(level: str, say: Say, language: str) -> list[str]:
    """What holds in every emergency, "do not run" among it: never cut off by the causes' own sentences."""
    record = PACK.levels[level]
    values: dict[str, Any] = dict(say.values)
    told = [*values["steps"], *values["avoid"]]
    return [WORDS_IN[language]["advice"][each] for each in (*record.steps, *record.avoid) if each in told]


MOST_SHOWN = {"steps": MOST_STEPS, "avoid": MOST_STEPS, "net": MOST_NET}


def check_outcome(given: Answers) -> None:
    say, episode = outcome_of(given)
    for language in LANGUAGES:
        check_whole(say, language)
        for button in telling.CARDS:
            check(draw(telling.card(PACK, episode, button), language))
    for kind in ("about", "sources"):
        check_all(Say(kind, {"causes": list(episode.causes), "level": episode.level}))


def check_whole(say: Say, language: str) -> None:
    """The result can be sent, and nothing was left out to make it fit."""
    screen, given = draw(say, language), WORDS_IN[language]
    check(screen)
    text = unescape(screen.text)
    assert given["levels"][say.values["level"]]["name"].lower() in text.lower()
    for kind, most in MOST_SHOWN.items():
        listed = say.values[kind]
        assert isinstance(listed, list)
        missing = [each for each in listed[:most] if given["advice"][str(each)] not in text]
        assert say.values["alone"] or missing == [], (language, kind)
    if say.values["alone"]:
        assert [each for each in always_said(str(say.values["level"]), say, language) if each not in text] == []


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_result_of_a_case_can_be_sent_whole(case: dict[str, Any]) -> None:
    check_outcome({question: frozenset(options) for question, options in case["answers"].items()})


@given(answer_sets())
@settings(BOUNDED, max_examples=150)
def test_any_result_can_be_sent_whole(given: Answers) -> None:
    check_outcome(given)


@given(without_danger())
@settings(BOUNDED, max_examples=150)
def test_any_calm_result_can_be_sent_whole(given: Answers) -> None:
    check_outcome(given)


def test_the_longest_results_can_be_sent_whole() -> None:
    """Everything ticked that no red flag needs, and everything ticked at all."""
    everything = {name: frozenset(record.option_ids) - record.alone for name, record in PACK.questions.items()}
    check_outcome(everything)
    no_gate = {name: ticked for name, ticked in everything.items() if PACK.questions[name].kind != "gate"}
    check_outcome(no_gate)
    check_outcome(with_ticks(no_gate, ("g_limb", "foot_drop")))


@pytest.mark.parametrize("told", ["L2", "L4"])
def test_a_result_that_is_more_urgent_because_it_came_back_can_be_sent_whole(told: str) -> None:
    for start in STARTS.values():
        story = Story()
        story.do(Started(Back(7, NOON.isoformat(), told, None, 3, {})))
        story.answers(calm(start))
        (say,) = [each for each in story.said if each.kind == "outcome"]
        for language in LANGUAGES:
            check_whole(say, language)


@pytest.mark.parametrize("start", STARTS)
def test_everything_said_in_random_lives_can_be_sent(start: str) -> None:
    for seed in range(6):
        for say in life(Random(f"words {start} {seed}"), start).live().said:
            if say.where == "toast":
                toasts_said = [screens.toast(each.voice, say.kind, dict(say.values)) for each in STAGES.values()]
                assert all(0 < len(each) <= 200 for each in toasts_said)
            else:
                check_all(say)


@pytest.mark.parametrize("question", PACK.questions)
@pytest.mark.parametrize("form", [TRIAGE, "FU-NEUROMA/D28"])
def test_the_fullest_card_of_every_question_can_be_sent(question: str, form: str) -> None:
    record = PACK.questions[question]
    episode = replace(Episode("Europe/London"), question=question, form=form, helped=record.kind == "gate", turn=46_655)
    say = asking.question_say(PACK, replace(episode, ticked=frozenset(record.option_ids[:3])))
    for trail in (True, False):
        check_all(replace(say, values={**say.values, "options": list(record.option_ids), "first": trail}))


@pytest.mark.parametrize("setup", [setup for setup in person.SETUPS if setup != "ready"])
def test_every_card_of_the_first_meeting_can_be_sent(setup: person.Setup) -> None:
    somebody = person.Person("en", zone="Europe/London", setup=setup, turn=46_655, offset_min=0)
    check_all(person.setup_say(somebody, NOON))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_of_the_pack_fits_its_button(language: str) -> None:
    questions = WORDS_IN[language]["questions"].values()
    labels = [each["label"] for question in questions for each in question.get("options", {}).values()]
    assert len(labels) > 150
    assert max(map(len, labels)) <= 24


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_of_one_question_differ(language: str) -> None:
    for name, question in WORDS_IN[language]["questions"].items():
        labels = [each["label"] for each in question.get("options", {}).values()]
        assert len(set(labels)) == len(labels), name


# --- the pack's words -------------------------------------------------------------------------------------------------


def texts_in(node: Mapping[str, Any] | str, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield path, node
        return
    for name, inner in node.items():
        yield from texts_in(inner, f"{path}.{name}")


YOU_HAVE = {"en": r"nothing serious|\byou have (a|an|the)\b", "es": r"nada grave|(?<!si )\btienes (un|una|el|la)\b"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_says_you_have_or_nothing_serious(language: str) -> None:
    """Names of causes are possibilities: "may be", never "you have" a disease (4.5)."""
    given = WORDS_IN[language]
    for path, text in texts_in({section: given[section] for section in ("causes", "says", "texts")}):
        assert not re.search(YOU_HAVE[language], text.lower()), path


def test_no_sentence_of_the_pack_is_said_nowhere() -> None:
    moves = [move for plan in PACK.plans.values() for move in visiting.moves(PACK, plan)]
    said = (
        {each for move in moves for each in (move.say, move.call)}
        | {rule.say for rule in PACK.rules}
        | {*ALWAYS_SAID, *ICE_SAID}
    )
    said |= {"settled_higher", *recall_meaning.said(PACK)}
    assert set(WORDS["says"]) - said == set()
    assert set(WORDS["texts"]) - chosen_keys() == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_plain_without_markup_or_places_to_fill_in(language: str) -> None:
    for path, text in texts_in(WORDS_IN[language]):
        assert not re.search(r"[<>{}*_]", text), (path, text)
        assert text == text.strip(), path


def test_every_cause_says_what_why_who_and_when_gone_with_its_sources() -> None:
    for cause, record in PACK.causes.items():
        assert {"name", "what", "why", "who", "gone"} <= set(WORDS["causes"][cause]), cause
        assert {"what", "why", "who", "gone"} <= set(record.sources), cause
        assert all(record.sources.values()), cause
        assert record.steps, cause
        assert record.avoid, cause
        assert record.net, cause


# "Urgent when" of each cause (clinical.md, section 2), by the ids of the sentences.
COME_BACK = {
    "cecs": "n_pain_grows n_rock_hard n_numb_with_pain n_foot_cannot_lift",
    "acs": "n_pain_grows n_numb_with_pain n_foot_cannot_lift n_cold_white",
    "neuroma": "n_wound",
    "paes": "n_cold_white n_numb_stays n_calf_swollen",
    "pad": "n_rest_pain n_cold_white",
    "nerve_compress": "n_foot_cannot_lift n_weak_spreads n_saddle_bladder",
    "post_fall": "n_saddle_bladder n_both_weak n_foot_cannot_lift n_pain_grows n_rock_hard",
    "radiculopathy": "n_saddle_bladder n_both_weak n_foot_cannot_lift",
    "stenosis": "n_saddle_bladder n_both_weak n_foot_cannot_lift",
    "electrolytes": "n_confused n_bloated_headache n_not_cooling",
    "dehydration": "n_fainted_no_pee n_confused",
    "cold_raynaud": "n_cold_white n_white_hard_skin n_hot_red",
    "b12": "n_unsteady n_both_weak n_climbs",
    "iron": "n_chest_breath",
    "gait": "n_saddle_bladder n_both_weak n_foot_cannot_lift",
    "neuropathy": "n_wound n_hot_swollen_foot",
    "ms": "n_sight n_both_weak",
    "runners_itch": "n_allergy n_pregnant_itch",
    "chol_urticaria": "n_allergy",
    "eia": "n_allergy",
    "ei_vasculitis": "n_fever_sores",
    "stress_fx": "n_no_weight n_pain_grows",
    "dvt": "n_chest_breath",
    "athletes_foot": "n_hot_red",
    "hypervent": "n_chest_breath n_stroke n_allergy",
}


def test_each_of_the_25_causes_says_when_to_come_back_at_once() -> None:
    assert len(COME_BACK) == 25
    missing = {cause: set(ids.split()) - set(PACK.causes[cause].net) for cause, ids in COME_BACK.items()}
    assert not any(missing.values()), missing


@pytest.mark.parametrize("first", PACK.causes)
def test_the_card_has_room_for_the_whole_lists_of_the_first_two_candidates(first: str) -> None:
    nets = [set(PACK.causes[first].net) | set(each.net) for each in PACK.causes.values()]
    assert max(map(len, nets)) <= MOST_NET


def test_every_cause_that_can_lead_an_urgent_card_has_its_emergency_sentence() -> None:
    for cause, record in PACK.causes.items():
        if record.level is None:
            assert WORDS["causes"][cause].get("emergency"), cause


@pytest.mark.parametrize(
    ("text", "words_in_it"),
    [
        ("who_to_see", ["Family doctor (GP", "Podiatrist", "Physiotherapist", "Sports physician"]),
        ("ask_the_doctor", ["answers", "dates", "scores"]),
        ("under_16", ["adult", "read"]),
    ],
)  # fmt: skip
def test_the_texts_that_must_exist_do(text: str, words_in_it: list[str]) -> None:
    for each in words_in_it:
        assert each in WORDS["texts"][text]


def test_the_prevention_card_says_all_of_its_lines() -> None:
    card = " ".join(WORDS["advice"][each] for each in PACK.prevention)
    for each in ("Warm up", "room at the toes", "laces", "belt", "slowly", "winter", "hips and trunk", "B12"):
        assert each in card
    assert "Drink when thirsty, small amounts. Do not force water." in card


@pytest.mark.parametrize("water", ["extra=drank_lots", "extra=none"])
def test_the_prevention_card_speaks_of_drinking_only_to_those_who_did_not_drink_too_much(water: str) -> None:
    story = begun(calm(f"where=calf side=both when=after trigger=long_sweaty {water}"))
    story.check("D1", "status=resolved runs_clear=two_runs spells=none")
    if story.episode.state == "following":
        story.check("returning/BACK", "status=resolved runs_clear=two_runs")
    assert story.episode.ended == "resolved"
    text = draw(story.decision.says[-1]).text
    assert ("Drink" in text) is (water == "extra=none")
    assert "Warm up gently" in text


@pytest.mark.parametrize(
    ("level", "advice", "rule"),
    [
        ("L1", "avoid", "no_running_now"), ("L2", "steps", "no_running_until_seen"),
        ("L3", "steps", "no_running_until_seen"), ("L4", "steps", "no_running_that_brings_it_on"),
        ("L5", "steps", "easy_running"),
    ],
)  # fmt: skip
def test_every_level_has_its_running_rule(level: str, advice: str, rule: str) -> None:
    assert rule in getattr(PACK.levels[level], advice)
