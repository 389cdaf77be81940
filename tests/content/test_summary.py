"""What a doctor is told of an episode: what was denied was asked, and what was not known is not denied."""

from __future__ import annotations

from datetime import timedelta

import pytest

from content.episode import Episode
from content.summary import Pair, Summary, flags, summarise
from tests.content.shipped import CALM, DANGERS, GATES, PACK, answers, calm
from tests.content.story import NOON, Story, begun
from tests.content.tiny import tiny_pack

SAME = "status=same score=5 changed=none numb_between=no seen=not_yet"
WORSE = "status=worse score=8 changed=lasts_longer numb_between=no seen=not_yet"


def summary(story: Story) -> Summary:
    return summarise(story.pack, story.episode, NOON, story.now)


def in_gate(gate: str) -> set[Pair]:
    return {pair for pair in DANGERS if pair[0] == gate}


def test_what_was_asked_and_not_ticked_is_denied() -> None:
    found = flags(PACK, CALM)
    assert found.denied == DANGERS
    assert (found.present, found.unsure, found.unasked) == ((), (), ())


def test_a_ticked_flag_is_present_and_its_neighbours_are_denied() -> None:
    found = flags(PACK, calm("g_limb=rock_hard"))
    assert found.present == (("g_limb", "rock_hard"),)
    assert set(found.denied) == set(DANGERS) - {("g_limb", "rock_hard")}


def test_not_sure_denies_nothing_of_its_question() -> None:
    found = flags(PACK, calm("g_spine=not_sure"))
    assert set(found.unsure) == in_gate("g_spine")
    assert set(found.denied) == set(DANGERS) - in_gate("g_spine")


def test_what_was_not_asked_is_not_denied() -> None:
    found = flags(PACK, answers("g_life=none g_spine=saddle"))
    assert set(found.unasked) == in_gate("g_limb") | in_gate("g_urgent") | in_gate("g_fluid_heat")
    assert set(found.denied) == in_gate("g_life") | in_gate("g_spine") - {("g_spine", "saddle")}


def test_every_flag_is_in_exactly_one_group() -> None:
    for given in (CALM, calm("g_life=not_sure g_limb=rock_hard+foot_drop"), {}, answers("g_life=none")):
        found = flags(PACK, given)
        together = (*found.present, *found.denied, *found.unsure, *found.unasked)
        assert sorted(together) == sorted(DANGERS)


def test_a_line_that_was_not_shown_is_not_denied() -> None:
    pack = tiny_pack(
        ("options: [faint, none]", "options: [faint, {fever: {when: sym.numb}}, none]"),
        ("{faint: {label: I fainted}, none", "{faint: {label: I fainted}, fever: {label: Fever}, none"),
        ("options: [numb, itch, sore]", "options: [numb, itch, {sore: {when: danger.faint}}]"),
        ("points: {danger.faint: 9}", "points: {danger.faint: 9, danger.fever: 1}"),
    )
    given = {"danger": frozenset({"none"}), "sym": frozenset({"itch"})}
    assert flags(pack, given).unasked == (("danger", "fever"),)
    found = summarise(pack, Episode(zone="UTC", answers=given), NOON, NOON)
    assert found.background_denied == (("sym", "numb"),)


def test_of_the_background_what_was_asked_and_not_ticked_is_denied_unless_not_sure() -> None:
    def denied(text: str) -> set[str]:
        return {option for _, option in summary(begun(calm(text))).background_denied}

    everything = set(PACK.questions["bg"].option_ids) - {"none"}
    assert denied("bg=none") == everything
    assert denied("bg=diabetes") == everything - {"diabetes"}
    assert denied("bg=not_sure") == set()


def test_at_first_there_is_one_entry_and_no_check_in() -> None:
    found = summary(begun(CALM))
    assert [(each.key, each.score, each.level) for each in found.history] == [("triage", 5, "L5")]
    assert (found.check, found.raised, found.iced) == ((), False, False)
    assert [name for name, _ in found.given] == [name for name in PACK.questions if name in set(CALM) - set(GATES)]


def test_a_check_in_brings_its_answers_its_score_and_its_level() -> None:
    story = begun(CALM)
    story.check("D1", WORSE)
    found = summary(story)
    assert (found.began, found.level, found.raised) == ("L5", "L4", True)
    assert [score for _, score in found.scores] == [5, 8]
    assert dict(found.check)["changed"] == ("lasts_longer",)


def test_while_the_next_check_in_is_open_its_answers_are_nobodys() -> None:
    story = begun(CALM)
    story.check("D1", SAME)
    assert dict(summary(story).check)["status"] == ("same",)
    story.due("FU-NEUROMA/D3")
    story.answer("no")
    assert summary(story).check == ()


def test_the_ice_question_is_no_check_in() -> None:
    story = begun(CALM)
    story.check("D1", SAME)
    story.press("!ice")
    story.answer("none")
    assert summary(story).check == ()
    assert not summary(story).iced
    story.press("!rhythm:gentle")
    assert summary(story).iced


def test_a_danger_sign_of_a_check_in_is_present() -> None:
    story = begun(CALM)
    story.due("FU-NEUROMA/D1")
    story.answers({**{gate: frozenset({"none"}) for gate in GATES}, **answers("new_danger=yes g_limb=cold_white")})
    found = summary(story)
    assert ("g_limb", "cold_white") in found.flags.present
    assert (found.began, found.level) == ("L5", "L1")
    assert [each.word for each in found.history] == ["", "danger"]
    assert found.flags_at == story.now > NOON


@pytest.mark.parametrize("case", ["g_limb=rock_hard", "dur=gt6w", ""])
def test_rules_are_told_with_the_level_that_each_asks_for(case: str) -> None:
    given = calm(case)
    found = summarise(PACK, Episode(zone="UTC", answers=given, level=None), NOON, NOON + timedelta(days=1))
    assert all(found.level <= level for _, level in found.rules if level)
    assert ("R07", "L2") in found.rules or case != "g_limb=rock_hard"
