"""An admin changes the content from the chat: sent, checked, compared, tried, published, brought back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.apart import StoppedError
from content.load import pack_files, parse_pack
from handlers.admin import uploading
from handlers.callback import AdminPress, encode
from storage import audit, people, publications
from storage.database import Database
from storage.tables import EpisodeRow, EventRow, FollowUpRow
from tests import asking
from tests.chat.stories import planned
from tests.chat.test_second_pack import AFTER_WINTER, ITCH
from tests.content.bad_uploads import zipped
from tests.keys import RING
from tests.world import ADMINS, Chat, World

WEEKS = "I4: {level: doctor, when: ease.stays and since.weeks}"
SOFTER = (WEEKS, WEEKS.replace("doctor", "home"))
HARDER = (WEEKS, 'I4: {level: doctor, when: "ease in (stays, later) and since.weeks"}')
DEAD = ("ease.stays and since.weeks", "look.bumps and look.dry")
NOTED = (
    ("label: It stays, why: it stays", "label: It stays, why: it stays, text: It stays all day"),
    ("label: No se va, why: no se va", "label: No se va, why: no se va, text: No se va en todo el día"),
)
REWORDED = ("label: It stays", "label: It goes on")


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    """A bot that plays the second pack, which is proved in a third of a second, on each kind of database."""
    async for world in _living(database_url):
        yield world


@pytest.fixture
async def small_world(sqlite_url: str) -> AsyncIterator[World]:
    """The same on SQLite only."""
    async for world in _living(sqlite_url):
        yield world


async def _living(url: str) -> AsyncIterator[World]:
    world = await World(url, pack=ITCH).open()
    yield world
    world.clean()
    await world.close()


def changed(*changes: tuple[str, str], version: str = "2") -> dict[str, bytes]:
    """The second pack as its author would publish it next."""
    files = {name: data.decode() for name, data in pack_files(ITCH).items()}
    files["pack.yaml"] = files["pack.yaml"].replace('version: "1"', f'version: "{version}"')
    for old, new in changes:
        (name,) = [name for name, text in files.items() if old in text]
        files[name] = files[name].replace(old, new)
    return {name: text.encode() for name, text in files.items()}


async def send(chat: Chat, name: str, data: bytes) -> None:
    chat.world.telegram.send_file(chat.user_id, name, data)
    await chat.world.settle()


async def send_pack(chat: Chat, *changes: tuple[str, str], version: str = "2") -> None:
    await send(chat, "pack.zip", zipped(*changed(*changes, version=version).items()))


async def alone(world: World) -> Chat:
    """The only admin."""
    world.admins = frozenset(ADMINS[:1])
    await world.restart()
    return world.admin()


def live(world: World) -> str:
    found = world.house.database.run_now(publications.newest)
    assert found is not None
    return found.version


def acts(world: World) -> list[tuple[int | None, str]]:
    """Who did what, oldest first."""

    def read(session: Session) -> list[tuple[int | None, str]]:
        rows = audit.newest(session)
        return [(who(session, row.by), row.act) for row in reversed(rows) if row.act != "upload"]

    return world.house.database.run_now(read)


def who(session: Session, person_id: int | None) -> int | None:
    """The Telegram id of somebody in the audit."""
    row = people.known(session, person_id)
    return row.telegram_id if row is not None else None


async def test_a_changed_pack_is_checked_compared_and_published(world: World) -> None:
    kim, ana = world.admin(), world.person()
    await ana.begin()
    await send_pack(kim, HARDER, REWORDED)
    kim.reads("33 promises", "Nobody is told something less urgent", "something more urgent", "1 rule")
    kim.reads("1 check is open. It stays on its version.")
    assert document(kim)[0] == "what-changes-2.html"
    await kim.press("What changes")
    kim.reads("More urgent now", "For example someone", "is told doctor", "1 person is still being asked")
    kim.reads("With the itching, right now")
    await kim.press("Back")
    assert live(world) == "1"
    await kim.press("Publish")
    kim.reads("Live now: number 2 (runner-itch 2)")
    assert live(world) == "2"
    assert await ana.answers(AFTER_WINTER) == list(AFTER_WINTER)
    ben = world.person("Ben")
    await ben.begin()
    assert [chat.export()["episodes"][0]["version"] for chat in (ana, ben)] == ["1", "2"]


async def test_what_another_process_publishes_is_used_at_once_and_open_checks_stay(small_world: World) -> None:
    ana, files = small_world.person(), changed(HARDER)
    await ana.begin()
    another = Database(small_world.url, ring=RING)
    pack_id = another.run_now(publications.store, parse_pack(files), files, small_world.clock.now())
    another.run_now(publications.publish, pack_id, small_world.clock.now())
    another.close()
    ben = small_world.person("Ben")
    await ben.begin()
    weeks = {**AFTER_WINTER, "ease": ["later"], "since": ["weeks"]}
    for chat in (ana, ben):
        await chat.answers(weeks)
    assert [chat.export()["episodes"][0]["level"] for chat in (ana, ben)] == ["home", "doctor"]


async def test_roll_back_is_one_button_and_brings_back_the_very_bytes(small_world: World) -> None:
    kim = small_world.admin()
    await send_pack(kim, HARDER)
    await kim.press("Publish")
    await kim.press("Bring back number 1")
    found = small_world.house.database.run_now(publications.newest)
    assert found is not None
    assert small_world.house.database.run_now(publications.files, found.pack_id) == pack_files(ITCH)
    assert acts(small_world) == [(kim.user_id, "publish"), (kim.user_id, "roll_back")]
    line = small_world.house.database.run_now(audit.newest)[0]
    assert (line.detail["from"], line.detail["to"], line.detail["digest"]) == (2, 1, found.digest)
    await kim.press("Content")
    kim.reads("runner-itch 1 (number 1), brought back")


async def test_mistakes_come_as_a_list_and_cannot_be_published(small_world: World) -> None:
    kim = small_world.admin()
    await send_pack(kim, ("I2: {level: doctor", "I2: {level: doktor"), ("label: It stays", "label: "))
    kim.reads("Not used: pack.zip", "mistakes in it", "unknown level 'doktor'", "The document has all of it")
    name, text = document(kim)
    assert name == "mistakes-1.txt"
    assert "en.yaml:" in text
    await kim.says("/admin")
    kim.tap(kim.last, encode(AdminPress("publish", "1")))
    await small_world.settle()
    kim.reads("Not used: pack.zip", "mistakes in it")
    assert live(small_world) == "1"


async def test_a_promise_that_does_not_hold_cannot_be_overridden(small_world: World) -> None:
    kim = small_world.admin()
    await send_pack(kim, DEAD)
    kim.reads("It is not safe to publish", "I4")
    await kim.says("/admin")
    for act in ("publish", "confirm", "try"):
        kim.tap(kim.last, encode(AdminPress(act, "1")))
    await small_world.settle()
    assert live(small_world) == "1"
    assert acts(small_world) == []


def document(chat: Chat) -> tuple[str, str]:
    """Name and text of the last document in the chat."""
    message = next(each for each in reversed(chat.from_bot) if each.kind == "document")
    shown = chat.world.telegram.file(message.payload["document"]["file_id"])
    return shown.name, shown.content.decode()


async def test_files_that_are_sent_one_by_one_are_put_together(small_world: World) -> None:
    kim, files = small_world.admin(), changed(NOTED[0])
    await send(kim, "en.yaml", files["en.yaml"])
    kim.reads("Not used: en.yaml")
    await send(kim, "es.yaml", changed(NOTED[1])["es.yaml"])
    kim.reads("en.yaml, es.yaml: it holds", "Nobody's result changes", "2 texts")


async def test_a_corrected_file_takes_the_place_of_the_wrong_one(small_world: World) -> None:
    kim = small_world.admin()
    await send(kim, "en.yaml", b"language: en\n")
    kim.reads("Not used: en.yaml")
    await send(kim, "en.yaml", changed(REWORDED)["en.yaml"])
    kim.reads("en.yaml: it holds", "1 text")
    await kim.press("Put it aside")
    kim.reads("came with the program")


async def test_what_is_put_aside_is_not_carried_on(small_world: World) -> None:
    kim = small_world.admin()
    await send(kim, "bad.yaml", b"language: bad\n")
    kim.reads("bad.yaml: the pack does not speak this language")
    await kim.press("Put it aside")
    kim.reads("came with the program")
    await send(kim, "en.yaml", changed(REWORDED)["en.yaml"])
    kim.reads("en.yaml: it holds")
    assert "bad.yaml" not in kim.last.text


async def test_something_less_urgent_needs_a_second_admin(small_world: World) -> None:
    world = small_world
    kim, lee = world.admin(), world.admin("Lee", user_id=ADMINS[1], language="es")
    await lee.says("/start")
    await send_pack(kim, SOFTER)
    kim.reads("LESS urgent")
    await kim.press("Publish")
    kim.reads("I have asked the other admins")
    assert "Publish" not in kim.labels()
    assert live(world) == "1"
    lee.reads("Otro administrador quiere publicar esto", "MENOS urgente")
    await lee.press("Confirmar y publicar")
    assert live(world) == "2"
    kim.reads("Number 2 (pack.zip) has been published")
    assert acts(world) == [(kim.user_id, "ask"), (lee.user_id, "publish")]
    [line] = [row for row in world.house.database.run_now(audit.newest) if row.act == "publish"]
    named = [world.house.database.run_now(who, line.detail[name]) for name in ("asked_by", "confirmed_by")]
    assert named == [kim.user_id, lee.user_id]


async def test_who_asked_cannot_confirm(small_world: World) -> None:
    kim = small_world.admin()
    await send_pack(kim, SOFTER)
    await kim.press("Publish")
    for act in ("confirm", "publish"):
        kim.tap(kim.last, encode(AdminPress(act, "1")))
    await small_world.settle()
    await kim.says("LESS URGENT")
    assert live(small_world) == "1"


@pytest.mark.parametrize(("typed", "then"), [("LESS URGENT", "2"), ("less urgent", "1"), ("yes", "1")])
async def test_the_only_admin_types_that_it_is_less_urgent(small_world: World, typed: str, then: str) -> None:
    kim = await alone(small_world)
    await send_pack(kim, SOFTER)
    await kim.press("Publish")
    kim.reads("type: LESS URGENT")
    await kim.says(typed)
    assert live(small_world) == then
    kim.reads("Live now" if then == "2" else "Not published")


async def test_alarming_words_are_heard_in_the_middle_of_publishing(small_world: World) -> None:
    kim = await alone(small_world)
    await send_pack(kim, SOFTER)
    await kim.press("Publish")
    await kim.says("chest pain")
    assert kim.has_read(kim.ui("alarm.title"))
    assert live(small_world) == "1"


async def test_changed_check_ins_count_as_less_urgent(small_world: World) -> None:
    kim = await alone(small_world)
    await send_pack(kim, ("D14: {after: 14 days", "D14: {after: 21 days"))
    kim.reads("Check-ins change", "Nobody's result changes", "1 plan")
    await kim.press("Publish")
    kim.reads("type: LESS URGENT")


async def test_a_promise_that_is_given_up_counts_as_less_urgent(small_world: World) -> None:
    kim = await alone(small_world)
    promised = ("rule_sources:", "invariants: {P1: {level: now, when: g_now.faint}}\nrule_sources:")
    await send_pack(kim, promised)
    kim.reads("Nobody's result changes")
    await kim.press("Publish")
    kim.reads("Live now: number 2")
    await send_pack(kim, version="3")
    kim.reads("A promise that was proved before is changed or taken away")


async def test_another_pack_counts_as_less_urgent(small_world: World) -> None:
    kim = await alone(small_world)
    await send_pack(kim, ("pack: runner-itch", "pack: our-itch"))
    kim.reads("another pack than the live one")
    await kim.press("Publish")
    kim.reads("type: LESS URGENT")


async def test_a_comparison_that_takes_too_long_counts_as_less_urgent(small_world: World) -> None:
    async def slow(job: dict[str, Any], tell: Any) -> dict[str, Any]:
        if job["do"] == "compare":
            raise StoppedError("time")
        return await asking.at_once(job, tell)

    small_world.ask = slow
    kim = await alone(small_world)
    await send_pack(kim, REWORDED)
    kim.reads("I could not find out in time")
    assert "Everything, side by side" not in kim.labels()
    await kim.press("Publish")
    kim.reads("type: LESS URGENT")


@pytest.mark.parametrize(("why", "told"), [("time", "took too long"), ("memory", "too much memory")])
async def test_checks_that_are_stopped_say_so(small_world: World, why: str, told: str) -> None:
    async def stopped(job: dict[str, Any], tell: Any) -> dict[str, Any]:
        raise StoppedError(why)

    small_world.ask = stopped
    await small_world.restart()
    kim = small_world.admin()
    await send_pack(kim, HARDER)
    kim.reads("Not used: pack.zip", told)


async def test_pressed_twice_it_is_published_once(small_world: World) -> None:
    kim = small_world.admin()
    await send_pack(kim, HARDER)
    message, data = kim.find("Publish")
    kim.tap(message, data)
    kim.tap(message, data)
    await small_world.settle()
    assert acts(small_world) == [(kim.user_id, "publish")]
    message, data = kim.find("Bring back number 1")
    kim.tap(message, data)
    kim.tap(message, data)
    await small_world.settle()
    assert acts(small_world) == [(kim.user_id, "publish"), (kim.user_id, "roll_back")]
    assert live(small_world) == "1"


@pytest.mark.parametrize("value", ["", "x", "9" * 30, "1/9", "1/x", "9/1", "-1"])
async def test_a_button_of_nothing_leads_to_the_room(small_world: World, value: str) -> None:
    kim = small_world.admin()
    await kim.says("/admin")
    for act in sorted(set(uploading.ACTS) - {"end_trial"}):
        kim.tap(kim.last, encode(AdminPress(act, value)))
        await small_world.settle()
        kim.reads("came with the program")
    assert live(small_world) == "1"


async def test_two_admins_at_once_the_second_looks_again(world: World) -> None:
    kim, lee = world.admin(), world.admin("Lee", user_id=ADMINS[1])
    await send_pack(kim, HARDER)
    await send_pack(lee, REWORDED, version="3")
    for chat in (kim, lee):
        chat.tap(*chat.find("Publish"))
    await world.settle()
    published = [by for by, act in acts(world) if act == "publish"]
    assert len(published) == 1
    loser = next(chat for chat in (kim, lee) if chat.user_id not in published)
    assert any(answer.text and "quicker" in answer.text for answer in world.telegram.answers)
    loser.reads("promises", "Changed")
    await loser.press("What changes")
    loser.reads("urgent")


async def test_what_a_newer_program_brings_is_offered_when_an_admin_has_published(
    small_world: World, tmp_path: Path
) -> None:
    kim = small_world.admin()
    await send_pack(kim, HARDER)
    await kim.press("Publish")
    for name, data in changed(REWORDED, version="9").items():
        (tmp_path / name).write_bytes(data)
    small_world.folder = tmp_path
    await small_world.restart()
    await small_world.settle()
    assert live(small_world) == "2"
    await kim.says("/admin")
    await kim.press("Content")
    await kim.press("Came with the program: number 3")
    kim.reads("Number 3: runner-itch 9", "It came with the program", "LESS urgent")
    await small_world.restart()
    await small_world.settle()
    await kim.says("/admin")
    await kim.press("Content")
    assert kim.labels().count("Came with the program: number 3") == 1


async def test_an_upload_survives_a_crash_and_is_looked_at_once(small_world: World) -> None:
    kim = small_world.admin()
    await kim.says("/admin")
    small_world.telegram.send_file(kim.user_id, "pack.zip", zipped(*changed(HARDER).items()))
    await small_world.house.intake.poll_once(0)
    await small_world.restart()
    await small_world.settle()
    kim.reads("33 promises")
    assert kim.count(lambda message: "33 promises" in message.text) == 1


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("p.zip", b"no zip", "it is no zip"),
        ("p.zip", zipped(("../pack.yaml", b"a")), "leads out of its folder"),
        ("big.zip", b"x" * 5_100_000, "larger than 5 MB"),
        ("en.yml", b"a: b", "Call it .yaml"),
        ("pack.yaml", b"a: &a [*a, *a]", "anchors and aliases"),
    ],
)
async def test_a_bad_upload_is_refused_in_words(small_world: World, name: str, data: bytes, why: str) -> None:
    kim = small_world.admin()
    await send(kim, name, data)
    kim.reads("What is live stays as it is", why)
    assert live(small_world) == "1"


async def test_a_file_after_something_unusable_begins_anew(small_world: World) -> None:
    kim = small_world.admin()
    await send(kim, "p.zip", b"no zip")
    await send(kim, "en.yaml", changed(REWORDED)["en.yaml"])
    kim.reads("en.yaml: it holds", "1 text")
    assert "p.zip" not in kim.last.text


async def test_just_what_is_live_changes_nothing(small_world: World) -> None:
    kim = small_world.admin()
    await send(kim, "p.zip", zipped(*pack_files(ITCH).items()))
    kim.reads("just what is live (number 1)")


# --- trials ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kept:
    """What is stored of trials."""

    episodes: int
    events: int
    follow_ups: int


def kept(world: World) -> Kept:
    def read(session: Session) -> Kept:
        trials = select(EpisodeRow.id).where(EpisodeRow.trial.is_(True))
        events, planned = (
            len(session.scalars(select(table.id).where(table.episode_id.in_(trials))).all())
            for table in (EventRow, FollowUpRow)
        )
        return Kept(len(session.scalars(trials).all()), events, planned)

    return world.house.database.run_now(read)


async def trial(world: World) -> Chat:
    """Kim plays the changed version to its result, in the middle of nothing else."""
    kim = world.admin()
    await send_pack(kim, HARDER)
    await kim.press("Try this version")
    return kim


async def test_a_trial_is_marked_and_nobodys_check(world: World) -> None:
    kim = await trial(world)
    kim.reads("Trial of number 2: nothing is kept", "Question 1")
    assert kim.labels()[-1] == "End the trial"
    await kim.answers(AFTER_WINTER)
    shown = kim.from_bot[-2:]
    assert all("Trial of number 2" in message.text for message in shown)
    assert "Self-care" in shown[0].text
    kim.reads("In a real check I would ask again", "Thursday 26 November")
    assert kim.export()["episodes"] == []
    assert planned(kim) == []
    assert kept(world).follow_ups == 0
    await world.later(days=15)
    assert not kim.has_read("How is it")
    await kim.press("End the trial")
    kim.reads("The trial is over")
    assert kept(world) == Kept(0, 0, 0)


async def test_a_trial_neither_ends_nor_blocks_a_real_check(small_world: World) -> None:
    kim = small_world.admin()
    await kim.begin()
    await kim.answers(AFTER_WINTER)
    before = planned(kim)
    await send_pack(kim, HARDER)
    await kim.press("Try this version")
    await kim.answers({**AFTER_WINTER, "g_now": ["faint"]})
    assert planned(kim) == before
    await kim.says("/check")
    kim.reads("Question 1")
    assert "Trial" not in kim.last.text
    assert kept(small_world).episodes == 0


async def test_open_trials_are_not_counted_among_the_open_checks(small_world: World) -> None:
    kim = await trial(small_world)
    await send_pack(kim, REWORDED, version="3")
    kim.reads("No check is open now")


async def test_a_forgotten_trial_is_tidied_away_after_a_day(small_world: World) -> None:
    await trial(small_world)
    await small_world.later(hours=25)
    await small_world.house.tidy()
    assert kept(small_world) == Kept(0, 0, 0)


async def test_an_old_button_of_a_trial_is_a_guest(small_world: World) -> None:
    kim = await trial(small_world)
    card = kim.find("None of these")
    await kim.press("End the trial")
    kim.tap(*card)
    await small_world.settle()
    kim.reads("The trial is over")


def test_every_act_of_the_room_is_behind_the_door() -> None:
    from handlers.admin import door  # noqa: PLC0415 - only this test asks

    assert set(uploading.ACTS) <= set(door.ACTS)
