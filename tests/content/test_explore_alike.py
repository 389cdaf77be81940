"""What makes the exploration short is sound: lives that count as alike have the same future, by the real `decide`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from random import Random

from content import explore_form, explore_life, explore_reply, flow, telling
from content.conditions import Ticked
from content.episode import FollowUp, Pressed
from content.explore import MORNING
from content.explore_calm import Calm
from content.explore_life import Happening, Life, Passage
from content.explore_looks import Looks
from content.explore_start import Beginning, beginnings, told
from content.pack import Answers, Ask
from content.reading import Problems
from content.shipped import PACKS
from content.vignettes import read_vignettes
from tests.content.shipped import PACK

LOOKS = Looks(PACK)
WALKS, STEPS, PAIRS = 70, 6, 24


@cache
def started() -> tuple[Beginning, ...]:
    """A few people for each plan: those of the vignettes only."""
    (path, *_) = sorted((PACKS / PACK.id).glob("vignettes-own.yaml"))
    people = [each.answers for each in read_vignettes(path, PACK, Problems())]
    return tuple(each for each in beginnings(PACK, people[::5]) if each.plan != "FU-CALLED")


def begun(beginning: Beginning, random: Random) -> Life:
    """Told the outcome some time by day, with any score that can rise and fall."""
    card, press = told(PACK, beginning, "UTC")
    now = MORNING + timedelta(days=random.randrange(9), minutes=random.randrange(60 * 3))
    passage = explore_life.passed(PACK, Life(card, (), now), Happening("told", Pressed(card.turn, press), card, now))
    scored = replace(passage.after.episode, base=random.choice([4, 5, 6, 7])) if passage.after.episode.base else None
    return replace(passage.after, episode=scored or passage.after.episode)


def happenings(life: Life) -> list[Happening]:
    """What may happen next, red flags left out: what they mean hangs on all answers of the triage."""
    form = explore_form.opened(PACK, life.episode) if life.open else None
    replies = explore_reply.replies(PACK, form) if form else []
    return list(explore_life.happenings(PACK, life, replies))


def walked(random: Random) -> Iterator[Life]:
    """A random life: each moment of it, as it is."""
    life = begun(random.choice(started()), random)
    for _ in range(STEPS):
        if life.episode.state == "closed" or not life.agenda:
            return
        yield life
        life = explore_life.passed(PACK, life, random.choice(happenings(life))).after


def seen(passage: Passage) -> tuple[object, ...]:
    """What anybody could see of a step."""
    after = passage.after
    return (
        (passage.happening.kind, passage.happening.card.question, frozenset(passage.decision.answered.values())),
        (after.episode.state, after.episode.ended, after.episode.level, after.episode.plan, after.episode.form),
        tuple(each.key for each in after.agenda),
        tuple((say.kind, say.values.get("id"), say.urgent) for say in passage.decision.says),
    )


def future(life: Life, steps: int) -> frozenset[object]:
    """Everything that may be seen within so many steps."""
    if not steps or life.episode.state == "closed":
        return frozenset()
    passages = [explore_life.passed(PACK, life, each) for each in happenings(life)]
    return frozenset((seen(each), future(each.after, steps - 1 if each.after.open else 0)) for each in passages)


def alike(life: Life) -> object:
    return explore_life.alike(LOOKS, explore_life.settled(PACK, life))


def pairs() -> list[tuple[Life, Life]]:
    """Two lives each that count as alike, though they differ: in answers, causes, scores, dates or hours."""
    random, found = Random(11), defaultdict[object, list[Life]](list)
    for _ in range(WALKS):
        for life in walked(random):
            if life not in found[alike(life)]:
                found[alike(life)].append(life)
    several = [
        (lives[0], max(lives, key=lambda life: differs(lives[0], life))) for lives in found.values() if lives[1:]
    ]
    return sorted(several, key=lambda pair: -differs(*pair))[:PAIRS]


def differs(one: Life, other: Life) -> int:
    """In how much of what should not matter two lives differ."""
    first, second = one.episode, other.episode
    lines = asked(one) != asked(other)
    return (
        4 * lines
        + 2 * (first.answers != second.answers)
        + (first.causes != second.causes)
        + (first.base != second.base)
    )


def asked(life: Life) -> tuple[Ask, ...]:
    """The lines of this plan's check-ins, those for the sake of the other candidates' dangers among them."""
    return flow.asks(PACK, replace(life.episode, form=f"{life.episode.plan}/"))


def test_two_lives_that_count_as_alike_have_the_same_future() -> None:
    found = pairs()
    assert len(found) == PAIRS
    assert any(one.episode.answers != other.episode.answers for one, other in found)
    assert any(one.episode.base != other.episode.base for one, other in found)
    assert any(asked(one) != asked(other) for one, other in found)
    for one, other in found:
        steps = 1 if one.open else 2
        assert future(one, steps) == future(other, steps), explore_life.alike(LOOKS, explore_life.settled(PACK, one))


def test_lives_at_another_level_or_hour_do_not_count_as_alike() -> None:
    life = begun(started()[0], Random(1))
    level = PACK.more_urgent(PACK.mildest, 2)
    assert alike(replace(life, episode=replace(life.episode, level=level))) != alike(life)
    assert alike(replace(life, agenda=life.agenda[:-1])) != alike(life)


def following(plan: str, visit: Answers) -> Life:
    """Somebody told of being seen, in the middle of this plan."""
    life = begun(next(each for each in started() if each.plan == "FU-PRESSURE"), Random(1))
    episode = replace(life.episode, plan=plan, level="L4", visit=visit)
    return replace(life, episode=episode, agenda=telling.plan_again(PACK, episode)[:1])


def test_what_was_told_of_a_visit_counts_only_in_the_plan_that_looks_at_it() -> None:
    seen_soon, seen_late = {"appointment": frozenset({"this_week"})}, {"appointment": frozenset({"later"})}
    one, other = following("FU-CARE", seen_soon), following("FU-CARE", seen_late)
    assert alike(one) == alike(other)
    assert future(one, 2) == future(other, 2)
    assert alike(following("FU-VISIT", seen_soon)) != alike(following("FU-VISIT", seen_late))


def test_a_check_in_that_is_over_tells_no_lives_apart_but_one_that_will_be_repeated_does() -> None:
    life = begun(next(each for each in started() if each.plan == "FU-PRESSURE"), Random(1))
    before = replace(life, episode=replace(life.episode, last_check="FU-PRESSURE/D3"))
    assert alike(life) == alike(before)
    assert future(life, 2) == future(before, 2)
    again = (FollowUp("FU-PRESSURE/D3/again", life.agenda[0].due_at, life.agenda[0].expires_at), *life.agenda)
    assert alike(replace(life, agenda=again)) != alike(replace(before, agenda=again))


def test_a_line_for_red_flags_is_calm_only_while_nothing_looks_at_its_none() -> None:
    gate = Ask("g_limb")
    lines = (gate, Ask("sym", Ticked("g_limb", ("rock_hard",))), Ask("sym", Ticked("status", ("worse",))))
    assert Calm(PACK, ()).lines(lines) == lines[2:]
    assert Calm(PACK, (Ticked("g_limb", ("none",)),)).lines(lines) == lines
