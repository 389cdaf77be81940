"""What comes late loses nothing: an answer after the next check-in fell due, one missed or put aside, an evening."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from content.episode import Left
from tests.content.lives import STARTS
from tests.content.shipped import CALM, answers, calm
from tests.content.story import begun

SAME = answers("status=same score=5 changed=none numb_between=no seen=not_yet hives_again=no ran=yes spells=none")


def test_an_answer_that_comes_after_the_next_check_in_fell_due_does_not_lose_that_one() -> None:
    story = begun(calm(STARTS["FU-ITCH"]))
    story.due("FU-ITCH/RUN1")
    story.now = story.agenda["FU-ITCH/RUN2"].due_at + timedelta(hours=1)
    story.answers({"new_danger": frozenset({"no"}), **SAME})
    assert story.episode.state == "following"
    assert "FU-ITCH/RUN2" in story.agenda


def test_an_answer_after_the_whole_plan_is_over_stands_for_the_deadline() -> None:
    story = begun(CALM)
    story.due("FU-NEUROMA/D7")
    story.now += timedelta(days=60)
    story.answers({"new_danger": frozenset({"no"}), **SAME})
    assert story.levels == ["L5", "L4"]


def test_the_check_in_at_the_deadline_is_asked_however_late_when_the_next_one_is_far_away() -> None:
    story = begun(CALM)
    story.due("FU-NEUROMA/D14", late=timedelta(days=4))
    assert story.episode.form == "FU-NEUROMA/D14"


def test_putting_the_check_in_at_the_deadline_aside_says_whom_to_see_if_it_persists() -> None:
    story = begun(CALM)
    story.due("FU-NEUROMA/D7")
    assert story.do(Left()).says[0].values["whom"] == []
    story.due("FU-NEUROMA/D14")
    assert story.do(Left()).says[0].values["whom"]


def test_told_late_in_the_evening_one_question_is_asked_in_the_morning_not_three() -> None:
    late = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
    story = begun(calm(STARTS["FU-CECS just now"]), now=late)
    morning = [key for key, each in story.agenda.items() if each.due_at < late + timedelta(hours=12)]
    assert morning == ["FU-CECS/h2"]
