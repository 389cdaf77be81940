"""systemd is told when the bot is ready, that it is not stuck, and in one line what is not well."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.pulse import LONGEST_S, LOOPS
from bot.systemd import ALIVE, EXCUSED_FOR_S, READY, Systemd, Watchman
from tests.bot.test_readiness import Hand
from tests.bot.tools import Outage, until
from tests.world import World


class Listener:
    """systemd's side: a datagram socket, in a folder or without a name there."""

    def __init__(self, address: str) -> None:
        self.door = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.door.bind(address.replace("@", "\0", 1))
        self.door.setblocking(False)
        self.systemd = Systemd({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "6000000"})

    def heard(self) -> list[str]:
        """The lines of the next datagram; none when there is none."""
        try:
            return self.door.recv(4096).decode().splitlines()
        except BlockingIOError:
            return []


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    made = Listener(str(tmp_path / "notify"))
    yield made
    made.door.close()


@pytest.fixture
def hand() -> Hand:
    return Hand()


async def looked(listener: Listener, watchman: Watchman) -> list[str]:
    await watchman.look()
    return listener.heard()


def test_an_address_without_a_file_is_found_as_well(tmp_path: Path) -> None:
    listener = Listener(f"@stridecheck{tmp_path}")
    listener.systemd.tell(READY, "STATUS=at its work")
    assert listener.heard() == [READY, "STATUS=at its work"]
    listener.door.close()


async def test_where_nobody_asked_to_be_told_nothing_is_looked_at(small_world: World) -> None:
    await Watchman(Systemd({}), small_world.house.readiness, small_world.house.pulse).run()
    Systemd({"NOTIFY_SOCKET": "/no/such/place"}).tell(READY)


async def test_it_is_ready_once_every_part_is_well_and_stays_so(
    small_world: World, hand: Hand, listener: Listener
) -> None:
    pulse = small_world.house.pulse
    pulse.now = hand
    watchman = Watchman(listener.systemd, small_world.house.readiness, pulse)
    pulse.expect("telegram")
    hand.seconds += LONGEST_S["telegram"] + 1
    assert await looked(listener, watchman) == ["STATUS=not well: telegram (silent for 61 s)", ALIVE]
    pulse.rest("telegram")
    assert await looked(listener, watchman) == ["STATUS=at its work", READY, ALIVE]
    pulse.expect("telegram")
    hand.seconds += LONGEST_S["telegram"] + 1
    assert READY in await looked(listener, watchman)


async def test_a_loop_that_is_stuck_is_vouched_for_only_while_the_database_is_away(
    world: World, hand: Hand, outage: Outage, listener: Listener
) -> None:
    pulse = world.house.pulse
    pulse.now = hand
    watchman = Watchman(listener.systemd, world.house.readiness, pulse)
    for part in LOOPS:
        pulse.expect(part)
        hand.seconds += LONGEST_S[part] + 1
        assert ALIVE not in await looked(listener, watchman), part
        pulse.come(part)
        assert ALIVE in await looked(listener, watchman)
        pulse.rest(part)
    pulse.expect("sending")
    hand.seconds += max(LONGEST_S.values()) + 1
    outage.begin()
    assert ALIVE in await looked(listener, watchman)
    outage.end()
    hand.seconds += EXCUSED_FOR_S - 1
    assert ALIVE in await looked(listener, watchman), "what hangs since the outage has a limit of its own"
    hand.seconds += 1
    assert ALIVE not in await looked(listener, watchman)


async def test_who_polls_in_vain_is_not_stuck(small_world: World, hand: Hand) -> None:
    """Starting anew would not help: Telegram has said how long to wait."""
    pulse, intake = small_world.house.pulse, small_world.house.intake
    pulse.now = hand
    small_world.telegram.fault(method="getUpdates", error_code=429, retry_after=300)
    polling = asyncio.create_task(intake.run())
    await until(lambda: any(call.injected for call in small_world.telegram.journal))
    await asyncio.sleep(0)
    hand.seconds += 300 + LONGEST_S["polling"]
    assert not pulse.silences()["polling"].is_well
    assert pulse.stuck() == []
    hand.seconds += 1
    assert pulse.stuck() == ["polling"]
    intake.stop()
    await polling
