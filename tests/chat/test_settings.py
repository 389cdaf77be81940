"""/settings: one card, edited in place; a new clock or new quiet hours move what is planned, and the card says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from content.hours import Quiet
from storage import people
from tests.chat.stories import ICE, emergency, planned
from tests.world import Chat, World


async def in_new_york(chat: Chat) -> None:
    """The clock, by what it shows."""
    await chat.says("/settings")
    await chat.press("My clock")
    await chat.press("What time is it for me?")
    await chat.press(chat.clock("America/New_York"))
    await chat.press("New York, United States")


async def quiet(chat: Chat, since: str, until: str) -> None:
    await chat.says("/settings")
    await chat.press("Quiet hours")
    await chat.press("Other hours")
    await chat.press(since)
    await chat.press(until)


async def tap(chat: Chat, data: str) -> None:
    """A button that is not there any more, or never was."""
    chat.tap(chat.last, data)
    await chat.world.settle()


def stored(chat: Chat) -> tuple[str | None, Quiet]:
    person = chat.world.house.database.run_now(lambda session: people.read(found)
                                               if (found := people.find(session, chat.user_id)) else None)  # fmt: skip
    assert person is not None
    return person.zone, person.quiet


def ever_written(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("*.db*"))


async def test_a_new_clock_moves_the_reminders_and_says_when_the_next_comes(ana_on_both: Chat) -> None:
    chat, world = ana_on_both, ana_on_both.world
    card = len(chat.from_bot) + 1
    await in_new_york(chat)
    chat.reads("I moved 5 reminders: the next one comes tomorrow at 09:00", "New York, United States, 04:00 now")
    assert len(chat.from_bot) == card
    assert world.clock.now() == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    await world.until(datetime(2026, 11, 24, 13, 59, tzinfo=UTC))
    assert len(chat.from_bot) == card
    await world.later(minutes=1)
    chat.reads("(Day 1)")
    assert planned(chat)[0] == "FU-NEUROMA/D3"


async def test_longer_quiet_hours_put_off_what_would_ring_in_them_and_back_again(ana: Chat) -> None:
    await quiet(ana, "21:00", "10:00")
    ana.reads("I moved 5 reminders: the next one comes tomorrow at 10:00", "Quiet hours: 21:00 to 10:00")
    await ana.says("/settings")
    await ana.press("Quiet hours")
    await ana.press("22:00 to 07:00")
    ana.reads("I moved 5 reminders: the next one comes tomorrow at 09:00")
    await ana.press("Quiet hours")
    assert "✓ 22:00 to 07:00" in ana.labels()
    await ana.press("✓ 22:00 to 07:00")
    assert "I moved" not in ana.last.text


async def test_what_is_planned_after_a_journey_keeps_to_the_new_clock(ana: Chat) -> None:
    await in_new_york(ana)
    await ana.world.until(datetime(2026, 11, 24, 14, 0, tzinfo=UTC))
    await ana.press("Ask me later")
    await ana.press("Tomorrow morning at 08:00")
    ana.reads("tomorrow at 08:00")


async def test_a_check_that_had_ended_goes_on_by_the_clock_of_today(ana: Chat) -> None:
    await ana.world.later(days=1)
    await ana.press("Stop these")
    await in_new_york(ana)
    await ana.press("Ask me again")
    await ana.says("/followups")
    ana.reads("Thursday 26 November at 09:00")
    assert "at 14:00" not in ana.last.text


async def test_a_bot_that_comes_back_at_night_asks_in_the_morning(ana: Chat) -> None:
    said = len(ana.from_bot)
    ana.world.clock.push(timedelta(days=1, hours=14))
    await ana.world.settle()
    assert len(ana.from_bot) == said
    await ana.world.later(hours=8)
    ana.reads("(Day 1)")


async def test_what_is_urgent_rings_in_quiet_hours(small_world: World) -> None:
    chat = await emergency(small_world)
    await quiet(chat, "08:00", "22:00")
    said = len(chat.from_bot)
    await small_world.later(minutes=10)
    assert len(chat.from_bot) == said + 1


async def test_a_city_is_found_in_both_languages_and_what_was_typed_is_kept_nowhere(
    small_world: World, tmp_path: Path
) -> None:
    chat = small_world.person()
    await chat.meet()
    await chat.says("/settings")
    await chat.press("My clock")
    await chat.press("Search a city")
    await chat.says("Zzyzxville")
    chat.reads("a bigger city nearby")
    await chat.says("  bogota ")
    assert chat.labels() == ["Bogota, Colombia", "Back"]
    await chat.says("Nueva York")
    await chat.press("New York, United States")
    assert stored(chat)[0] == "America/New_York"
    assert b"Zzyzx" not in ever_written(tmp_path)
    await chat.says("bogota")
    assert chat.labels() != ["Bogota, Colombia", "Back"], "nobody asked for a city"


async def test_a_location_becomes_a_clock_once_and_is_kept_nowhere(ana: Chat, tmp_path: Path) -> None:
    await ana.says("/settings")
    await ana.press("My clock")
    await ana.press("Share my location once")
    below = ana.last.reply_keyboard
    assert below is not None
    assert [key.asks for row in below.keys for key in row] == ["request_location", ""]
    share(ana, 48.20849, 16.37208)
    await ana.world.settle()
    thanks, card = ana.from_bot[-2:]
    assert "Vienna, Austria" in thanks.text
    assert thanks.reply_keyboard is not None
    assert thanks.reply_keyboard.keys == ()
    assert "I moved 5 reminders: the next one comes tomorrow at 09:00" in card.text
    assert stored(ana)[0] == "Europe/Vienna"
    assert not {b"48.20", b"16.37"} & {part for part in (b"48.20", b"16.37") if part in ever_written(tmp_path)}
    share(ana, 40.7, -74.0)
    await ana.world.settle()
    assert stored(ana)[0] == "Europe/Vienna"


def share(chat: Chat, latitude: float, longitude: float) -> None:
    chat.world.telegram.share_location(chat.user_id, latitude, longitude)


async def test_the_button_for_the_location_goes_when_something_else_comes_and_an_emergency_comes_first(
    ana: Chat,
) -> None:
    for words, first in (("No, thank you", None), ("/emergency", "999"), ("I can't breathe", "can be an emergency")):
        await ana.says("/settings")
        await ana.press("My clock")
        await ana.press("Share my location once")
        said = len(ana.from_bot)
        await ana.says(words)
        answers = ana.from_bot[said:]
        assert answers[-1].reply_keyboard is not None
        assert answers[-1].reply_keyboard.keys == ()
        assert len(answers) == (1 if first is None else 2)
        assert first is None or first in answers[0].text
    assert stored(ana)[0] == "Europe/London"


async def test_an_alarming_word_typed_as_a_city_is_an_emergency(small_world: World) -> None:
    chat = small_world.person()
    await chat.meet()
    await tap(chat, "p0.zone.city")
    await chat.says("chest pain")
    chat.reads("999 or 112")


async def test_buttons_that_never_were_change_nothing(ana: Chat) -> None:
    before = ana.state(), stored(ana)
    quiets = ("set/0/15", "set/22/", "set/22/24", "set/22/7/1", "since/x")
    zones = ("to/Mars/Rim", "clock/9999", "clock/-", "")
    others = ("p0.set.scale/maybe", "p0.tongue.xx", "p0.settings.")
    for data in (*(f"p0.quiet.{each}" for each in quiets), *(f"p0.zone.{each}" for each in zones), *others):
        await tap(ana, data)
    assert (ana.state(), stored(ana)) == before


async def test_a_press_that_comes_twice_moves_the_reminders_once(ana: Chat) -> None:
    card, data = ana.last, "p0.zone.to/America/New_York"
    update = ana.world.telegram.tap(ana.user_id, card.message_id, data)
    await ana.world.settle()
    before = ana.state()
    ana.world.telegram.redeliver(update)
    await ana.world.settle()
    await tap(ana, data)
    assert ana.state() == before


async def test_icing_ends_before_the_new_quiet_hours(ana: Chat) -> None:
    await ana.press(ICE)
    await ana.answer("none")
    await ana.press("Hourly…")
    assert [key for key in planned(ana) if key.startswith("ice/")][-1] == "ice/after_ice"
    await quiet(ana, "12:00", "20:00")
    ana.reads("Icing ends earlier today")
    rounds = [key for key in planned(ana) if key.startswith("ice/") and key.removeprefix("ice/").isdigit()]
    assert rounds == ["ice/2", "ice/3"]
    assert "ice/after_ice" in planned(ana)


async def test_switches_are_remembered_and_the_language_changes_on_the_card(small_world: World) -> None:
    chat = small_world.person()
    await chat.meet()
    await chat.says("/settings")
    for label in ("Leave out how strong it is", "Large, simple words", "Turn news on"):
        await chat.press(label)
    chat.reads("News: on", "I leave it out", "Large, simple words: on")
    await chat.press("Language")
    await chat.press("Español")
    chat.reads("Ajustes", "Novedades: sí")
    assert chat.labels()[:2] == ["Idioma", "Mi reloj"]


async def test_somebody_who_has_not_agreed_is_met_first(small_world: World) -> None:
    chat = small_world.person()
    await chat.says("/settings")
    share(chat, 48.2, 16.4)
    await small_world.settle()
    assert stored(chat)[0] is None
    assert not chat.has_read("Settings")
