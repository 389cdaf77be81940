"""A complaint that comes back: only what the person confirms stands, and the end is as if all had been asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import inspector
from content import buttons, explore, flow, recall, walked
from content.assess import assess
from content.conditions import NOT_SURE
from content.episode import Back, Pressed, Started
from content.explore_start import Beginning
from content.pack import Answers
from content.summary import summarise
from handlers import summary_page
from handlers.draw_history import still_true
from handlers.screens import TEXT_UNITS, Stage, units
from handlers.voice import Voice
from storage import episodes
from tests.content.shipped import BOUNDED, GATES, PACK, RANDOMS, answer_sets, calm, rank, without_danger
from tests.content.story import NOON, Story
from tests.content.tiny import tiny_pack, tiny_problems

LASTING = {each.id for each in PACK.questions.values() if each.lasting}
LASTS = ("options: [minutes, days]\n", "options: [minutes, days]\n    lasting: true\n")
RECALL = ("since: ease\n", "since: ease\nrecall: {within: 180 days, say: came_back}\n")
CAME_BACK = ("says:", "says:\n  came_back: It came back.")
DAYS = {"ease": frozenset({"days"})}


def returning(known: Answers, *, level: str | None = None, times: int = 2) -> Story:
    """Somebody whose complaint is back, at the first question."""
    story = Story()
    story.do(Started(Back(7, NOON.isoformat(), level, None, times, known)))
    return story


def pressed_through(story: Story, truth: Answers, *, change: bool = False, backs: Random | None = None) -> list[str]:
    """Everything answered as the truth has it, with some steps back; the questions that were really asked, in order."""
    asked: list[str] = []
    while story.episode.level is None:
        question = PACK.questions[story.episode.question or ""]
        if backs and story.episode.trail and backs.random() < 0.1:
            story.press(buttons.BACK)
        elif recall.is_confirming(story.episode):
            story.press(buttons.CHANGE if change else buttons.STILL)
        else:
            asked.append(question.id)
            shown = {*story.shown, NOT_SURE}
            story.answer(*sorted(truth.get(question.id, frozenset()) & shown or question.alone or {NOT_SURE}))
    return asked


@settings(BOUNDED, max_examples=60)
@given(st.one_of(without_danger(), without_danger(), answer_sets()), RANDOMS)
def test_the_answers_in_the_end_are_those_of_somebody_who_is_asked_everything(truth: Answers, random: Random) -> None:
    """So no answer set is new to the proofs, and the outcome of the same answers is the same."""
    known = recall.known(PACK, PACK, truth)
    story = returning(known)
    asked = pressed_through(story, truth, backs=random)
    everything = walked.triage(PACK, truth)
    assert story.episode.answers == everything.answers
    assert story.episode.level == assess(PACK, everything.answers).level
    assert not set(asked) & set(known)
    assert {name for name in everything.trail if name in GATES} <= set(asked)


def test_what_has_changed_is_asked_and_counts() -> None:
    known = recall.known(PACK, PACK, calm())
    assert set(known) == LASTING == {"injury", "bg", "age"}
    story = returning(known)
    asked = pressed_through(story, calm("bg=diabetes+known_numb_feet age=a60"), change=True)
    assert set(asked) >= LASTING
    assert story.episode.level == "L3"
    assert story.episode.answers == calm("bg=diabetes+known_numb_feet age=a60")


def test_the_card_comes_in_the_place_of_its_first_question_and_old_or_strange_presses_change_nothing() -> None:
    story = returning(recall.known(PACK, PACK, calm()))
    truth = calm()
    while not recall.is_confirming(story.episode):
        assert not set(story.episode.answers) & LASTING
        story.answer(*sorted(truth[story.episode.question or ""]))
    before = story.episode
    assert (before.question, story.decision.says[0].kind) == ("injury", "still_true")
    for strange in ("=none", "+diabetes", buttons.DONE, buttons.UNSURE, "=ankle_twist"):
        assert story.press(strange).stale
    assert story.episode == before
    old = before.turn
    story.press(buttons.STILL)
    assert story.episode.question == "extra"
    assert story.episode.answers["bg"] == truth["bg"]
    story.do(Pressed(old, buttons.CHANGE))
    assert story.decision.stale
    story.press(buttons.BACK)
    assert recall.is_confirming(story.episode)
    assert story.episode.answers == before.answers


def test_red_flags_end_it_before_anything_known_is_used() -> None:
    story = returning(recall.known(PACK, PACK, calm()))
    story.answer("stroke_signs")
    assert story.episode.level == "L1"
    assert set(story.episode.answers) == {"g_life"}


def test_progress_never_grows_and_ends_at_its_total() -> None:
    story, truth, totals = returning(recall.known(PACK, PACK, calm())), calm(), list[int]()
    while story.episode.level is None:
        totals.append(flow.progress(PACK, story.episode).total)
        at = flow.progress(PACK, story.episode).number
        if recall.is_confirming(story.episode):
            story.press(buttons.STILL)
        else:
            story.answer(*sorted(truth[story.episode.question or ""]))
    assert totals == sorted(totals, reverse=True)
    assert at == totals[-1]


# --- what may stand ---------------------------------------------------------------------------------------------------


def test_only_what_both_versions_ask_alike_may_stand() -> None:
    old = tiny_pack(LASTS, RECALL, CAME_BACK)
    assert recall.known(old, old, DAYS) == DAYS
    assert recall.known(old, tiny_pack(), DAYS) == {}
    assert recall.known(tiny_pack(), old, DAYS) == DAYS
    words = [("ask: How long?", "ask: How long now?"), ("label: Days", "label: 2 days"), ("pack: tiny", "pack: other")]
    for change in words:
        assert recall.known(old, tiny_pack(LASTS, RECALL, CAME_BACK, change), DAYS) == {}
    option = ("options: [minutes, days]\n", "options: [minutes, days, weeks]\n    lasting: true\n")
    label = ("      days: {label: Days}\n", "      days: {label: Days}\n      weeks: {label: Weeks}\n")
    more = tiny_pack(option, label, RECALL, CAME_BACK)
    assert recall.known(old, more, DAYS) == {}


def test_what_they_could_not_tell_or_have_told_otherwise_since_is_asked() -> None:
    assert "bg" not in recall.known(PACK, PACK, calm("bg=not_sure"))
    assert "bg" not in recall.known(PACK, PACK, calm(), [calm("bg=pregnant")])
    assert "bg" in recall.known(PACK, PACK, calm(), [calm(), {}])


def test_old_checks_do_not_count() -> None:
    within = timedelta(days=180)
    assert recall.is_recent(PACK, NOON - within, NOON)
    assert not recall.is_recent(PACK, NOON - within - timedelta(seconds=1), NOON)
    assert not recall.is_recent(tiny_pack(), NOON, NOON)


CONDITIONAL = "options: [minutes, {days: {when: sym.numb}}]\n    lasting: true\n"
HARSH = RECALL[1].replace("back}", "back, floors: [{level: L1, times: 1, say: came_back}]}")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([("alone: [none]}\n  sym", "alone: [none], lasting: true}\n  sym"), RECALL, CAME_BACK], "are asked again"),
        ([LASTS], "is `lasting`; add `recall:`"),
        ([("score: {kind: scale}\n", "score: {kind: scale, lasting: true}\n"), RECALL, CAME_BACK], "never asked"),
        ([(LASTS[0], CONDITIONAL), RECALL, CAME_BACK], "who did not see a line"),
        ([RECALL], "no words for 'came_back'"),
        ([(RECALL[0], HARSH), CAME_BACK], "only answers lead there"),
        ([(RECALL[0], HARSH), CAME_BACK], "write 2 or more"),
        ([("since: ease\n", "since: ease\nabout: [simm]\n")], "unknown question 'simm'"),
    ],
)
def test_what_cannot_last_is_refused_with_its_place(changes: list[tuple[str, str]], said: str) -> None:
    assert any(said in each for each in tiny_problems(*changes)), tiny_problems(*changes)


# --- how urgent -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("told", "times", "level", "plan", "reason"), [
    (None, 2, "L5", "FU-NEUROMA", None),
    ("L5", 2, "L5", "FU-NEUROMA", None),
    ("L4", 2, "L4", "FU-SEEN", "came_back"),
    ("L3", 3, "L3", "FU-SEEN", "came_back"),
    ("L1", 2, "L2", "FU-SEEN", "came_back"),
    ("L5", 3, "L4", "FU-SEEN", "keeps_coming_back"),
    ("L3", 1, "L5", "FU-NEUROMA", None),
])  # fmt: skip
def test_it_is_never_told_milder_than_last_time(
    told: str | None, times: int, level: str, plan: str, reason: str | None
) -> None:
    story = returning({}, level=told, times=times)
    story.answers(calm())
    assert (story.episode.level, story.episode.plan) == (level, plan)
    assert story.outcome.get("reason") == reason
    assert all(key.startswith(f"{plan}/") for key in story.agenda)
    assert story.outcome["may_ice"] is PACK.levels[level].routine


def test_over_breathing_that_repeats_is_seen_by_a_doctor() -> None:
    story = returning({})
    story.answers(calm("where=wide side=both trigger=fast_breathing"))
    assert (story.episode.level, story.outcome.get("reason")) == ("L4", "breath_repeats")


@settings(BOUNDED, max_examples=60)
@given(answer_sets(), RANDOMS)
def test_coming_back_never_makes_it_less_urgent_nor_an_emergency(given_: Answers, random: Random) -> None:
    level = assess(PACK, given_).level
    told = random.choice([None, *PACK.levels])
    episode = replace(returning({}, level=told, times=random.randrange(1, 5)).episode, answers=given_)
    raised = recall.raised(PACK, episode, level)
    if raised is not None:
        assert rank(raised[0]) < rank(level)
        assert not PACK.levels[raised[0]].alone


def test_after_a_raised_result_every_reply_leads_on_as_after_a_check_in_that_raises_it() -> None:
    people = ("", "where=calf sym=itch trigger=new_to_run", "g_limb=foot_drop")
    raised = [
        Beginning("FU-SEEN", level, replace(walked.triage(PACK, calm(text)), back=Back(7, "", level, None, 3, {})))
        for text in people
        for level in ("L2", "L4")
    ]
    found = explore.follow(PACK, raised)
    assert found.states > 100
    assert found.broken == ()


# --- kept and shown ---------------------------------------------------------------------------------------------------


def test_what_is_known_is_stored_with_the_event_and_the_episode() -> None:
    story = returning(recall.known(PACK, PACK, calm()), level="L5")
    assert episodes.read(episodes.write(story.episode)) == story.episode
    old = episodes.write(Story().episode)
    del old["back"]
    assert episodes.read(old) == Story().episode


def test_the_doctors_page_says_that_it_came_back_and_what_was_told_then() -> None:
    story = Story()
    story.do(Started(Back(7, NOON.isoformat(), "L4", "neuroma", 2, {})))
    story.answers(calm())
    voice = Voice("en", PACK, NOON, "Europe/London")
    page = summary_page.page(voice, summarise(PACK, story.episode, NOON, NOON))
    row = page.story.rows[0]
    assert (row.name, row.strong) == ("Came back", True)
    assert row.text.startswith("last check 23 Nov 2026 · told then: Routine visit; Thickened nerve between the toes")
    assert row.text.endswith("time no. 2 within 180 days")
    assert "raised because it came back" in page.advice.rows[-1].text


@pytest.mark.parametrize("language", PACK.languages)
def test_the_card_of_everything_known_fits_one_message(language: str) -> None:
    known = [[each, [PACK.questions[each].option_ids[0]]] for each in PACK.questions if each in LASTING]
    values = {"turn": 3, "at": NOON.isoformat(), "known": known, "number": 16, "total": 19}
    screen = still_true(Stage(Voice(language, PACK, NOON, "Europe/London"), 36**5), values)
    assert units(screen.text) < TEXT_UNITS


def test_an_upload_that_changes_what_may_stand_or_how_urgent_it_is_again_needs_somebody_to_read_it() -> None:
    old = tiny_pack(RECALL, CAME_BACK)
    shorter = tiny_pack((RECALL[0], RECALL[1].replace("180", "90")), CAME_BACK)
    for new in (tiny_pack(LASTS, RECALL, CAME_BACK), shorter, tiny_pack()):
        assert "recall" in inspector.unseen(old, new)
    assert "recall" not in inspector.unseen(old, old)
