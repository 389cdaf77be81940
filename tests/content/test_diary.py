"""What a logged run deserves to hear, and over which days the diary is looked at."""

from __future__ import annotations

from datetime import timedelta

import pytest

from content import diary
from content.diary import Run
from content.episode import Entry, Episode
from content.strength import Strength
from tests.content.story import NOON

DAY = timedelta(days=1)


def signs(score: int, *before: int, places: tuple[str, ...] = ("calf",), checked: bool = True) -> list[str]:
    """Of a run with this score after these, a day apart, by somebody whose check said the calf."""
    earlier = [(NOON - DAY * (len(before) - place), Strength(each)) for place, each in enumerate(before)]
    return list(diary.signs(Run(NOON, score, places, "during"), earlier, ("calf",), checked=checked))


@pytest.mark.parametrize(
    ("score", "before", "found"),
    [
        (3, (3, 3), []),
        (4, (3, 3), []),
        (5, (3, 3), ["rising"]),
        (5, (4, 3, 4), ["rising"]),
        (5, (3, 4, 4, 4), []),
        (7, (7,), []),
        (8, (8,), ["strong"]),
        (9, (), ["strong"]),
        (2, (0, 0), ["rising"]),
        (0, (), []),
    ],
)
def test_a_rise_is_measured_against_the_mildest_of_the_last_three(
    score: int, before: tuple[int, ...], found: list[str]
) -> None:
    assert signs(score, *before) == found


def test_words_and_numbers_are_compared_on_the_safe_side() -> None:
    earlier = [(NOON - DAY, Strength(6))]
    assert diary.signs(Run(NOON, 8, in_words=True), earlier, (), checked=True) == ["strong", "rising"]
    assert diary.signs(Run(NOON, 5, in_words=True), earlier, (), checked=True) == []


def test_a_new_place_and_a_person_without_a_check_are_told_so() -> None:
    assert signs(3, 3, places=("calf", "shin")) == ["new_place"]
    assert signs(3, 3, checked=False) == ["unchecked"]
    assert signs(0, places=("shin",), checked=False) == []


def test_what_is_told_later_is_no_comparison_for_a_run_of_yesterday() -> None:
    run = diary.moved(Run(NOON, 5), yesterday=True)
    assert diary.signs(run, [(NOON, Strength(1))], (), checked=True) == []


def test_a_run_moves_by_one_day_however_often_it_is_said() -> None:
    run = diary.moved(diary.moved(Run(NOON, 3), yesterday=True), yesterday=True)
    assert (run.at, run.was_yesterday) == (NOON - DAY, True)
    assert diary.moved(run, yesterday=False) == Run(NOON, 3)


def test_what_came_the_next_day_belongs_to_a_run_of_yesterday() -> None:
    told = diary.told(Run(NOON, 3), ("calf",), "next_day")
    assert (told.at, told.places, told.after) == (NOON - DAY, ("calf",), "next_day")
    assert diary.told(told, ("calf",), "during").at == NOON - DAY


@pytest.mark.parametrize(
    ("score", "word"), [(0, "nothing"), (1, "little"), (4, "little"), (5, "bothers"), (10, "stops")]
)
def test_every_score_has_a_word_and_some_strength_is_never_nothing(score: int, word: str) -> None:
    assert diary.word_of(score) == word


def test_advice_is_noted_when_it_changes_and_when_ice_hurt() -> None:
    levels = ("L5", "L5", "L4")
    history = [Entry((NOON + place * DAY).isoformat(), "k", "", 3, level) for place, level in enumerate(levels)]
    assert diary.advice(history, Episode("UTC", level="L4")) == [(NOON, "L5"), (NOON + 2 * DAY, "L4")]
    hurt = Episode("UTC", level="L2", planned_from=NOON + 3 * DAY)
    assert diary.advice(history, hurt)[-1] == (NOON + 3 * DAY, "L2")


def test_the_window_is_two_weeks_unless_there_is_more() -> None:
    assert diary.window([], NOON) == 14
    assert diary.window([NOON - 13 * DAY], NOON) == 14
    assert diary.window([NOON - 15 * DAY, NOON], NOON) == 60
    assert diary.window([NOON], NOON, 365) == 365
