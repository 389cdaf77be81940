"""Two versions of a pack, compared for everybody there may be: edited copies of the shipped packs."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest
import z3

from content.assess import assess
from content.compare import CannotCompareError, Comparison, Limits, Move, compare
from content.conditions import And, Not, Ticked
from content.decide import start
from content.load import pack_files, parse_pack
from content.pack import Choice, Pack
from content.prove_ask import Solver, UndecidedError
from content.replay import changed, replay
from content.shipped import PACKS
from tests.content.shipped import PACK

WEEKS = "I4: {level: doctor, when: ease.stays and since.weeks}"
REST_PAIN = "R04: {level: L1, when: g_limb.pain_severe_rest}"


def edited(*changes: tuple[str, str], pack: str = "runner-itch") -> Pack:
    """A shipped pack; each change replaces words that occur exactly once in its files."""
    texts = {name: data.decode() for name, data in pack_files(PACKS / pack).items()}
    for old, new in changes:
        (name,) = [name for name, text in texts.items() if text.count(old) == 1]
        texts[name] = texts[name].replace(old, new)
    return parse_pack({name: text.encode() for name, text in texts.items()})


def pairs(moves: tuple[Move, ...]) -> list[tuple[str, str]]:
    return [(move.old, move.new) for move in moves]


def assert_assess_agrees(old: Pack, new: Pack, found: Comparison) -> None:
    """The evaluator itself tells the person of each example what the comparison says."""
    for move in (*found.less_urgent, *found.more_urgent):
        assert assess(old, move.example.old).level == move.old
        assert assess(new, move.example.new).level == move.new


def test_the_same_pack_differs_in_nothing() -> None:
    assert compare(edited(), edited()) == Comparison()


def test_other_words_change_nobodys_advice() -> None:
    assert compare(edited(), edited(("label: It stays", "label: It goes on"))) == Comparison()


def test_a_softened_rule_is_less_urgent_and_says_for_whom() -> None:
    old, new = edited(), edited((WEEKS, WEEKS.replace("doctor", "home")))
    found = compare(old, new)
    assert pairs(found.less_urgent) == [("doctor", "home")]
    assert found.more_urgent == ()
    assert_assess_agrees(old, new, found)
    assert "is told home" in found.less_urgent[0].example.told
    assert found.less_urgent[0].example.old["since"] == {"weeks"}


def test_a_hardened_rule_is_more_urgent_only() -> None:
    old, new = edited((WEEKS, WEEKS.replace("doctor", "home"))), edited()
    found = compare(old, new)
    assert found.less_urgent == ()
    assert pairs(found.more_urgent) == [("home", "doctor")]
    assert_assess_agrees(old, new, found)


def test_a_red_flag_that_is_no_longer_asked_shows_the_people_who_have_it() -> None:
    old, new = edited(), edited(("flow:\n  - g_now\n", "flow:\n"))
    found = compare(old, new)
    assert pairs(found.less_urgent) == [("now", "doctor"), ("now", "home")]
    assert_assess_agrees(old, new, found)
    assert "Only the old version asks `g_now`; in the other one it counts as not ticked." in found.notes


def test_levels_of_other_names_are_compared_by_rank() -> None:
    old = edited()
    levels = {{"home": "calm"}.get(name, name): replace(level) for name, level in old.levels.items()}
    new = replace(old, levels={name: replace(level, id=name) for name, level in levels.items()})
    causes = {name: replace(cause, level=cause.level and "calm") for name, cause in old.causes.items()}
    found = compare(old, replace(new, causes=causes))
    assert (found.less_urgent, found.more_urgent) == ((), ())
    assert "home with calm" in found.notes[0]


def test_another_cause_may_be_named_at_the_same_level() -> None:
    found = compare(edited(), edited(("look.dry: 5, look.rubbed: 5", "look.dry: 5, look.rubbed: 4")))
    assert pairs(found.causes) == [("dry_skin", "")]
    assert ("", "n_reaction") in pairs(found.advice)
    assert found.less_urgent == ()


def test_another_plan_is_told_with_an_example() -> None:
    old = edited()
    found = compare(old, replace(old, default_plan=None))
    assert pairs(found.plans) == [("ITCH", "")]
    assert (found.advice, found.causes, found.undecided) == ((), (), ())


def test_a_plan_for_a_state_that_comes_to_the_same_plan_concerns_nobody() -> None:
    old = edited()
    assert compare(old, replace(old, plan_when=(Choice("ITCH", Ticked("since", ("days",))),))) == Comparison()


def test_a_sentence_that_is_said_to_fewer_people_and_another_one_to_see_are_told() -> None:
    found = compare(
        edited(),
        edited(
            ("soft_clothes: {from: [H1]}", "soft_clothes: {from: [H1], when: look.dry}"),
            ("whom: [pharmacist, gp]", "whom: [pharmacist]"),
        ),
    )
    assert (pairs(found.advice), pairs(found.whom)) == ([("soft_clothes", "")], [("gp", "")])
    assert found.advice[0].example.old["look"] == {"rubbed"}
    assert found.undecided == ()


def test_ice_for_fewer_people_is_told_with_somebody_who_loses_it() -> None:
    assert PACK.ice is not None
    may = And((PACK.ice.may, Not(Ticked("dur", ("today",)))))
    found = compare(PACK, replace(PACK, ice=replace(PACK.ice, may=may)))
    assert pairs(found.ice) == [("ice", "no ice")]
    assert found.ice[0].example.old["dur"] == {"today"}


def test_without_time_everything_is_undecided_and_counts_as_less_urgent() -> None:
    old, new = edited((WEEKS, WEEKS.replace("doctor", "home"))), edited()
    found = compare(old, new, Limits(left=lambda: 0.0))
    assert (found.less_urgent, found.more_urgent) == ((), ())
    assert ("home", "doctor") in [(each.old, each.new) for each in found.undecided if each.kind == "levels"]
    assert found.may_be_less_urgent


def test_a_flow_that_looks_ahead_cannot_be_compared() -> None:
    ahead = edited(("  - look\n  - before\n", "  - {ask: look, when: since.weeks}\n  - before\n"))
    with pytest.raises(CannotCompareError, match="`since`, which is asked only later"):
        compare(edited(), ahead)


def test_the_first_pack_softened_in_one_rule() -> None:
    new = edited((REST_PAIN, REST_PAIN.replace("L1", "L2")), pack="leg-tingling")
    found = compare(PACK, new)
    assert pairs(found.less_urgent) == [("L1", "L2")]
    assert found.more_urgent == ()
    assert_assess_agrees(PACK, new, found)
    assert found.less_urgent[0].example.told.startswith("someone who ticks “Severe pain at rest”")


def test_open_episodes_are_counted_by_what_becomes_of_them() -> None:
    old, new = edited(), edited((WEEKS, WEEKS.replace("doctor", "home")), ("flow:\n  - g_now\n", "flow:\n"))
    begun = start(old, "UTC")
    weeks = {"ease": frozenset({"stays"}), "since": frozenset({"weeks"})}
    told = replace(begun, form="", state="following", answers=weeks)
    found = replay(old, new, [begun, told, replace(told, answers={})])
    assert (found.episodes, found.less_urgent, found.same) == (3, 1, 1)
    assert (found.in_triage, found.moved, found.at) == (1, 1, {"g_soon": 1})
    assert asdict(found)["at"] == {"g_soon": 1}
    assert [changed(old, new, each) for each in (weeks, {})] == [True, False]


def test_open_episodes_with_another_plan_alone_count_as_other_advice() -> None:
    old = edited()
    told = replace(start(old, "UTC"), form="", state="following", answers={"look": frozenset({"dry"})})
    found = replay(old, replace(old, default_plan=None), [told])
    assert (found.episodes, found.other_advice, found.other_causes) == (1, 1, 0)


class Exhausted:
    """A solver whose memory has run out: it finds that there is an example, and cannot show it."""

    def set(self, name: str, value: int) -> None:
        pass

    def check(self, *wanted: object) -> z3.CheckSatResult:
        return z3.sat

    def model(self) -> z3.ModelRef:
        raise z3.Z3Exception("model is not available")


def test_a_solver_without_memory_leaves_a_question_undecided() -> None:
    with pytest.raises(UndecidedError):
        Solver(Exhausted()).decide([z3.Bool("anything")], 1)
