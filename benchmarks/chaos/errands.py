"""What must be going on so that a named point is reached, and what of it may not be broken by a kill there."""

from __future__ import annotations

import base64
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.chaos.broadcast import Broadcasting
from benchmarks.chaos.crowd import Crowd
from benchmarks.chaos.place import Place
from content.load import pack_files, parse_pack
from content.person import Person
from content.shipped import PACKS
from storage import crypto, export, people, publications, rotation, tallies, uploads
from storage.admin_tables import UploadRow
from storage.database import Database
from storage.tables import TallyRow
from tests.bot.process import Process, Someone
from tests.bot.tools import until
from tests.keys import KEYS

PATIENCE_S = 40


class Errand(Protocol):
    """`command`: what an operator types beside the bot; none: the bot itself does it. `hurries`: of hurried.py."""

    environment: Mapping[str, str]
    command: tuple[str, ...]
    patience_s: float
    hurries: tuple[str, ...]

    async def meet(self) -> None:
        """Before anything is killed."""

    def prepare(self, hit: int) -> None:
        """Before a life in which the point is to be reached so often; the bot does not run."""

    def act(self) -> None:
        """Now and then, while the bot runs."""

    def note(self, code: int) -> None:
        """How the command ended when it was typed again after the kill."""

    async def rest(self) -> None:
        """Until everything that is owed has been given."""

    def broken(self) -> Counter[str]:
        """How often each promise was broken."""

    def figures(self) -> dict[str, float | int | str]:
        """What it came to."""


class Quiet:
    """An errand of the bot's own at which nothing is special."""

    environment: Mapping[str, str] = {}
    command: tuple[str, ...] = ()
    patience_s = 60.0
    hurries: tuple[str, ...] = ()

    def __init__(self, place: Place, bot: Process, crowd: Crowd) -> None:
        self.place, self.bot, self.crowd = place, bot, crowd
        self.codes: list[int] = []

    async def meet(self) -> None: ...

    def prepare(self, hit: int) -> None: ...

    def act(self) -> None: ...

    def note(self, code: int) -> None:
        self.codes.append(code)

    async def rest(self) -> None: ...

    def broken(self) -> Counter[str]:
        return Counter({f"{' '.join(self.command[:1])} not ended": sum(map(bool, self.codes))} if self.command else {})

    def figures(self) -> dict[str, float | int | str]:
        return {}


class Erasing(Quiet):
    """People come and have themselves erased at once: they are gone for good.

    A kill between the ledger's note and the commit: the next start erases them, and their press is answered by the
    words for strangers, without a receipt.
    """

    def __init__(self, place: Place, bot: Process, crowd: Crowd) -> None:
        super().__init__(place, bot, crowd)
        self.leavers: list[Someone] = []
        self._asked, self._pressed = set[int](), set[int]()

    def prepare(self, hit: int) -> None:
        for _ in range(hit + 1):
            self.leavers.append(Someone(self.bot, 5000 + len(self.leavers), "Leaver"))
            self.leavers[-1].says("/start")

    def act(self) -> None:
        for each in self.leavers:
            if each.user_id not in self._asked and each.button("Continue"):
                each.says("/delete")
                self._asked.add(each.user_id)
            elif each.user_id not in self._pressed and (found := each.button("Yes, erase everything")):
                each.telegram.tap(each.user_id, *found)
                self._pressed.add(each.user_id)

    async def rest(self) -> None:
        await until(self._is_done, PATIENCE_S)

    def _is_done(self) -> bool:
        self.act()
        return len(self._pressed) == len(self.leavers) and not any(self._left())

    def _left(self) -> list[bool]:
        """Of each: is anything left?"""
        users = [each.user_id for each in self.leavers]
        return self.crowd.database.run_now(lambda session: [export.export(session, each) is not None for each in users])

    def broken(self) -> Counter[str]:
        return Counter({"erased people of whom something is left": sum(self._left())})

    def figures(self) -> dict[str, float | int | str]:
        silent = sum(not each.count("Receipt: ") for each in self.leavers)
        return {"people erased": len(self.leavers), "people erased without a receipt": silent}


class Retaining(Quiet):
    """People who came once, long ago, and are forgotten by age: each once, and each counted once."""

    hurries: tuple[str, ...] = ("often",)

    def __init__(self, place: Place, bot: Process, crowd: Crowd) -> None:
        super().__init__(place, bot, crowd)
        self.passers: list[int] = []

    def prepare(self, hit: int) -> None:
        self.crowd.database.run_now(self._pass_by)

    def _pass_by(self, session: Session) -> None:
        long_ago = datetime.now(UTC) - timedelta(days=500)
        self.passers.append(7000 + len(self.passers))
        people.add(session, self.passers[-1], Person("en"), long_ago).seen_at = long_ago

    async def rest(self) -> None:
        await until(lambda: not self.crowd.database.run_now(self._left), PATIENCE_S)

    def _left(self, session: Session) -> int:
        return sum(export.export(session, each) is not None for each in self.passers)

    def _counted(self, session: Session) -> int:
        query = select(func.sum(TallyRow.count)).where(TallyRow.kind == tallies.PERSON)
        return int(session.scalar(query) or 0)

    def broken(self) -> Counter[str]:
        counted = self.crowd.database.run_now(self._counted)
        return Counter(
            {
                "old people who are not forgotten": self.crowd.database.run_now(self._left),
                "forgotten people not counted once": abs(counted - len(self.passers)),
            }
        )

    def figures(self) -> dict[str, float | int | str]:
        return {"people forgotten by age": len(self.passers)}


