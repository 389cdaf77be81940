"""What makes the exploration short is sound: lives that count as alike have the same future, by the real `decide`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from random import Random

from content import explore_form, explore_life, explore_reply
from content.episode import Pressed
from content.explore import MORNING
from content.explore_life import Happening, Life, Passage
from content.explore_looks import Looks
from content.explore_start import Beginning, beginnings, told
from content.load import PACKS
from content.reading import Problems
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
    return 2 * (first.answers != second.answers) + (first.causes != second.causes) + (first.base != second.base)


def test_two_lives_that_count_as_alike_have_the_same_future() -> None:
    found = pairs()
    assert len(found) == PAIRS
    assert any(one.episode.answers != other.episode.answers for one, other in found)
    assert any(one.episode.base != other.episode.base for one, other in found)
    for one, other in found:
        steps = 1 if one.open else 2
        assert future(one, steps) == future(other, steps), explore_life.alike(LOOKS, explore_life.settled(PACK, one))


def test_lives_at_another_level_or_hour_do_not_count_as_alike() -> None:
    life = begun(started()[0], Random(1))
    level = PACK.more_urgent(PACK.mildest, 2)
    assert alike(replace(life, episode=replace(life.episode, level=level))) != alike(life)
    assert alike(replace(life, agenda=life.agenda[:-1])) != alike(life)
