"""Tells systemd how the bot is, where systemd has asked for it (Type=notify): sd_notify(3), lines in a datagram.

It is told that the bot is ready, again and again that it is not stuck, and in one line what is not well. Stuck is a
part whose loop has not come round for long while the database answers. What heals by itself, Telegram or the database
away, is no reason to be started anew. When the event loop stands still nobody tells anything, and systemd starts the
bot anew (WatchdogSec).
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping

from bot import logs
from bot.pulse import Pulse
from bot.readiness import Json, Readiness

log = logs.get("systemd")

READY, ALIVE, STOPPING = "READY=1", "WATCHDOG=1", "STOPPING=1"
LOOK_EVERY_S, AT_THE_START_S = 15.0, 1.0
# After an outage of the database calls may hang for as long as its limits are (storage/database.py).
EXCUSED_FOR_S = 180.0


class Systemd:
    """Whoever listens at NOTIFY_SOCKET, or nobody: then nothing is told."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        self.is_there = self._address.startswith(("/", "@"))
        watchdog_s = float(environment.get("WATCHDOG_USEC") or 0) / 1_000_000
        self.every_s = min(LOOK_EVERY_S, watchdog_s / 3) if watchdog_s else LOOK_EVERY_S

    def tell(self, *lines: str) -> None:
        """In one datagram. It is never waited for: what cannot be told now is told the next time."""
        if not self.is_there:
            return
        address = self._address.replace("@", "\0", 1) if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK) as door:
                door.sendto("\n".join(lines).encode(), address)
        except OSError as error:
            log.warning("systemd cannot be told", error=logs.place(error))


class Watchman:
    """Looks how the bot is, and tells it."""

    def __init__(self, systemd: Systemd, readiness: Readiness, pulse: Pulse) -> None:
        self.systemd, self.readiness, self.pulse = systemd, readiness, pulse
        self._is_ready = False
        self._excused_until = float("-inf")

    async def run(self) -> None:
        """Until cancelled; where nobody listens, nothing."""
        while self.systemd.is_there:
            await self.look()
            await asyncio.sleep(self.systemd.every_s if self._is_ready else AT_THE_START_S)

    async def look(self) -> None:
        """Look once. Ready is told when every part is well for the first time."""
        found = await self.readiness.look()
        self._is_ready = self._is_ready or found["ready"]
        told = [f"STATUS={status(found)}"]
        if self._is_ready:
            told.append(READY)
        if self._is_alive(found):
            told.append(ALIVE)
        self.systemd.tell(*told)

    def _is_alive(self, found: Json) -> bool:
        now = self.pulse.now()
        if not found["parts"]["database"]["ok"]:
            self._excused_until = now + EXCUSED_FOR_S
        return now < self._excused_until or not self.pulse.stuck()


def status(found: Json) -> str:
    """One line for `systemctl status`."""
    ill = [f"{name} ({_why(part)})" for name, part in found["parts"].items() if not part["ok"]]
    return f"not well: {', '.join(ill)}" if ill else "at its work"


def _why(part: Json) -> str:
    if "silent_s" in part:
        return f"silent for {part['silent_s']:.0f} s"
    return str(part.get("error", "cannot be used"))
