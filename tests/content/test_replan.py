"""What waits moves with the person's clock: which hour is kept, which moment, and what never moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from content import buttons, replan
from content.episode import ClockChanged
from content.hours import DAY, NEVER, USUAL, Quiet
from tests.content.shipped import CALM, answers, calm
from tests.content.story import Story, begun

LONDON, NEW_YORK, TOKYO, PARIS = "Europe/London", "America/New_York", "Asia/Tokyo", "Europe/Paris"
SIX = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
REST = "numb_between=no seen=not_yet ran=yes"
LONG = Quiet(18 * 60, 8 * 60)


def moves(story: Story, zone: str = LONDON, quiet: Quiet = USUAL) -> dict[str, str]:
    """The person's clock is this one now; what waits, on that clock."""
    found = replan.replanned(story.pack, story.episode, story.agenda.values(), zone, quiet, story.now)
    story.do(found.event)
    story.agenda = {each.key: each for each in found.plan}
    return on_clock(story)


def on_clock(story: Story) -> dict[str, str]:
    clock = ZoneInfo(story.episode.zone)
    return {key: each.due_at.astimezone(clock).strftime("%d %H:%M") for key, each in story.agenda.items()}


def test_days_keep_their_hour_to_the_west_and_a_little_to_the_east() -> None:
    for zone in (NEW_YORK, PARIS):
        story = begun(CALM, now=SIX)
        story.now += timedelta(hours=1)
        assert list(moves(story, zone).values()) == ["24 18:00", "26 18:00", "30 18:00", "07 18:00", "21 18:00"]


def test_far_to_the_east_the_hour_comes_a_day_later_because_the_wait_would_not_be_over() -> None:
    story = begun(CALM, now=SIX)
    assert moves(story, TOKYO)["FU-NEUROMA/D1"] == "25 18:00"
    assert story.agenda["FU-NEUROMA/D1"].due_at - SIX >= DAY


def test_waits_of_minutes_keep_their_moment_unless_it_is_night_there() -> None:
    story = begun(calm("where=foot_top trigger=shoes_laces ease=still_new"), now=SIX)
    before = {key: each.due_at for key, each in story.agenda.items()}
    moves(story, NEW_YORK)
    for step in ("m5", "p30min", "h2"):
        assert story.agenda[f"FU-PRESSURE/{step}"].due_at == before[f"FU-PRESSURE/{step}"]
    story = begun(calm("where=foot_top trigger=shoes_laces ease=still_new"), now=SIX)
    night = moves(story, TOKYO)
    assert [night[key] for key in night if night[key].startswith("24")] == ["24 07:00"], "one question, not three"


def test_what_is_urgent_never_moves() -> None:
    for given in ("g_life=stroke_signs", "g_limb=foot_drop"):
        story = begun(calm(given), now=SIX)
        urgent = {key: each for key, each in story.agenda.items() if each.urgent}
        assert urgent
        moves(story, TOKYO, LONG)
        assert {key: each for key, each in story.agenda.items() if each.urgent} == urgent


def test_a_repeat_and_a_snooze_keep_their_moment_or_wait_for_the_morning() -> None:
    story = begun(CALM, now=SIX)
    story.due("FU-NEUROMA/D1")
    assert moves(story, NEW_YORK)["FU-NEUROMA/D1/again"] == "25 13:00"
    assert moves(story, TOKYO)["FU-NEUROMA/D1/again"] == "26 07:00"
    again = begun(CALM, now=SIX)
    again.due("FU-NEUROMA/D1")
    again.press(buttons.write(buttons.LATER, "60"))
    assert moves(again, TOKYO, NEVER)["FU-NEUROMA/D1/later"] == "25 04:00"


def test_the_way_back_to_running_keeps_its_hour() -> None:
    story = begun(CALM, now=SIX)
    story.check("D7", f"status=resolved score=0 runs_clear=two_runs changed=none {REST}")
    assert on_clock(story) == {"returning/BACK": "07 18:00"}
    story.now += timedelta(hours=1)
    assert moves(story, NEW_YORK) == {"returning/BACK": "07 18:00"}


def test_a_worse_answer_after_a_journey_plans_by_the_new_clock() -> None:
    story = begun(CALM, now=SIX)
    moves(story, NEW_YORK)
    story.due("FU-NEUROMA/D3")
    story.answers({"new_danger": frozenset({"no"}), **answers(f"status=worse score=9 changed=none {REST}")})
    clocks = {clock.partition(" ")[2] for key, clock in on_clock(story).items() if key.count("/") == 1}
    assert clocks == {"18:00"}


def test_there_and_back_again_is_where_it_was() -> None:
    story = begun(CALM, now=SIX)
    before = dict(story.agenda)
    story.now += timedelta(hours=2)
    for zone, quiet in ((TOKYO, LONG), (NEW_YORK, NEVER), (LONDON, USUAL)):
        moves(story, zone, quiet)
    assert story.agenda == before


def test_a_clock_like_the_old_one_moves_nothing() -> None:
    story = begun(CALM, now=SIX)
    before = dict(story.agenda)
    moves(story, "Europe/Lisbon")
    assert story.agenda == before


def test_what_was_asked_before_the_journey_is_not_asked_again() -> None:
    story = begun(CALM, now=SIX)
    story.check("D1", f"status=same score=5 changed=none {REST}")
    story.now += timedelta(minutes=5)
    assert "FU-NEUROMA/D1" not in moves(story, NEW_YORK)
    story.due("FU-NEUROMA/D3")
    story.answers({"new_danger": frozenset({"no"}), **answers(f"status=same score=5 changed=none {REST}")})
    assert story.said[-1].values["next"] == story.agenda["FU-NEUROMA/D7"].due_at.isoformat()


def test_an_icing_day_has_no_rounds_in_the_new_night() -> None:
    story = begun(CALM, now=SIX)
    story.episode = replan.moved(story.episode, ClockChanged(LONDON, NEVER), story.now)
    story.press(buttons.ICE)
    story.answer("none")
    story.press("!rhythm:hourly")
    found = replan.replanned(
        story.pack, story.episode, story.agenda.values(), LONDON, Quiet(20 * 60, 6 * 60), story.now
    )
    assert found.dropped == ("ice/3", "ice/4", "ice/5")
    assert found.event.rounds == 2
    story.do(found.event)
    assert story.episode.icing is not None
    assert story.episode.icing.rounds == 2
