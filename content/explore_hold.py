"""What must hold at every step of a followed episode, whatever the person does: None, or how it fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from content import visiting
from content.assess import assess
from content.episode import Due, Episode, FollowUp
from content.explore_life import Life, Passage
from content.hours import Hours
from content.pack import Pack, Step
from content.plan import one
from content.remembering import once

UNSETTLED = ("same", "worse")


def failures(pack: Pack, passage: Passage) -> Iterator[str]:
    """Everything that this step breaks, in words that end the sentence "somebody who …"."""
    for promise in PROMISES:
        broken = promise(pack, passage)
        if broken is not None:
            yield broken


def _never_falls(pack: Pack, passage: Passage) -> str | None:
    before, after = passage.before.episode.level, passage.after.episode.level
    if before is None or after is None or pack.levels[after].rank <= pack.levels[before].rank:
        return None
    if is_eased(pack, passage):
        return None
    return f"is told {after} after {before}: a level that was told never becomes less urgent, but by a doctor's word"


def is_eased(pack: Pack, passage: Passage) -> bool:
    """Has somebody who saw the person just said that it is less urgent?"""
    reply = passage.happening.reply
    return reply is not None and reply.press is not None and visiting.is_milder(pack, reply.given)


def _danger_counts(pack: Pack, passage: Passage) -> str | None:
    reply, level = passage.happening.reply, passage.after.episode.level or pack.mildest
    if reply is None:
        return None
    for gate, option in reply.dangers:
        wanted = assess(pack, {gate: frozenset({option})}).level
        if pack.levels[level].rank > pack.levels[wanted].rank:
            return f"is told {level}; {gate}.{option} alone means {wanted}"
    return None


def _silence_is_silence(pack: Pack, passage: Passage) -> str | None:
    happening, after = passage.happening, passage.after.episode
    if happening.reply is not None or not isinstance(happening.event, Due):
        return None
    if passage.decision.answered:
        return "has said nothing, and it counts as an answer"
    if after.state != "closed":
        return None
    if after.ended != "silent":
        return f"has said nothing, and it ends as '{after.ended}'"
    return None if pack.levels[after.level or pack.mildest].alone else _whom_named(passage)


def _whom_named(passage: Passage) -> str | None:
    named = any(say.kind == "stop_asking" and say.values.get("whom") for say in passage.decision.says)
    return None if named else "is not told whom to see when the bot stops asking"


def _stop_names_whom(pack: Pack, passage: Passage) -> str | None:
    """Whoever stops the reminders reads whom to see if it persists; in an emergency that has been said."""
    after = passage.after.episode
    if after.ended != "stopped" or pack.levels[after.level or pack.mildest].alone:
        return None
    ends = {"check_stopped", "follow_up_dropped"}
    named = any(say.kind in ends and say.values.get("whom") for say in passage.decision.says)
    return None if named else "stops, and is not told whom to see"


def _no_night(pack: Pack, passage: Passage) -> str | None:
    del pack
    for each in passage.decision.plan:
        if not each.urgent and _is_night(each, passage.after.episode):
            return f"would be woken at night by {each.key}, which is not urgent"
    return None


def _is_night(planned: FollowUp, episode: Episode) -> bool:
    local = planned.due_at.astimezone(ZoneInfo(episode.zone))
    minute, (since, until) = local.hour * 60 + local.minute, episode.quiet
    return since <= minute < until if since <= until else minute >= since or minute < until


def _not_too_often(pack: Pack, passage: Passage) -> str | None:
    """Each step once a day and one repeat; all together as many as the plan's fullest day has, and the repeat."""
    before, after = passage.before, passage.after
    if (after.asked, after.repeats) == (before.asked, before.repeats):
        return None
    for key in set(after.asked):
        if after.asked.count(key) > 1:
            return f"is asked {key} {after.asked.count(key)} times on one day"
    if after.repeats > 1:
        return "is asked again twice on one day"
    own = {f"{before.episode.plan}/{step.id}" for step in _steps(pack, before.episode)}
    new = after.asked[-1:] if after.asked != before.asked else ()
    strange = [key for key in new if key not in own and "returning/" not in key and "ice/" not in key]
    if strange:
        return f"is asked {strange[0]}, which is no step of the plan"
    rung, most = len(after.asked) + after.repeats, _fullest_day(pack, before.episode) + 1
    return f"is asked {rung} times on one day; the plan has {most} at most" if rung > most else None


def _fullest_day(pack: Pack, episode: Episode) -> int:
    """How many check-ins the plan itself has on its fullest day, whatever the answers."""
    since = episode.planned_from
    if since is None:
        return 1
    return _fullest(pack, episode.plan or "", episode.hours, since)


@once
def _fullest(pack: Pack, plan: str, hours: Hours, since: datetime) -> int:
    due = {one("", step, hours, since).due_at for step in _all_steps(pack, plan)}
    return max(Counter(each.astimezone(ZoneInfo(hours.zone)).date() for each in due).values(), default=1)


def _ends(pack: Pack, passage: Passage) -> str | None:
    after = passage.after
    if after.episode.state == "closed":
        return f"is still sent {after.agenda[0].key} after the end" if after.agenda else None
    if after.agenda or pack.levels[after.episode.level or pack.mildest].alone:
        return None
    return "is left with nothing planned and without an end"


def _reaches_a_doctor(pack: Pack, passage: Passage) -> str | None:
    """Still there at the deadline, at the last check-in, or back with the running: a visit is advised."""
    after = passage.after.episode
    if is_eased(pack, passage):
        return None
    for key, word in passage.decision.answered.items():
        late = _is_deadline(pack, passage.happening.card, key)
        last = late or _is_last(pack, passage.before, key)
        still = word in UNSETTLED or (word == "better" and last and not late and after.ended != "resolved")
        if last and still and after.level == pack.mildest and not _goes_back(passage):
            return f"is never sent to a doctor: {key} was answered ({word}), and the level stays {after.level}"
    return None


def _goes_back(passage: Passage) -> bool:
    """Gone, though not yet for two runs: the way back to running has one more check-in of its own."""
    return any(each.key.startswith("returning/") for each in passage.decision.plan)


def _is_deadline(pack: Pack, episode: Episode, key: str) -> bool:
    plan = pack.plans.get(key.partition("/")[0])
    if plan is None:
        return key.startswith("returning/")
    wait = {step.id: step.after for step in _steps(pack, episode)}
    step = key.partition("/")[2]
    return plan.deadline is not None and wait.get(step, timedelta()) >= wait[plan.deadline]


def _is_last(pack: Pack, life: Life, key: str) -> bool:
    """Nothing of the plan comes after it."""
    prefix = key.partition("/")[0]
    return prefix in pack.plans and not any(
        each.key.startswith(f"{prefix}/") and not each.key.startswith(f"{key}/") for each in life.agenda
    )


def _steps(pack: Pack, episode: Episode) -> list[Step]:
    return _all_steps(pack, episode.plan or "")


def _all_steps(pack: Pack, plan_id: str) -> list[Step]:
    plan = pack.plans.get(plan_id)
    joined = pack.provisional.steps if pack.provisional else ()
    own = [*plan.steps] if plan else []
    return [*own, *(step for step in joined if step.id not in {each.id for each in own})]


Promise = Callable[[Pack, Passage], str | None]
PROMISES: tuple[Promise, ...] = (
    _never_falls,
    _danger_counts,
    _silence_is_silence,
    _stop_names_whom,
    _no_night,
    _not_too_often,
    _ends,
    _reaches_a_doctor,
)
