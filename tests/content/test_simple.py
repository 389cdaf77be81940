"""Easier words say what the usual ones say: the same ids, numbers, places and red flags. What differs is found."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from content import catalogues, simple, telling, unpacking, words
from content.asking import question_say
from content.episode import Say
from content.load import parse_pack, problems_in
from handlers import screens
from handlers.screens import Stage
from handlers.voice import Voice
from tests.content.shipped import DANGERS, GATES, PACK, calm
from tests.content.story import NOON, Story, begun
from tests.content.test_words import YOU_HAVE, check, texts_in
from tests.content.tiny import tiny_files, tiny_pack

LANGUAGES = words.languages()
EASY = """\
questions:
  danger:
    ask: Did you faint?
    help: You woke up on the floor.
    options: {faint: {label: I fell and woke, text: I fell and woke up}, none: {label: None of these}}
advice: {rest: Rest now.}
"""
USUAL = (
    ("{faint: {label: I fainted}", "{faint: {label: I fainted, text: I fainted after 2 runs}"),
    ("advice: {rest: Rest.}", "advice: {rest: Rest for 30 minutes.}"),
)


def easy(*changes: tuple[str, str]) -> dict[str, bytes]:
    """The tiny pack with easier words for some of it, changed."""
    text = EASY.replace("woke up}", "woke up after 2 runs}").replace("Rest now.", "Rest 30 minutes.")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return {**tiny_files(*USUAL), "en.simple.yaml": text.encode()}


def found(files: dict[str, bytes]) -> list[str]:
    return [str(problem) for problem in problems_in(files)]


def test_the_easier_words_of_a_pack_are_no_problem_and_change_nothing_else() -> None:
    assert found(easy()) == []
    pack = parse_pack(easy())
    usual = parse_pack(tiny_files(*USUAL))
    assert replace(pack, simple={}, digest=usual.digest) == usual


LONG = "Rest " + "and rest " * 8 + "for 30 minutes."
# What is changed, the line that is blamed, and what is said about it.
FINDINGS = [
    ("faint: {label", "fain: {label", 5, "left over: en.yaml has no 'fain' here; did you mean 'faint'?"),
    ("faint: {label: I fell and woke, text: I fell and woke up after 2 runs}, ", "", 5,
     "option 'faint' has no easier words, the others have"),
    (", text: I fell and woke up after 2 runs", "", 5, "has a new `label:` without its `text:`"),
    ("after 2 runs", "after 3 runs", 5, "has the numbers ['3'], the usual words have ['2']; see en.yaml:"),
    ("Rest 30 minutes.", "'Rest {time}.'", 6, "has the places ['time'] to fill in, the usual words have []"),
    ("Rest 30 minutes.", "''", 6, "is empty; leave it out"),
    ("{rest: Rest 30 minutes.}", "Rest 30 minutes.", 6, "is not of the same kind as in en.yaml:"),
    ("Rest 30 minutes.", LONG, 6, "a sentence has 19 words, 15 are the most in easy words"),
    ("Rest 30 minutes.", "Physiological recuperation necessitates immobilisation and additionally observation of "
     "muscular tissue 30.", 6, "is too hard for easy words (ease"),
    ("I fell and woke,", "I fell and then I woke up,", 5, "a button holds 24"),
    ("advice:", "pictures: {a: b}\nadvice:", 6, "pictures have one wording; leave it out"),
    ("advice:", "sums: {a: b}\nadvice:", 6, "left over: en.yaml has no 'sums' here"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "says"), FINDINGS, ids=[each[3] for each in FINDINGS])
def test_a_finding_names_file_line_and_what_is_wrong(old: str, new: str, line: int, says: str) -> None:
    problems = found(easy((old, new)))
    assert [each for each in problems if each.startswith(f"en.simple.yaml:{line} ") and says in each], problems


def test_examples_that_name_an_old_button_are_found() -> None:
    files = easy(("    help: You woke up on the floor.\n", ""))
    files["en.yaml"] = files["en.yaml"].replace(b"For example, you", b"I fainted if you")
    assert "the examples in `help:` name \u201cI fainted\u201d" in found(files)[0]


def test_a_language_without_the_easier_words_of_the_others_is_found() -> None:
    files = easy()
    files["pack.yaml"] = files["pack.yaml"].replace(b"languages: [en]", b"languages: [en, es]")
    files["es.yaml"] = files["en.yaml"].replace(b"language: en", b"language: es")
    assert "pack.yaml:3 languages: the pack has no es.simple.yaml, but easier words in other languages" in found(files)
    files["es.simple.yaml"] = b"advice: {rest: Rest 30 minutes.}"
    assert "es.simple.yaml:1 `questions` has no easier words; see en.simple.yaml:2" in found(files)


def test_a_pack_without_easier_words_is_said_in_the_usual_ones() -> None:
    assert Voice("en", tiny_pack(), NOON, simple=True).text("advice", "rest") == "Rest."


def test_easier_words_can_be_sent_as_a_file_of_a_language_that_the_pack_speaks() -> None:
    sent = unpacking.unpack("en.simple.yaml", EASY.encode())
    assert unpacking.strays(tiny_pack(), sent) == []
    assert "does not speak this language" in str(unpacking.strays(tiny_pack(), ["fr.simple.yaml"]))


# --- the shipped words ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_red_flag_is_worded_easily_with_its_line(language: str) -> None:
    given = PACK.simple[language]["questions"]
    assert isinstance(given, dict)
    for gate, option in DANGERS:
        assert given[gate]["options"][option]["text"], option
    assert set(GATES) <= set(given)


@pytest.mark.parametrize("language", LANGUAGES)
def test_easier_words_are_plain_and_never_say_you_have(language: str) -> None:
    given: dict[str, Any] = dict(simple.words(PACK, language))
    for path, text in texts_in({section: given[section] for section in ("questions", "causes", "advice", "says")}):
        assert not re.search(YOU_HAVE[language], text.lower()), path
        assert not re.search(r"[<>{}]|\s$", text), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sign_in_front_of_a_button_reads_on_after_because(language: str) -> None:
    voice = Voice(language, PACK, NOON, simple=True)
    for question in PACK.questions.values():
        for option in set(question.option_ids) - question.alone:
            assert voice.answer(question.id, option)[0].isalnum(), (question.id, option)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scale", [True, False])
def test_every_card_in_easy_words_can_be_sent_with_one_button_a_row(language: str, *, scale: bool) -> None:
    stage = Stage(Voice(language, PACK, NOON, "Europe/London", scale=scale, simple=True), episode=36**5)
    for say in (*_asked(), *_told()):
        screen = screens.render(stage, say.kind, dict(say.values))
        check(screen)
        assert all(len(row) == 1 or len(row[0].label) <= screens.TINY for row in screen.rows)


def _asked() -> list[Say]:
    """Every question of a triage and of two check-ins, and the examples under a red flag."""
    story = Story()
    said = [question_say(PACK, replace(story.episode, helped=True))]
    story.answers(calm())
    story.check("D1", "status=better score=3 changed=none numb_between=no")
    story.check("D3", "status=worse score=8 changed=weak_numb numb_between=no")
    return [*said, *story.said]


def _told() -> list[Say]:
    """Mild, within days, and an emergency; and what is behind the button under it."""
    stories = [begun(calm(text)) for text in ("", "bg=diabetes sym=numb", "g_life=stroke_signs")]
    more = [telling.card(PACK, story.episode, button) for story in stories for button in telling.CARDS]
    return [*more, *(say for story in stories for say in story.said if say.kind == "outcome")]


# --- the bot's own easier words ---------------------------------------------------------------------------------------


def _changed(folder: Path, old: str, new: str) -> list[str]:
    paths = {}
    for each in LANGUAGES:
        paths[each] = folder / f"{each}.po"
        shutil.copy(words.path_of(each), paths[each])
    text = paths["en"].read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    paths["en"].write_text(text.replace(old, new), encoding="utf-8")
    return [str(problem) for problem in catalogues.problems(paths)]


def test_the_bots_own_easier_words_are_looked_at_anew_when_the_usual_ones_change(tmp_path: Path) -> None:
    usual = 'msgstr "All right, no ice for now."'
    assert _changed(tmp_path, usual, usual) == []
    usual = "Hello again. What would you like to do?"
    problems = _changed(tmp_path, f'msgstr "{usual}"', 'msgstr "Hello. What now?"')
    assert any(f"simple.home: was made from “{usual}”, which has changed" in each for each in problems)


def test_the_bots_own_easier_words_keep_places_and_have_usual_ones(tmp_path: Path) -> None:
    problems = _changed(tmp_path, 'msgstr "Tick {most} at most. Then press Done."', 'msgstr "Tick 3. Then press Done."')
    assert any("simple.question.up_to: has the places [] to fill in, the usual" in each for each in problems), problems
    problems = _changed(tmp_path, 'msgid "simple.home"', 'msgid "simple.hom"')
    assert any("simple.hom: left over: there are no usual words" in each for each in problems), problems
