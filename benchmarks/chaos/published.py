"""Whose words people were shown while versions were published, and on which version their checks are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.chaos import stamps
from benchmarks.chaos.crowd import Crowd
from benchmarks.chaos.stamps import Stamped
from content.episode import Pressed
from storage import episodes
from storage.admin_tables import PublicationRow
from storage.tables import EpisodeRow, PackRow, PersonRow
from tests.bot.process import Someone

Cards = Mapping[int, Sequence[Sequence[tuple[int, int]]]]


# What a walker answers to the pack's first three questions; what that is, is an emergency.
WAY = (("None of these",), ("None of these",), ("Cold and white or blue", "Done (1 ticked)"))
STORED = {"None of these": "=none", "Cold and white or blue": "+cold_white", "Done (1 ticked)": "!done"}
LAST = "!done"


@dataclass(slots=True)
class Walker:
    """Begins a check while `latest` is being published, or after it (then `earliest` is the same); goes on slowly."""

    someone: Someone
    earliest: int
    latest: int
    episode: int = 0
    pressed: Counter[str] = field(default_factory=Counter)

    def next_press(self, pack: Stamped) -> str | None:
        """What they press now: an answer to the newest question that they see. None: nothing is asked."""
        for message in reversed(self.someone.from_bot):
            if message.keyboard and (asked := pack.asked_in(message.text)):
                labels = WAY[asked[0][1]] if asked[0][1] < len(WAY) else ()
                return next((label for label in reversed(labels) if self.someone.button(label)), None)
        return None


def broken(crowd: Crowd, pack: Stamped, walkers: Sequence[Walker], published: int) -> Counter[str]:
    """How often each promise was broken."""
    own, stored = crowd.database.run_now(_versions), crowd.database.run_now(answers, walkers)
    shown = cards(crowd, pack)
    versions = {user: [{version for version, _ in card} for card in each] for user, each in shown.items()}
    alone = [(own.get(user), card) for user, each in versions.items() for card in each if len(card) == 1]
    furthest = {user: max(question for card in each for _, question in card) for user, each in shown.items()}
    known = {each.someone.user_id: stored[each.episode] for each in walkers if each.episode}
    return Counter(
        {
            "cards of more than one version": sum(len(card) > 1 for each in versions.values() for card in each),
            "cards of another version": sum(version not in card for version, card in alone),
            "checks on the wrong version": sum(
                not each.earliest <= own.get(each.someone.user_id, -1) <= each.latest for each in walkers
            ),
            "lost answers": sum(len(given) < min(furthest[user], len(WAY)) for user, given in known.items()),
            "doubled answers": sum(
                (Counter(stored[each.episode]) - each.pressed).total() for each in walkers if each.episode
            ),
            "versions not published exactly once": int(crowd.database.run_now(_published) != [*range(published + 1)]),
        }
    )


def figures(crowd: Crowd, pack: Stamped, walkers: Sequence[Walker]) -> Mapping[str, int]:
    """What there was to be looked at."""
    shown = [card for each in cards(crowd, pack).values() for card in each]
    return {
        "checks begun meanwhile": len(walkers),
        "questions shown": len(shown),
        "versions shown": len({version for card in shown for version, _ in card}),
    }


def cards(crowd: Crowd, pack: Stamped) -> Cards:
    """Person -> of each message that was ever sent or edited and asks something, its questions."""
    found = dict[int, list[list[tuple[int, int]]]]()
    for call in crowd.bot.telegram.journal:
        is_text = call.ok and call.method in {"sendMessage", "editMessageText"}
        if is_text and (asks := pack.asked_in(call.params["text"])):
            found.setdefault(call.params["chat_id"], []).append(asks)
    return found


def answers(session: Session, walkers: Sequence[Walker]) -> dict[int, list[str]]:
    """Check -> what its walker has answered, in order."""
    return {
        each.episode: [
            event.option for _, event in episodes.events(session, each.episode) if isinstance(event, Pressed)
        ]
        for each in walkers
    }


def _versions(session: Session) -> Mapping[int, int]:
    """Person -> the version of their check."""
    rows = session.execute(
        select(PersonRow, PackRow.version)
        .join(EpisodeRow, EpisodeRow.person_id == PersonRow.id)
        .join(PackRow, PackRow.id == EpisodeRow.pack_id)
    )
    return {person.telegram_id: stamps.number(version) for person, version in rows}


def _published(session: Session) -> list[int]:
    query = select(PackRow.version).join(PublicationRow, PublicationRow.pack_id == PackRow.id)
    return [stamps.number(version) for version in session.scalars(query.order_by(PublicationRow.id))]
