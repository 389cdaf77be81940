"""Recipients are queued in one statement, taken one by one, and nobody gets it twice; who is meant is exact."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from content.episode import Episode
from storage import audience, broadcasts, episodes, export, follow_ups, outbox, people, recipients
from storage.admin_tables import BroadcastRow
from storage.audience import NEWS, SAFETY, Audience, Count
from storage.database import Database
from storage.tables import EpisodeRow, OutboxRow, PersonRow
from tests.storage.rows import NOW, a_person, an_episode, follow_up

NIGHT = NOW.replace(hour=22)  # 23:00 in Vienna, 10:00 tomorrow in Auckland
VIENNA, AUCKLAND = "Europe/Vienna", "Pacific/Auckland"


def person(session: Session, telegram_id: int, zone: str = VIENNA, *, news: bool | None = True) -> PersonRow:
    row = a_person(session, telegram_id, zone)
    row.news = news
    return row


def told(session: Session, row: PersonRow, level: str, cause: str, plan: str) -> EpisodeRow:
    """A check of theirs that is over."""
    episode = an_episode(session, row)
    known = Episode(row.zone or "UTC", state="following", form="", level=level, causes=(cause,), plan=plan)
    episodes.save(episode, known, NOW)
    session.flush()
    return episode


def a_draft(session: Session, kind: str = NEWS, whom: Audience | None = None) -> BroadcastRow:
    row = broadcasts.draft(session, 1, kind, NOW)
    row.words = {"en": {"html": "Hello"}}
    row.audience = audience.write(whom or Audience())
    return row


def begin(session: Session, kind: str = NEWS, now: datetime = NOW) -> int:
    row = a_draft(session, kind)
    broadcasts.start(session, row, now)
    return row.id


def taken(session: Session, now: datetime = NOW) -> int | None:
    """Whose turn it is."""
    found = recipients.claim(session, now)
    return found[1].chat_id if found else None


def states(session: Session) -> dict[int, str]:
    query = select(PersonRow, OutboxRow.state).join(OutboxRow, OutboxRow.person_id == PersonRow.id)
    return {each.telegram_id: state for each, state in session.execute(query)}


def a_known(session: Session, telegram_id: int) -> PersonRow:
    row = people.find(session, telegram_id)
    assert row is not None
    return row


def three(session: Session) -> None:
    for telegram_id in (101, 102, 103):
        person(session, telegram_id)


# --- who --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "gets_it"), [(NEWS, False), (SAFETY, True)])
def test_somebody_having_a_break_gets_no_news_but_every_safety_notice(
    sqlite_database: Database, kind: str, gets_it: bool
) -> None:
    """Before it is queued, and when the break began after that."""

    def work(session: Session) -> tuple[int, int | None]:
        person(session, 101).paused_until = NOW + timedelta(days=1)
        later = person(session, 102)
        session.flush()
        begin(session, kind)
        later.paused_until = NOW + timedelta(days=1)
        session.flush()
        return len(states(session)), taken(session)

    assert sqlite_database.run_now(work) == ((2, 101) if gets_it else (1, None))


def test_everybody_is_counted_once_and_those_counted_get_it(database: Database) -> None:
    def work(session: Session) -> tuple[Count, dict[int, str]]:
        three(session)
        person(session, 104, AUCKLAND)
        person(session, 105, news=None)
        person(session, 106, news=False).blocked_at = NOW
        episodes.save(an_episode(session, person(session, 107)), Episode(VIENNA, question="g_life"), NOW)
        a_person(session, 108).setup = "consent"
        session.flush()
        row = a_draft(session)
        counted = audience.count(session, row, NOW.replace(hour=9))
        broadcasts.start(session, row, NOW)
        return counted, states(session)

    counted, queued = database.run_now(work)
    assert counted == Count(meant=7, blocked=1, no_news=1, in_check=1, now=3, asleep=1)
    assert queued == dict.fromkeys((101, 102, 103, 104), "waiting")


@pytest.mark.parametrize(
    ("whom", "meant"),
    [
        (Audience(levels=("L5",)), [101, 102]),
        (Audience(levels=("L3", "L5")), [101, 102, 103]),
        (Audience(causes=("neuroma",)), [101]),
        (Audience(causes=("neuro_a",)), []),
        (Audience(plans=("FU-ITCH",)), [102]),
        (Audience(languages=("es",)), [103]),
        (Audience(following=True), [102]),
        (Audience(levels=("L5",), following=True), [102]),
    ],
    ids=str,
)
def test_the_last_check_the_language_and_open_follow_ups_narrow_it(
    database: Database, whom: Audience, meant: list[int]
) -> None:
    def work(session: Session) -> list[int]:
        one, two, other = (person(session, each) for each in (101, 102, 103))
        other.language = "es"
        told(session, one, "L1", "gbs", "FU-SEEN")
        told(session, one, "L5", "neuroma", "FU-NEUROMA")
        follow_ups.plan(session, told(session, two, "L5", "itch", "FU-ITCH"), [follow_up("FU-ITCH/D1")])
        told(session, other, "L3", "neuropathy", "FU-SEEN")
        person(session, 104)
        row = a_draft(session, whom=whom)
        found = session.scalars(select(PersonRow).where(audience.is_meant(session, row)))
        return sorted(each.telegram_id for each in found)

    assert database.run_now(work) == meant


def test_a_safety_notice_asks_nobody_whether_they_want_news(database: Database) -> None:
    def work(session: Session) -> dict[int, str]:
        person(session, 101, news=False)
        begin(session, SAFETY)
        return states(session)

    assert database.run_now(work) == {101: "waiting"}


# --- once -------------------------------------------------------------------------------------------------------------


def test_begun_twice_it_is_queued_once(database: Database) -> None:
    def work(session: Session) -> tuple[int, int]:
        three(session)
        row = a_draft(session)
        return broadcasts.start(session, row, NOW), broadcasts.start(session, row, NOW)

    assert database.run_now(work) == (3, 0)


def test_each_is_taken_once_and_what_a_dead_process_took_is_not_sent_again(database: Database) -> None:
    database.run_now(three)
    database.run_now(begin)
    assert database.run_now(taken) == 101
    database.run_now(broadcasts.release)
    assert [database.run_now(taken) for _ in range(3)] == [102, 103, None]
    database.run_now(broadcasts.give_up, NOW + outbox.LEASE)
    assert database.run_now(states) == dict.fromkeys((101, 102, 103), "unsure")


def test_a_safety_notice_that_may_be_lost_is_sent_again(database: Database) -> None:
    database.run_now(three)
    database.run_now(begin, SAFETY)
    assert database.run_now(taken) == 101
    database.run_now(broadcasts.release)
    assert {database.run_now(taken) for _ in range(3)} == {101, 102, 103}


def test_a_safety_notice_goes_before_news(database: Database) -> None:
    database.run_now(three)
    database.run_now(begin)
    number = database.run_now(begin, SAFETY)
    found = database.run_now(recipients.claim, NOW)
    assert found is not None
    assert found[0].id == number


# --- night, pause, leaving --------------------------------------------------------------------------------------------


def test_who_sleeps_by_the_time_of_their_turn_is_let_sleep_until_seven(database: Database) -> None:
    def work(session: Session) -> None:
        person(session, 101)
        person(session, 102)
        person(session, 103, AUCKLAND)
        begin(session)
        session.execute(update(OutboxRow).values(not_before=NOW))

    database.run_now(work)
    assert [database.run_now(taken, NIGHT) for _ in range(2)] == [103, None]
    morning = datetime(2026, 11, 24, 6, tzinfo=NOW.tzinfo)
    assert database.run_now(broadcasts.next_moment, NIGHT) == morning
    assert database.run_now(taken, morning) == 101


def test_quiet_hours_are_each_persons_own(database: Database) -> None:
    def work(session: Session) -> audience.Count:
        late, early = person(session, 101), person(session, 102)
        late.quiet_from = late.quiet_until = 0
        early.quiet_from, early.quiet_until = 20 * 60, 10 * 60
        person(session, 103)
        number = begin(session, now=NIGHT)
        return audience.count(session, session.get_one(BroadcastRow, number), NIGHT)

    found = database.run_now(work)
    assert (found.now, found.asleep) == (1, 2)
    assert [database.run_now(taken, NIGHT) for _ in range(2)] == [101, None]
    morning = datetime(2026, 11, 24, 6, tzinfo=NOW.tzinfo)
    assert [database.run_now(taken, morning + timedelta(hours=each)) for each in (0, 2, 3)] == [103, None, 102]


def test_who_began_a_check_meanwhile_is_not_disturbed_in_it(database: Database) -> None:
    def work(session: Session) -> None:
        three(session)
        begin(session)
        row = a_known(session, 101)
        episodes.save(an_episode(session, row), Episode(VIENNA, question="g_life"), NOW)

    database.run_now(work)
    assert [database.run_now(taken) for _ in range(3)] == [102, 103, None]
    assert database.run_now(taken, NOW + timedelta(minutes=14)) is None
    assert database.run_now(taken, NOW + timedelta(minutes=15)) is None
    assert database.run_now(taken, NOW + timedelta(days=1)) == 101, "it was left lying long ago"


def test_paused_and_cancelled_hold_from_the_next_one_on(database: Database) -> None:
    database.run_now(three)
    number = database.run_now(begin)

    def row(session: Session) -> BroadcastRow:
        found = broadcasts.lock(session, number)
        assert found is not None
        return found

    assert database.run_now(taken) == 101
    assert database.run_now(lambda session: broadcasts.pause(session, row(session)))
    assert not database.run_now(lambda session: broadcasts.pause(session, row(session)))
    assert database.run_now(taken) is None
    assert database.run_now(lambda session: broadcasts.resume(session, row(session)))
    assert database.run_now(taken) == 102
    assert database.run_now(lambda session: broadcasts.cancel(session, row(session), NOW))
    assert database.run_now(taken) is None
    assert database.run_now(states) == {101: "sending", 102: "sending", 103: "cancelled"}
    database.run_now(recipients.put_back, 1, NOW)
    assert database.run_now(states)[101] == "cancelled", "what comes back to a cancelled one is not sent later"


def test_who_wants_no_more_news_or_is_erased_gets_nothing_more(database: Database) -> None:
    def leave(session: Session) -> None:
        row = a_known(session, 101)
        broadcasts.no_news_for(session, row.id)
        assert export.erase(session, 102)

    database.run_now(three)
    number = database.run_now(begin)
    database.run_now(leave)
    assert [database.run_now(taken) for _ in range(2)] == [103, None]
    database.run_now(recipients.mark, 3, "sent", NOW)
    fates = database.run_now(lambda session: list(recipients.fates(session, number)))
    assert [(each.number, each.state, each.error) for each in fates] == [(1, "dropped", "no news"), (2, "sent", "")]


def test_recipients_are_kept_thirty_days_for_the_report_and_the_counts_for_good(database: Database) -> None:
    def work(session: Session) -> int:
        three(session)
        number = begin(session)
        session.execute(update(OutboxRow).values(state="sent"))
        row = broadcasts.lock(session, number)
        assert row is not None
        assert broadcasts.end(session, row, NOW)
        assert not broadcasts.end(session, row, NOW)
        return number

    number = database.run_now(work)
    for days, left in ((29, 3), (31, 0)):
        now = NOW + timedelta(days=days)
        database.run_now(outbox.tidy, now)
        database.run_now(broadcasts.tidy, now)
        assert len(database.run_now(states)) == left
    row = database.run_now(lambda session: session.get_one(BroadcastRow, number))
    assert (row.state, row.counts) == ("done", {"sent": 3})


def test_the_last_check_is_the_one_that_is_replayed(database: Database) -> None:
    def work(session: Session) -> list[int]:
        one = person(session, 101)
        told(session, one, "L5", "neuroma", "FU-NEUROMA")
        last = told(session, one, "L3", "neuropathy", "FU-SEEN")
        told(session, one, "L1", "gbs", "FU-SEEN").trial = True
        an_episode(session, one)
        return [each.id - last.id for each in recipients.last_checks(session, 0, 10)]

    assert database.run_now(work) == [0]


def test_an_audience_comes_back_as_it_was() -> None:
    whom = Audience(("en",), ("L5",), ("neuroma",), ("FU-X",), following=True, version=3)
    assert audience.read(audience.write(whom)) == whom