class Uploading(Quiet):
    """An admin uploads what is no pack, again and again: each is looked at and refused, once."""

    ADMIN = 9000
    environment: Mapping[str, str] = {"ADMIN_IDS": str(ADMIN)}

    def __init__(self, place: Place, bot: Process, crowd: Crowd) -> None:
        super().__init__(place, bot, crowd)
        self.sent = 0
        self.admin = Someone(bot, self.ADMIN, "Admin")

    async def meet(self) -> None:
        await self.admin.meet()

    def prepare(self, hit: int) -> None:
        self.admin.telegram.send_file(self.ADMIN, "pack.zip", b"no zip at all")
        self.sent += 1

    def _rows(self, session: Session) -> list[str]:
        return list(session.scalars(select(UploadRow.state).where(UploadRow.by.is_not(None))))

    async def rest(self) -> None:
        done = {uploads.REFUSED, uploads.DISCARDED}
        await until(
            lambda: set(rows := self.crowd.database.run_now(self._rows)) <= done and len(rows) >= self.sent, PATIENCE_S
        )

    def broken(self) -> Counter[str]:
        rows = self.crowd.database.run_now(self._rows)
        open_ones = [state for state in rows if state not in {uploads.REFUSED, uploads.DISCARDED}]
        return Counter(
            {
                "uploads lost": max(self.sent - len(rows), 0) + len(open_ones),
                "uploads doubled": max(len(rows) - self.sent, 0),
            }
        )

    def figures(self) -> dict[str, float | int | str]:
        return {"uploads": self.sent}


class Publishing(Quiet):
    """`stridecheck publish` beside the bot: the new version is live whole, or the old one is."""

    hurries: tuple[str, ...] = ("unproved",)

    def __init__(self, place: Place, bot: Process, crowd: Crowd) -> None:
        super().__init__(place, bot, crowd)
        self._folder = place.folder / "changed"
        shutil.copytree(PACKS / "leg-tingling", self._folder)
        self._version = 0
        self.command = ("publish", str(self._folder), "--yes", "--json")

    def prepare(self, hit: int) -> None:
        """A word more, which concerns nobody."""
        self._version += 1
        words = self._folder / "en.yaml"
        words.write_text(words.read_text(encoding="utf-8") + f"# {self._version}\n", encoding="utf-8")

    def broken(self) -> Counter[str]:
        live = self.crowd.database.run_now(publications.newest)
        is_whole = live is not None and live.digest == parse_pack(pack_files(self._folder)).digest
        return Counter({"publications lost or torn": int(not is_whole)})

    def figures(self) -> dict[str, float | int | str]:
        return {"versions published": self._version}


class Rotating(Quiet):
    """`stridecheck keys rotate` beside the bot: killed and typed again, and everything can be read with the new key."""

    command: tuple[str, ...] = ("keys", "rotate")

    def __init__(self, place: Place, bot: Process, crowd: Crowd) -> None:
        super().__init__(place, bot, crowd)
        self._keys = [KEYS]

    def prepare(self, hit: int) -> None:
        """A fresh key in front, as `stridecheck keys new` says."""
        number = len(self._keys)
        self._keys.insert(0, f"new{number}:{base64.b64encode(bytes([number] * 32)).decode()}")
        self.bot.environment["ENCRYPTION_KEYS"] = ",".join(self._keys)

    def note(self, code: int) -> None:
        """From here on the bench, too, reads with the new key alone."""
        super().note(code)
        self.crowd.reopen(crypto.Ring.parse(",".join(self._keys)))

    def broken(self) -> Counter[str]:
        only = Database(self.place.url, ring=crypto.Ring.parse(self._keys[0]))
        left = only.run_now(rotation.left)
        only.close()
        return super().broken() + Counter({"rows under an older key": left})

    def figures(self) -> dict[str, float | int | str]:
        return {"keys rotated": len(self._keys) - 1}


ERRANDS: Mapping[str, Callable[[Place, Process, Crowd], Errand]] = {
    "recipient": Broadcasting,
    "recipient_mark": Broadcasting,
    "erase": Erasing,
    "retain": Retaining,
    "upload": Uploading,
    "publish": Publishing,
    "rotate": Rotating,
}
