"""A pack loads whole, or every mistake in it is named at once: file, line, what is wrong, and the cure."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from content.conditions import And, Name, Ticked
from content.load import PackError, load_pack, pack_files
from tests.content.shipped import FOLDER, PACK
from tests.content.tiny import STRUCTURE, WORDS, problems_of, tiny_files, tiny_pack, tiny_problems


def line_of(words: str, text: str = STRUCTURE) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_the_tiny_pack_loads_into_records() -> None:
    pack = tiny_pack()
    assert (pack.id, pack.version, pack.languages, pack.review) == ("tiny", "1", ("en",), None)
    assert pack.questions["sym"].at_most == 2
    assert pack.define["lasting"] == And((Name("felt"), Ticked("ease", ("days",))))
    assert [level.rank for level in pack.levels.values()] == [0, 1, 2]
    assert pack.questions["strength"].option_ids == tuple(str(number) for number in range(11))
    assert pack.plans["CALL"].steps[0].after == timedelta(minutes=10)
    assert pack.causes["faint"].level is None
    assert pack.words["en"]["name"] == "Tiny"


def test_the_shipped_pack_loads_without_a_problem() -> None:
    assert load_pack(FOLDER) == PACK
    assert len(PACK.causes) == 34
    assert all(code in PACK.sources for advice in PACK.advice.values() for code in advice.sources)


def test_the_digest_changes_with_any_byte_of_structure_or_words() -> None:
    changed = [tiny_pack(("A book", "A page")), tiny_pack(("Rest.", "Rest!")), tiny_pack()]
    assert len({pack.digest for pack in changed}) == 3
    assert changed[2].digest == tiny_pack().digest


def test_vignettes_are_no_part_of_a_pack() -> None:
    names = [
        *("en.simple.yaml", "en.yaml", "es.simple.yaml", "es.yaml", "pack.yaml"),
        *(f"pictures/{name}.svg" for name in ("ice_safely", "pad_behind", "where_it_hurts")),
    ]
    assert sorted(pack_files(FOLDER)) == names


# What is broken (old words, new words), the words of the line that is blamed, and what is said about it.
BROKEN = [
    ("when: lasting", "when: ease.dys", "R2:", "unknown option 'dys' of question 'ease'; did you mean 'days'?"),
    ("when: lasting", "when: eas.days", "R2:", "unknown question 'eas'; did you mean 'ease'?"),
    ("when: lasting", "when: lastin", "R2:", "unknown definition 'lastin'; did you mean 'lasting'?"),
    ("when: lasting", "when: points(nerv) >= 5", "R2:", "unknown cause 'nerv'; did you mean 'nerve'?"),
    ("when: lasting", "when: 'best in (nerv,)'", "R2:", "unknown cause 'nerv'"),
    ("when: lasting", "when: verdict.worse", "R2:", "unknown question 'verdict'"),
    ("when: lasting", "when: felt and", "R2:", "condition cannot be read near 'felt and'"),
    ("when: lasting", "when: felt == 1", "R2:", "is not a comparison; write `question in (a, b)`"),
    ("level: L2, when: lasting", "level: L7, when: lasting", "R2:", "unknown level 'L7'; did you mean"),
    ("level: L2, when: lasting", "level: L2", "R2:", "`when:` is missing"),
    ("level: L2, when: lasting", "level: L2, wen: lasting", "R2:", "unknown field; did you mean 'when'?"),
    ("kind: many", "kind: meny", "sym:", "kind 'meny'; did you mean 'many'?"),
    ("at_most: 2", "at_most: two", "sym:", "expected a whole number, not 'two'"),
    ("at_most: 2", "at_most: ²", "sym:", "expected a whole number, not '²'"),
    ("at_most: 2", "at_most: --2", "sym:", "expected a whole number, not '--2'"),
    ("options: [numb, itch, sore]", "options: [numb, numb, itch]", "sym:", "an option is listed twice"),
    ("alone: []}", "alone: [nothing]}", "sym:", "unknown option 'nothing' in alone"),
    ("none], alone: [none]}", "none]}", "danger:", "a gate needs an option of `alone:`"),
    ("options: [gone, there]", "options: []", "status:", "has no options"),
    ("  - danger\n", "", "- sym\n", "asks no gate; red flags come first"),
    ("  - danger\n  - sym\n", "  - sym\n  - danger\n", "- sym\n", "the gates must be the first questions"),
    ("  - danger\n", "  - {ask: danger, when: sym.numb}\n", "- {ask: danger", "the gates must be the first questions"),
    ("  - sym\n", "  - smy\n", "- sym\n", "unknown question 'smy'; did you mean 'sym'?"),
    ("{ask: ease, when: felt}", "{when: felt}", "{ask: ease", "write either `ask: question` or `stop: true`"),
    ("sym.numb: 5", "sym.num: 5", "nerve:", "unknown option 'sym.num'; did you mean 'sym.numb'?"),
    ("sym.numb: 5", "numb: 5", "nerve:", "write question.option, not 'numb'"),
    ("steps: [rest]", "steps: [rset]", "nerve:", "unknown advice 'rset'; did you mean 'rest'?"),
    ("what: [S1]", "what: [S2]", "nerve:", "unknown source 'S2'; did you mean 'S1'?"),
    ("plan: CALL", "plan: CAL", "L1:", "unknown plan 'CAL'; did you mean 'CALL'?"),
    ("default_plan: HOME", "default_plan: HOMES", "default_plan", "unknown plan 'HOMES'; did you mean 'HOME'?"),
    ("base_score: strength", "base_score: strengh", "base_score", "unknown question 'strengh'"),
    ("background: sym", "background: smy", "background", "unknown question 'smy'; did you mean 'sym'?"),
    ("since: ease", "since: easy", "since", "unknown question 'easy'; did you mean 'ease'?"),
    ("deadline: D2", "deadline: D3", "HOME:", "unknown step 'D3'; did you mean"),
    ("after: 10 minutes", "after: 10 mins", "CALL:", "'10 mins' is not a time; write `30 minutes`"),
    ("after: 10 minutes", "after: ² minutes", "CALL:", "'² minutes' is not a time"),
    ("after: 10 minutes", "after: 99999999999 days", "CALL:", "'99999999999 days' is not a time"),
    ("urgent: true", "urgent: yes", "CALL:", "expected true or false, not 'yes'"),
    ("end: resolved", "eases: L3", "moves:", "`eases:` needs `plan:`, the check-ins that follow"),
    ("end: resolved", "plan: HOME, eases: L3", "moves:", "`eases:` needs a doctor's word: `when:` must ask"),
    ("end: resolved", "plan: HOME, up: 1", "moves:", "`plan:` stands alone; a level, an end or `means:` chooses"),
    ("end: resolved", "end: done", "moves:", "end 'done'; known are: resolved, returning, seen"),
    ("{when: timing.last, level: L2}", "{when: timing.last, level: L1}", "moves:", "L1 is shown alone"),
    ("when: timing.last, level: L2", "when: timing.last, means: danger.fain", "moves:", "did you mean 'danger.faint'?"),
    ("base_score:", "plan_when: [{plan: HOM, when: felt}]\nbase_score:", "plan_when", "unknown plan 'HOM'; did you"),
    ("steps: [rest]", "plan_when: [{plan: SEN, when: felt}]", "nerve:", "unknown plan 'SEN'; did you mean 'SEEN'?"),
    ("when: timing.last", "when: timing.lst", "moves:", "unknown option 'lst' of question 'timing'; did"),
    ("when: status.gone}]", "when: status.goen}]", "verdicts:", "unknown option 'goen' of question 'status'"),
    ("  felt: sym in (numb, itch)\n", "  felt: lasting\n", "felt:", "'felt' uses 'lasting', which is defined later"),
    ("  felt: sym in (numb, itch)\n", "  felt: not felt\n", "felt:", "'felt' uses itself"),
    ("needs: [sym.numb]", "needs: [points(nerve) >= 1]", "nerve:", "cannot be used in `needs`"),
    ("needs: [sym.numb]", "needs: [best]", "nerve:", "cannot be used in `needs`"),
    ("review: none", "review: maybe", "review", "write `none` or {by: name, on: date}"),
    ("  S1: {title: A book}\n", "  S1: {titel: A book}\n", "S1:", "`title:` is missing"),
    ("  R1: {level", "  R2: {level", "R2: {level: L2", "`R2` is given twice; keep one"),
    ("version: \"1\"\n", "", "pack: tiny", "`version:` is missing"),
    ("languages: [en]", "languages: []", "languages", "name at least one language"),
    ("options: [numb, itch, sore]", "options: [numb, itch, so.re]", "sym:", "'so.re' is no id; use letters, digits"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "at", "message"), BROKEN, ids=[each[1].strip() or each[0] for each in BROKEN])
def test_a_mistake_is_named_with_its_line_and_its_cure(old: str, new: str, at: str, message: str) -> None:
    text = tiny_files((old, new))["pack.yaml"].decode()
    line = line_of(at, text) if at in text else line_of(old)
    problems = tiny_problems((old, new))
    assert any(each.startswith(f"pack.yaml:{line} ") and message in each for each in problems), problems


WORDLESS = [
    ("options: {faint: {label: I fainted}, none", "options: {none", "ask: Did", "no words for option 'faint'"),
    ("none: {label: None of these}", "none: {label: No}, non: {label: No}", "faint: {label", "no option 'non';"),
    ("I fainted", "I fainted and fell to the floor", "I fainted", "is 31 characters long; a button holds 24"),
    ("{label: Minutes}", "{text: Minutes}", "minutes:", "has no `label:`"),
    ("    ask: How long?\n", "", "options:\n      minutes", "has no `ask:`"),
    ("    help: For example, you woke up on the floor.\n", "", "ask: Did", "a gate needs `help:`"),
    ("advice: {rest: Rest.}", "advice: {}", "advice", "no words for 'rest' in section `advice`"),
    ("advice: {rest: Rest.}", "advice: {rest: Rest., doze: Doze.}", "advice", "left over: the pack has no"),
    (", doctor: a doctor", "", "whom", "no words for 'doctor' in section `whom`"),
    (", BACK: Back", "", "steps", "no words for 'BACK' in section `steps`"),
    ("plans: {HOME: Soon., SEEN: Soon., CALL: Soon.}\n", "", "language", "no words for 'HOME' in section `plans`"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "at", "message"), WORDLESS, ids=[each[3] for each in WORDLESS])
def test_missing_and_left_over_words_are_named_in_the_file_of_the_language(
    old: str, new: str, at: str, message: str
) -> None:
    line = line_of(at, tiny_files((old, new))["en.yaml"].decode())
    problems = tiny_problems((old, new))
    assert any(each.startswith(f"en.yaml:{line} ") and message in each for each in problems), problems


def test_all_mistakes_of_both_files_are_named_at_once_in_the_order_of_their_lines() -> None:
    problems = tiny_problems(
        ("when: lasting", "when: ease.dys"), ("at_most: 2", "at_most: two"), ("end: resolved", "end: done"),
        ("I fainted", "I fainted and fell to the floor"), ("    ask: How long?\n", ""),
    )  # fmt: skip
    places = [each.split(" ")[0].split(":") for each in problems]
    assert len(problems) == 5
    assert places == sorted(places, key=lambda place: (place[0], int(place[1])))


def test_the_example_of_the_house_rules_reads_as_promised() -> None:
    line = line_of("  R2:")
    assert tiny_problems(("when: lasting", "when: ease.dys")) == [
        f"pack.yaml:{line} rules R2: unknown option 'dys' of question 'ease'; did you mean 'days'?"
    ]


def test_a_mistake_in_a_plans_own_flow_is_named_at_its_line() -> None:
    broken = ("SEEN: {steps:", "SEEN:\n    flow:\n      - status\n      - {ask: score, when: status.their}\n    steps:")
    changes = (broken, ("{D1: {after: 1 day}}}\n", "{D1: {after: 1 day}}\n"))
    text = tiny_files(*changes)["pack.yaml"].decode()
    (problem,) = tiny_problems(*changes)
    assert problem.startswith(f"pack.yaml:{line_of('status.their', text)} ")


# --- YAML that is refused before it can do harm -----------------------------------------------------------------------

BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB, "pack.yaml:1 anchors and aliases are not allowed; write it out"),
        ("a: x\nb: *a\n", "pack.yaml:2"),
        ("a: 1\nb: &here x\n", "pack.yaml:2 anchors and aliases are not allowed"),
        ("a: !!python/object/apply:os.system [ls]\n", "pack.yaml:1 tags such as"),
        ("a: !include x.yaml\n", "pack.yaml:1 tags such as !include are not allowed"),
        ("a: !!str x\n", "pack.yaml:1 tags such as"),
        ("\n" * 3 + "[" * 50 + "]" * 50, "pack.yaml:4 nested deeper than 20"),
        ("[" * 100_000, "pack.yaml:1 nested deeper than 20"),
        ("{a: " * 70_000, "pack.yaml:1 nested deeper than 20"),
        ("- " * 100_000, "pack.yaml:1 nested deeper than 20"),
        ("x" * 2_000_000, "pack.yaml: larger than 300000 bytes"),
        ("", "pack.yaml:1 is empty"),
        ("# nothing\n", "is empty"),
        ("a: [1\nb: 2\n", "pack.yaml:2 is not YAML"),
        ("a: 'open\n", "is not YAML"),
        ("a: b: c\n", "pack.yaml:1 is not YAML"),
        ("a: \x07\n", "is not YAML"),
        ("a: 1\n---\nb: 2\n", "is not YAML"),
        ("- just\n- a list\n", "pack.yaml:1 expected `name: value` lines"),
        ("just words\n", "pack.yaml:1 expected `name: value` lines"),
        ("? [a, b]\n: c\n", "unknown field"),
    ],
    ids=lambda each: each[:20].replace("\n", " ") if isinstance(each, str) else None,
)
def test_harmful_or_broken_yaml_is_refused_with_its_line(text: str, message: str) -> None:
    problems = problems_of({"pack.yaml": text.encode(), "en.yaml": WORDS.encode()})
    assert any(message in each for each in problems), problems


def test_a_file_that_is_not_utf_8_is_refused_at_the_line_of_the_odd_byte() -> None:
    files = tiny_files()
    files["en.yaml"] = WORDS.encode().replace(b"Rest.", b"Rest\xff")
    assert problems_of(files) == [f"en.yaml:{line_of('advice:', WORDS)} is not UTF-8; save it as UTF-8"]


def test_a_language_without_its_file_is_named_with_the_cure() -> None:
    problems = tiny_problems(("languages: [en]", "languages: [en, es]"))
    assert problems == [
        f"pack.yaml:{line_of('languages')} languages: the pack has no es.yaml; add it, or take es from the list"
    ]


def test_a_key_given_twice_is_refused_in_words_too() -> None:
    assert any("`rest` is given twice" in each for each in tiny_problems(("{rest: Rest.}", "{rest: Rest., rest: No.}")))


def test_no_and_yes_and_numbers_stay_the_words_they_are() -> None:
    options = ("options: [numb, itch, sore]", "options: [no, yes, 1]")
    labels = ("numb: {label: Numb}, itch: {label: Itch}, sore", "no: {label: No}, yes: {label: Yes}, 1")
    pack = tiny_pack(
        options, labels, ("sym in (numb, itch)", "sym in (no, yes)"), ("needs: [sym.numb]", "needs: [sym.yes]"),
        ("sym.numb: 5", "sym.no: 5"), ("title: A book", "title: on"), ("name: Tiny", "name: 012"),
    )  # fmt: skip
    assert pack.questions["sym"].option_ids == ("no", "yes", "1")
    assert pack.sources["S1"].title == "on"
    assert pack.words["en"]["name"] == "012"


def test_a_folder_without_a_pack_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=re.escape("has no pack.yaml; name the folder of a pack")):
        load_pack(tmp_path)


def test_a_pack_on_disk_is_the_pack_in_memory(tmp_path: Path) -> None:
    for name, data in tiny_files().items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "vignettes.yaml").write_text("not: [read")
    assert load_pack(tmp_path) == tiny_pack()
