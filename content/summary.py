"""What a doctor wants to know of an episode: ids and values, no words. Pure; wording and paper are others' work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from content import flow, recall, strength, telling
from content.assess import Candidate, Known, assess, fired_rules
from content.conditions import NOT_SURE
from content.episode import NOTHING, TRIAGE, Back, Entry, Episode
from content.pack import Answers, Pack, Question

DANGER = "danger"
Pair = tuple[str, str]
Given = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Flags:
    """The red flags of the pack, as pairs of question and option, in its order. Each flag is in exactly one group.

    `unsure`: the person could not tell for its whole question. `unasked`: the questions had ended before.
    """

    present: tuple[Pair, ...]
    denied: tuple[Pair, ...]
    unsure: tuple[Pair, ...]
    unasked: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """One episode at one moment.

    `began` is the level that was told first, `level` the one that holds now. `rules` fired, each with its level;
    `raised`: check-ins have made it more urgent than they. `given` are the triage's answers without the red flags,
    `background_denied` what was asked about illnesses and not ticked, `check` the newest check-in's answers. `history`
    starts with the triage; it is empty for an episode older than it. `back`: the complaint of an earlier check has come
    back; `raised_by_return`: that alone has made it more urgent than the rules. `runs`: those of the diary since then,
    when (ISO, UTC) and how strong.
    """

    level: str
    began: str
    started_at: datetime
    made_at: datetime
    flags: Flags
    given: Given
    background_denied: tuple[Pair, ...]
    check: Given
    history: tuple[Entry, ...]
    causes: tuple[Candidate, ...]
    rules: tuple[tuple[str, str], ...]
    reasons: tuple[Pair, ...]
    whom: tuple[str, ...]
    steps: tuple[str, ...]
    raised: bool
    iced: bool
    ended: str | None
    runs: tuple[tuple[str, int], ...] = ()
    back: Back | None = None
    raised_by_return: bool = False

    @property
    def flags_at(self) -> datetime:
        """When the red flags were last asked for: at first, and again when a check-in brought news."""
        asked = [each.at for each in self.history if each.key == TRIAGE or each.word == DANGER]
        return datetime.fromisoformat(asked[-1]) if asked else self.started_at

    @property
    def scores(self) -> tuple[tuple[str, int], ...]:
        """When (ISO, UTC) and how strong, in order, for those that were told as a number."""
        return tuple((each.at, each.score) for each in self.history if each.score is not None)


def summarise(pack: Pack, episode: Episode, started_at: datetime, now: datetime) -> Summary:
    """The summary of an episode that has an outcome."""
    outcome, assessed = telling.current(pack, episode), assess(pack, episode.answers).level
    began = episode.history[0].level if episode.history else outcome.level
    said = strength.as_said(episode.answers, episode.in_words)
    fired = [(rule.id, level) for rule, level in fired_rules(pack, Known(pack, episode.answers))]
    modified = [(each.id, "") for each in pack.modifiers if each.id in outcome.rules]
    return Summary(
        level=outcome.level,
        began=began,
        started_at=started_at,
        made_at=now,
        flags=flags(pack, episode.answers),
        given=_given(pack, {name: ticked for name, ticked in said.items() if not _is_gate(pack, name)}),
        background_denied=_background_denied(pack, episode.answers),
        check=_given(pack, _newest_check(pack, episode)),
        history=episode.history,
        causes=outcome.causes,
        rules=(*fired, *modified),
        reasons=outcome.reasons,
        whom=outcome.whom,
        steps=outcome.steps,
        raised=pack.levels[outcome.level].rank < pack.levels[assessed].rank,
        iced=episode.icing is not None and (episode.icing.phase != "choosing" or episode.icing.days > 1),
        ended=episode.ended,
        back=episode.back,
        raised_by_return=recall.raised(pack, episode, assessed) is not None and began == outcome.level,
    )


def flags(pack: Pack, answers: Answers) -> Flags:
    """Every red flag that the triage may ask for: ticked, asked and not ticked, not sure, or not asked."""
    asked = [pack.questions[ask.question] for ask in pack.flow if ask.question and _is_gate(pack, ask.question)]
    groups: dict[str, list[Pair]] = {"present": [], "denied": [], "unsure": [], "unasked": []}
    for question in asked:
        shown = _shown(pack, answers, question)
        for option in (each for each in question.option_ids if each not in question.alone):
            groups[_group(answers.get(question.id), option, shown)].append((question.id, option))
    return Flags(**{name: tuple(pairs) for name, pairs in groups.items()})


def _shown(pack: Pack, answers: Answers, question: Question) -> tuple[str, ...]:
    """The lines that the person saw: some are only for some people."""
    return flow.shown_options(pack, Episode(zone="UTC", answers=answers), question)


def _group(ticked: frozenset[str] | None, option: str, shown: tuple[str, ...]) -> str:
    """Nothing is denied that was not asked, nor where the person could not tell."""
    if ticked is None or option not in (*shown, *ticked):
        return "unasked"
    if option in ticked:
        return "present"
    return "unsure" if NOT_SURE in ticked else "denied"


def _background_denied(pack: Pack, answers: Answers) -> tuple[Pair, ...]:
    """What was asked about illnesses and not ticked."""
    question = pack.questions.get(pack.background or "")
    ticked = answers.get(question.id, frozenset({NOT_SURE})) if question else frozenset[str]()
    if question is None or NOT_SURE in ticked:
        return ()
    rest = [each for each in _shown(pack, answers, question) if each not in ticked | question.alone]
    return tuple((question.id, each) for each in rest)


def _given(pack: Pack, answers: Answers) -> Given:
    """The answers in the order in which the pack lists its questions and options."""
    found = []
    for question in pack.questions.values():
        ticked = answers.get(question.id, frozenset())
        order = [*question.option_ids, *sorted(ticked - set(question.option_ids))]
        if ticked:
            found.append((question.id, tuple(option for option in order if option in ticked)))
    return tuple(found)


def _newest_check(pack: Pack, episode: Episode) -> Answers:
    """The answers of the check-in that the history ends with; another form that was opened since has taken them."""
    newest = episode.history[-1].key if episode.history else TRIAGE
    is_ice = pack.ice is not None and pack.ice.ask in episode.check
    is_its_own = episode.form == NOTHING and not is_ice and newest == episode.last_check
    return strength.as_said(episode.check, episode.in_words) if is_its_own else {}


def _is_gate(pack: Pack, question: str) -> bool:
    return pack.questions[question].kind == "gate"
