"""How strong it is, in numbers and in words: what is compared is never read as milder than it may be."""

from __future__ import annotations

from itertools import pairwise, product

import pytest

from content import strength
from content.strength import MEANS, PHRASES, Strength
from tests.content.shipped import answers, calm
from tests.content.story import Story, begun

QUIET = answers("new_danger=no changed=none numb_between=no ran=yes")

URGENCY = {"down": 0, "unknown": 1, "level": 1, "up": 2}


def told(truth: int, *, in_words: bool) -> Strength:
    """How somebody tells a strength that they could put a number on."""
    if not in_words:
        return Strength(truth)
    return Strength(next(number for number, meant in MEANS.items() if truth in meant), in_words=True)


def test_the_phrases_mean_every_number_once_and_become_one_that_they_mean() -> None:
    assert sorted(number for meant in MEANS.values() for number in meant) == list(range(11))
    assert all(number in MEANS[number] for number in PHRASES.values())


@pytest.mark.parametrize("words_first", [True, False])
def test_a_number_and_a_phrase_are_never_read_as_milder_than_what_is_true(words_first: bool) -> None:
    for before, now in product(range(11), repeat=2):
        truth = strength.change(Strength(before), Strength(now))
        read = strength.change(told(before, in_words=words_first), told(now, in_words=not words_first))
        assert URGENCY[read] >= URGENCY[truth], (before, now)


def test_a_stronger_phrase_is_a_worsening_and_a_milder_one_leaves_it_to_the_persons_own_word() -> None:
    phrases = [Strength(number, in_words=True) for number in PHRASES.values()]
    for milder, stronger in pairwise(phrases):
        assert strength.change(milder, stronger) == "up"
        assert strength.change(stronger, milder) == "unknown"
        assert strength.change(milder, milder) == "level"
    assert [strength.change(phrases[-1], milder) for milder in phrases[:2]] == ["down", "down"]


@pytest.mark.parametrize("words_first", [True, False])
def test_what_counted_as_worse_once_does_not_count_again(words_first: bool) -> None:
    for number, phrase in product(range(11), PHRASES.values()):
        pair = Strength(number), Strength(phrase, in_words=True)
        before, now = reversed(pair) if words_first else pair
        if strength.change(before, now) == "up":
            assert strength.change(strength.base_after(before, now, "worse"), now) == "level", pair


def checked(base: str, status: str, *scores: str) -> Story:
    """A sore forefoot told with this base, and then these at the next check-ins."""
    story = begun({**calm(), "score0": frozenset({base})})
    for key, score in zip(("D1", "D3", "D7"), scores, strict=False):
        story.due(f"FU-NEUROMA/{key}" if story.episode.plan == "FU-NEUROMA" else min(story.agenda))
        story.answers({**QUIET, **answers(f"status={status}", "seen=not_yet"), "score": frozenset({score})})
    return story


@pytest.mark.parametrize(
    ("base", "status", "score", "word"),
    [
        ("3", "same", "bothers", "worse"),  # 4 to 6: may be 3 more
        ("3", "better", "bothers", "worse"),
        ("5", "same", "bothers", "same"),  # 4 to 6: at most 1 more
        ("7", "same", "bothers", "same"),  # 4 to 6: may be 1 less only
        ("7", "better", "bothers", "better"),  # the person says so, and less it is
        ("9", "better", "bothers", "better"),  # 4 to 6: 3 less at least
        ("bothers", "same", "3", "same"),
        ("stops", "same", "bothers", "same"),  # may be 1 less only
        ("stops", "same", "little", "better"),
        ("bothers", "same", "7", "worse"),
        ("stops", "better", "little", "better"),
        ("little", "same", "bothers", "worse"),
        ("bothers", "worse", "bothers", "worse"),
        ("not_sure", "better", "little", "better"),  # nothing to compare with: the person's own word
        ("5", "better", "not_sure", "better"),
    ],
)
def test_a_check_in_reads_numbers_and_words_on_the_safe_side(base: str, status: str, score: str, word: str) -> None:
    assert [*checked(base, status, score).verdicts.values()] == [word]


def test_the_safe_side_is_taken_once_and_says_so() -> None:
    story = checked("7", "same", "stops")
    assert story.levels == ["L5", "L4"]
    assert story.outcome["reason"] == "escalated_worse"
    assert story.outcome["doubt"] is True
    assert "'score', 'stops'" in str(story.outcome["told"])
    key = story.next()
    story.answers({**QUIET, **answers("status=same seen=this_week"), "score": frozenset({"stops"})})
    assert story.verdicts[key] == "same"
    assert story.episode.level == "L4"


def test_who_says_worse_is_told_so_without_a_word_of_doubt() -> None:
    assert "doubt" not in checked("7", "worse", "stops").outcome


def test_a_phrase_is_stored_as_its_number_and_remembered_as_said() -> None:
    story = Story()
    while story.episode.question != "score0":
        story.answer(*sorted(calm()[story.episode.question or ""]))
    story.press("=stops")
    assert (story.episode.base, story.episode.base_in_words) == (8, True)
    assert story.episode.answers["score0"] == {"8"}
    assert story.episode.history[-1].in_words
