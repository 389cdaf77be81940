"""What a press means inside an episode, written in a few letters.

=yes      the answer, at once            +numb / -numb   tick / untick (safe to repeat)
!done !back !unsure !stop                the card's own buttons
!still !change                           what is known from an earlier check still holds, or does not
    !later !later:60 !later:tonight !later:now          a check-in is put off
    !ice !rhythm:hourly !skin:2:ok !off:2 !ice_later:2 !ice_stop     icing rounds
    !about !sources !doctor !words !more !restart  under an outcome
 !page !page:es !data      the summary for a doctor: in the person's language, in another; as data
 !picture:pad_behind !question            a picture; from there back to the open question
"""

from __future__ import annotations

PICK, TICK, UNTICK, DO = "=", "+", "-", "!"
DONE, BACK, UNSURE, STOP = "!done", "!back", "!unsure", "!stop"
STILL, CHANGE = "!still", "!change"
LATER, RESTART, ABOUT, SOURCES = "!later", "!restart", "!about", "!sources"
DOCTOR, WORDS, MORE = "!doctor", "!words", "!more"
ICE, ICE_STOP, ICE_LATER = "!ice", "!ice_stop", "!ice_later"
RHYTHM, SKIN, OFF = "!rhythm", "!skin", "!off"
ICING = frozenset({RHYTHM, SKIN, OFF, ICE_LATER, ICE_STOP})
PICTURE, QUESTION = "!picture", "!question"
PAGE, DATA = "!page", "!data"
ANYTIME = frozenset({ABOUT, SOURCES, DOCTOR, WORDS, MORE, ICE, RESTART, PICTURE, QUESTION, PAGE, DATA})


def command(option: str) -> tuple[str, ...]:
    """The parts of a `!name:part:part` button."""
    return tuple(option.split(":"))


def write(name: str, *parts: str | int) -> str:
    """The button of a command with its parts."""
    return ":".join((name, *(str(part) for part in parts)))
