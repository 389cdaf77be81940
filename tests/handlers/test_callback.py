"""Button data: written in one file, read back exactly, never trusted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.callback import MAX_BYTES, EpisodePress, PersonPress, decode, encode

OPTIONS = st.from_regex(r"[=+!-][A-Za-z0-9_:+-]{1,40}", fullmatch=True)
NAMES = st.from_regex(r"[a-z_]{1,16}", fullmatch=True)
VALUES = st.from_regex(r"[A-Za-z0-9_/+-]{0,40}", fullmatch=True)


@given(st.integers(0, 10**9), st.integers(0, 10**6), OPTIONS)
def test_a_press_in_an_episode_is_read_back_as_it_was_written(episode: int, turn: int, option: str) -> None:
    press = EpisodePress(episode, turn, option)
    data = encode(press)
    assert len(data.encode()) <= MAX_BYTES
    assert decode(data) == press


@given(st.integers(0, 10**6), NAMES, VALUES)
def test_a_press_of_ones_own_is_read_back_as_it_was_written(turn: int, name: str, value: str) -> None:
    press = PersonPress(turn, name, value)
    assert decode(encode(press)) == press


@given(st.text(max_size=80))
def test_anything_else_is_no_press(text: str) -> None:
    press = decode(text)
    assert press is None or encode(press) == text or text[1:2] == "0"


@pytest.mark.parametrize(
    "data", ["", "e", "e1.1", "e1.1.yes", "x1.1.=yes", "e1.1.=yes\n", "e1.1.=<b>", "p1.Go.x", "é" * 40, "\ud800"]
)
def test_what_this_program_did_not_write_is_refused(data: str) -> None:
    assert decode(data) is None


def test_a_press_that_does_not_fit_is_refused_when_written_not_when_pressed() -> None:
    with pytest.raises(ValueError, match="does not fit a button"):
        encode(EpisodePress(1, 1, "=" + "x" * 60))
