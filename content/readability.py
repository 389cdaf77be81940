"""Is a text too hard for its readers? Flesch's formula with the numbers of each language, and a longest sentence.

Readers may be 12 years old, tired and worried. A formula only sees long words and long sentences, so it is asked of
sentences and texts that are long enough for it; technical names in brackets do not count.

Sources: R. Flesch, A new readability yardstick, J Appl Psychol 1948 (below 30 very difficult; 60 to 70 plain English);
F. Szigriszt Pazos 1993 with the INFLESZ classes of Barrio-Cantalejo et al., An Sist Sanit Navar 2008 (below 40 very
difficult, 55 to 65 normal); Oxford Guide to Plain English (most sentences below 20 words, few above 30).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pyphen

LONGEST_SENTENCE, LONGEST_SIMPLE = 30, 15
SENTENCE_FROM, TEXT_FROM = 10, 25

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_BRACKETS = re.compile(r"\([^)]*\)")
_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+|\n")


@dataclass(frozen=True, slots=True)
class Formula:
    """ease = 206.835 - `per_syllable` * syllables of a word - `per_word` * words of a sentence; 100 easy, 0 hard.

    `sentence`, `text`: the least ease of one sentence and of a whole text; `simple`: of a text in easy words,
    which from `very_easy` on need not be easier than the usual ones. `hyphens`: the hyphenation that tells syllables.
    """

    hyphens: str
    per_syllable: float
    per_word: float
    sentence: int
    text: int
    simple: int
    very_easy: int


FORMULAS = {
    "en": Formula("en_GB", 84.6, 1.015, sentence=30, text=55, simple=70, very_easy=90),
    "es": Formula("es", 62.3, 1.0, sentence=40, text=55, simple=65, very_easy=80),
}


def complaints(text: str, language: str) -> list[str]:
    """What is too hard about it, each with its words and a cure. Without a formula only the length is looked at."""
    sentences = _sentences(text)
    found = [complaint for each in sentences for complaint in _about_sentence(each, language)]
    formula, words = FORMULAS.get(language), _words(text)
    if formula and len(words) >= TEXT_FROM and (ease := _ease(words, len(sentences), formula)) < formula.text:
        found.append(
            f"is too hard to read (ease {ease:.0f}, {formula.text} is wanted); use shorter words and sentences"
        )
    return found


def not_easier(simple: str, usual: str, language: str) -> list[str]:
    """Why the easy words of a text are not easy, or no easier than the usual ones; short texts have no ease."""
    found = [
        f"a sentence has {len(words)} words, {LONGEST_SIMPLE} are the most in easy words: “{each[:60].strip()}…”"
        for each in _sentences(simple)
        if len(words := _words(each)) > LONGEST_SIMPLE
    ]
    formula = FORMULAS.get(language)
    if formula is None or len(_words(simple)) < SENTENCE_FROM:
        return found
    ease = _ease_of(simple, formula)
    if ease < formula.simple:
        found.append(f"is too hard for easy words (ease {ease:.0f}, {formula.simple} is wanted); use shorter words")
    elif len(_words(usual)) >= SENTENCE_FROM and ease < min(before := _ease_of(usual, formula), formula.very_easy):
        found.append(f"is harder to read than the usual words (ease {ease:.0f}, theirs {before:.0f})")
    return found


def _ease_of(text: str, formula: Formula) -> float:
    return _ease(_words(text), len(_sentences(text)), formula)


def _about_sentence(sentence: str, language: str) -> Iterator[str]:
    formula, words = FORMULAS.get(language), _words(sentence)
    shown = f"“{sentence[:60].strip()}…”"
    if len(words) > LONGEST_SENTENCE:
        yield f"a sentence has {len(words)} words, {LONGEST_SENTENCE} are the most; make two of {shown}"
    elif formula and len(words) >= SENTENCE_FROM and (ease := _ease(words, 1, formula)) < formula.sentence:
        yield f"a sentence is too hard to read (ease {ease:.0f}, {formula.sentence} is wanted): {shown}"


def _ease(words: list[str], sentences: int, formula: Formula) -> float:
    syllables = sum(_syllables(word.lower(), formula.hyphens) for word in words)
    return 206.835 - formula.per_syllable * syllables / len(words) - formula.per_word * len(words) / sentences


@cache
def _syllables(word: str, hyphens: str) -> int:
    return len(_hyphenation(hyphens).positions(word)) + 1


@cache
def _hyphenation(language: str) -> pyphen.Pyphen:
    return pyphen.Pyphen(lang=language, left=1, right=1)


def _sentences(text: str) -> list[str]:
    return [each for each in _SENTENCE_END.split(_BRACKETS.sub("", text)) if _WORD.search(each)]


def _words(text: str) -> list[str]:
    return _WORD.findall(_BRACKETS.sub("", text))
