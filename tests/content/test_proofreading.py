"""What `check` finds in a pack's languages: missing and left-over translations, places to fill in, hard sentences."""

from __future__ import annotations

import pytest

from content import readability
from content.load import pack_files, parse_pack, problems_in
from content.shipped import PACKS
from tests.content.tiny import tiny_files

HARD = (
    "Comprehensive electromyographical examination differentiates polyneuropathies, radiculopathies and additional "
    "musculoskeletal abnormalities."
)
DURO = (
    "La sintomatología neuropática periférica necesita obligatoriamente una valoración electromiográfica especializada "
    "complementaria inmediata."
)
HARD_TEXT = (
    "The physician determines the underlying condition. Additional investigations are necessary. "
    "Appropriate medication is available. Unsuccessful rehabilitation necessitates surgical intervention. "
    "Complications are exceptional, fortunately. Recovery is individual."
)
GERMAN = (
    "Donaudampfschifffahrtsgesellschaft und Rechtsschutzversicherungsgesellschaften bekommen von ihren Versicherten "
    "niemals Kopfschmerzen."
)
LONG = "It " + "and it " * 16 + "end."


def bilingual(*changes: tuple[str, str]) -> dict[str, bytes]:
    """The tiny pack in two languages, the second changed; its words are still English, which no check minds."""
    files = tiny_files(("languages: [en]", "languages: [en, es]"))
    words = files["en.yaml"].decode().replace("language: en", "language: es")
    for old, new in changes:
        assert words.count(old) == 1, old
        words = words.replace(old, new)
    return {**files, "es.yaml": words.encode()}


def line_of(files: dict[str, bytes], name: str, words: str) -> int:
    return next(number for number, line in enumerate(files[name].decode().splitlines(), 1) if words in line)


def found(files: dict[str, bytes]) -> list[str]:
    return [str(problem) for problem in problems_in(files)]


@pytest.mark.parametrize("folder", sorted(path.name for path in PACKS.iterdir() if (path / "pack.yaml").is_file()))
def test_the_shipped_packs_are_whole_in_every_language(folder: str) -> None:
    assert found(pack_files(PACKS / folder)) == []


def test_two_whole_languages_are_no_problem() -> None:
    assert found(bilingual()) == []


# What is changed in the second language, the words of the line that is blamed, and what is said about it.
FINDINGS = [
    ("help: For example, you woke up on the floor.", "", "ask: Did you faint?", "a gate needs `help:`"),
    ("whom: {ambulance: an ambulance, ", "whom: {", "whom:", "no words for 'ambulance' in section `whom`"),
    ("ask: How long?", "ask: How long?\n    help: Long.", "help: Long.", "left over: en.yaml has no 'help' here"),
    ("name: Tiny\n", "name: Tiny\nfoot: note\n", "foot: note", "left over: en.yaml has no 'foot' here"),
    ("  seen_thanks: Said.", "  seen_thanks: '{name} said.'", "seen_thanks",
     "has the places ['name'] to fill in, en.yaml:"),
    ("  seen_thanks: Said.", "  seen_thanks: {a: b}", "seen_thanks", "is not of the same kind as in en.yaml:"),
    ("  seen_thanks: Said.", f"  seen_thanks: {LONG}", "seen_thanks", "a sentence has 34 words, 30 are the most"),
    ("label: Minutes", "label: 'Minutes, or at the very most an hour'", "label: 'Minutes,", "a button holds 24"),
    ("  seen_thanks: Said.\n", "", "says:", "no words for 'seen_thanks' in section `says`"),
    ("{rest: Rest.}", "{}", "advice", "no words for 'rest' in section `advice`"),
    ("{rest: Rest.}", "{rest: Rest., ret: Rest.}", "advice", "left over: the pack has no advice 'ret'; did you mean"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "says"), FINDINGS, ids=[finding[3] for finding in FINDINGS])
def test_a_finding_names_file_line_and_what_is_wrong(old: str, new: str, line: str, says: str) -> None:
    files = bilingual((old, new))
    problems = [each for each in found(files) if says in each]
    assert len(problems) == 1, found(files)
    number = line_of(files, "es.yaml", line)
    assert problems[0].startswith((f"es.yaml:{number} ", f"es.yaml:{number + 1} ")), problems


def test_a_missing_optional_text_is_found_though_the_pack_loads() -> None:
    files = bilingual()
    files["en.yaml"] = files["en.yaml"].replace(b"nerve: {name: A nerve}", b"nerve: {name: A nerve, gone: Soon.}")
    assert parse_pack(files).languages == ("en", "es")
    [problem] = found(files)
    assert "causes nerve: `gone` is not translated; see en.yaml:" in problem


def test_an_option_may_need_more_words_in_one_language() -> None:
    assert found(bilingual(("minutes: {label: Minutes}", "minutes: {label: Minutes, text: Some minutes.}"))) == []


def test_everything_is_found_at_once_and_said_once() -> None:
    files = bilingual(
        ("whom: {ambulance: an ambulance, ", "whom: {"),
        ("  seen_thanks: Said.", f"  seen_thanks: {HARD}"),
        ("label: Minutes", "label: 'Minutes, or at the very most an hour'"),
    )
    problems = found(files)
    assert len(problems) == len(set(problems)) == 3


def test_a_broken_file_is_said_once() -> None:
    files = {**bilingual(), "es.yaml": b"language: es\nquestions: ["}
    problems = found(files)
    assert len(problems) == len(set(problems))
    assert any(each.startswith("es.yaml:") and "is not YAML" in each for each in problems)


# --- hard sentences ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "If your foot goes numb again, sit down and take off your shoe for a while."),
        ("es", "Si el pie se te duerme otra vez, siéntate y quítate la zapatilla por un rato."),
        ("en", "Ask a specialist (chronic exertional compartment syndrome) when it comes back after three easy runs."),
        ("de", GERMAN),
        ("en", "Physiotherapist"),
    ],
)  # fmt: skip
def test_plain_sentences_brackets_and_unknown_languages_pass(language: str, text: str) -> None:
    assert readability.complaints(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "says"),
    [
        ("en", HARD, "a sentence is too hard to read"),
        ("es", DURO, "a sentence is too hard to read"),
        ("de", LONG, "30 are the most"),
        ("en", HARD_TEXT, "use shorter words"),
    ],
)  # fmt: skip
def test_hard_sentences_and_texts_are_found(language: str, text: str, says: str) -> None:
    assert [each for each in readability.complaints(text, language) if says in each]
