"""No group smaller than 5 is shown, and none can be worked out: not from sums, not by who knows the rule."""

from __future__ import annotations

import itertools
from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from storage.suppression import FEW, HIDDEN, Cell, added, line, parts, single, whole


def shown(*counts: int) -> list[Cell]:
    return list(line(dict(enumerate(counts))).values())


def test_large_counts_and_none_are_shown_as_they_are() -> None:
    assert shown(5, 0, 12) == [5, 0, 12]


def test_a_single_small_count_takes_its_neighbour_with_it() -> None:
    assert shown(30, 20, 3, 10) == [30, 20, FEW, HIDDEN]


def test_two_small_counts_that_could_be_anything_hide_no_other() -> None:
    assert shown(30, 2, 3) == [30, FEW, FEW]


def test_two_small_counts_whose_sum_tells_them_hide_more() -> None:
    assert shown(30, 1, 1, 20) == [HIDDEN, FEW, FEW, 20]


def test_a_small_whole_shows_nothing_of_itself() -> None:
    assert (whole({"a": 3}), shown(3, 0)) == (FEW, [HIDDEN, HIDDEN])


def test_nothing_is_shown_of_what_cannot_be_protected() -> None:
    assert shown(5, 1) == [HIDDEN, HIDDEN]


def test_parts_of_a_hidden_cell_are_hidden() -> None:
    assert parts({"a": 9, "b": 9}, HIDDEN) == {"a": HIDDEN, "b": HIDDEN}
    assert parts({"a": 9, "b": 9}, 18) == {"a": 9, "b": 9}


def test_a_sum_with_a_hidden_part_is_no_sum() -> None:
    assert (added([5, 7]), added([5, FEW]), single(4)) == (12, None, FEW)


def test_who_knows_the_rule_and_every_sum_cannot_tell_any_small_count() -> None:
    """All lines of three counts with a sum up to 24: what is shown fits three values of each small count, or more."""
    fits: dict[tuple[object, ...], list[tuple[int, ...]]] = defaultdict(list)
    for counts in itertools.product(range(25), repeat=3):
        if sum(counts) <= 24:
            fits[(single(sum(counts)), *shown(*counts))].append(counts)
    for said, could_be in fits.items():
        for place, cell in enumerate(said[1:]):
            values = {counts[place] for counts in could_be}
            assert len(values) >= (3 if cell == FEW else 2) or not values & {1, 2, 3, 4}, said


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
@settings(max_examples=200, deadline=None)
def test_from_the_sum_each_small_count_may_still_be_anything_from_1_to_4(counts: list[int]) -> None:
    said = shown(*counts)
    assert not {1, 2, 3, 4} & {cell for cell in said if isinstance(cell, int)}
    hidden = sum(counts) - sum(cell for cell in said if isinstance(cell, int))
    small, large = said.count(FEW), said.count(HIDDEN)
    if small:
        others = small - 1
        assert others + 5 * large + 4 <= hidden
        assert large or hidden <= 4 * others + 1
