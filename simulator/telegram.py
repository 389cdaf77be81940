"""Telegram's Bot API as one strict, pure machine: no network, no clock of its own, nothing of the bot.

    telegram = Telegram(now=clock.now)
    telegram.add_person(7, "Kim")
    telegram.send_text(7, "/start")
    telegram.call("getUpdates", {})  # {'ok': True, 'result': [...]}

It refuses what Telegram refuses, in Telegram's words, and some things Telegram lets pass (unknown parameters).
What is documented, read from Telegram's source or assumed stands at the head of each module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from simulator import faults, files, intake, methods, params, profile, sending
from simulator.diary import Diary
from simulator.faults import Fault
from simulator.moves import Moves
from simulator.people import People
from simulator.records import (
    Button,
    Call,
    CallbackAnswer,
    ConnectionCut,
    Group,
    Hang,
    Json,
    Malformed,
    Person,
    Refused,
    SimMessage,
)
from simulator.updates import Entry
from simulator.world import Listener, Webhook, World

__all__ = ["Button", "Call", "CallbackAnswer", "ConnectionCut", "Hang", "Malformed", "SimMessage", "Telegram"]

_ALL = (*sending.METHODS, *methods.METHODS, *intake.METHODS, *profile.METHODS, *files.METHODS)
_METHODS = {each.name.lower(): each for each in _ALL}
_NOT_ASKED = Fault(times=0)
BROKEN = (ConnectionCut, Hang, Malformed)


class Telegram(Moves):
    """One bot's Telegram. The bot's side is `call`; everything else is for tests, doors and the page."""

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        token: str = "123456:SIMULATOR-TOKEN-abcdefghijklmnopqrstuvwxyz",  # noqa: S107 - it opens nothing
        username: str = "StrideCheckBot",
    ) -> None:
        self.token = token
        self.now = now
        self.journal: list[Call] = []
        self._world = World(now, token, username)
        self._people = People(self._world)
        self._faults = faults.Faults()

    # --- the bot's side

    def call(self, method: str, params: Mapping[str, Any], fault: Fault | None = _NOT_ASKED) -> Json:
        """One Bot API call: the JSON body Telegram would answer. Raises only what a fault plans.

        `fault` is what a door has struck already; without it the call strikes its own, and delays are not waited for.
        """
        fault = self.strike(method, params) if fault is _NOT_ASKED else fault
        end = fault.end if fault else None
        try:
            if end is not None and fault is not None and not fault.after_work:
                raise end
            result = self._work(method, params)
        except Refused as refused:
            self._note(method, params, refused, None, injected=refused is end)
            return _refusal(refused)
        except BROKEN as broken:
            self._note(method, params, broken, None, injected=True)
            raise
        self._note(method, params, end, result, injected=fault is not None)
        return _answer(result, fault, end)

    def authorize(self, token: str) -> Json | None:
        """None for the right token, else the body of the refusal; the doors ask before they call."""
        return None if token == self.token else _refusal(Refused(401, "Unauthorized"))

    def waiting(self) -> bool:
        """Whether getUpdates would return something now."""
        return bool(self._world.updates.offered())

    def _work(self, name: str, given: Mapping[str, Any]) -> object:
        method = _METHODS.get(name.lower())
        if method is None:
            raise Refused(404, "Not Found: method not found")
        return method.run(self._world, params.read(method.spec, given))

    def _note(
        self, method: str, params: Mapping[str, Any], end: Exception | None, result: object, *, injected: bool
    ) -> None:
        code = end.error_code if isinstance(end, Refused) else None
        words = end.description if isinstance(end, Refused) else f"{type(end).__name__}: {end}" if end else ""
        message_id = result.get("message_id") if isinstance(result, dict) else None
        call = Call(self.now(), method, _as_read(method, params), end is None, words, code, message_id, injected)
        self.journal.append(call)

    # --- looking

    def people(self) -> list[Person]:
        """Everybody introduced, in that order."""
        return list(self._world.people.values())

    def groups(self) -> list[Group]:
        """Every group the bot was ever in."""
        return list(self._world.groups.values())

    def file(self, file_id: str) -> files.Shown:
        """A file that went through a chat, for the page. KeyError when its bytes never were here."""
        return files.shown(self._world, file_id)

    def download(self, path: str) -> bytes:
        """The bytes behind a path of getFile. KeyError for another path."""
        return files.downloaded(self._world, path)

    def diary(self, user_id: int) -> Diary:
        """The story of a person's chat."""
        return self._world.diary(user_id)

    def bot(self) -> Json:
        """The bot as a User."""
        return self._world.bot_json()

    def menu(self, user_id: int) -> Json:
        """What this person's app shows beside the chat: `description` above START, and the `commands`."""
        language = self._world.person(user_id).language_code
        return {
            "description": profile.description_for(self._world, language),
            "commands": profile.commands_for(self._world, language),
            "button": profile.menu_button_for(self._world, user_id),
        }

    @property
    def answers(self) -> list[CallbackAnswer]:
        """Every answer to a tap, in order."""
        return self._world.answers

    @property
    def violations(self) -> list[str]:
        """Pace limits broken although the call succeeded, as sentences."""
        return self._world.pace.violations

    def unanswered(self) -> list[str]:
        """Ids of taps never answered, expired ones too."""
        return list(self._world.unanswered)

    def refused(self) -> list[Call]:
        """Calls that ended not ok, planned faults among them (`injected`)."""
        return [call for call in self.journal if not call.ok]

    # --- faults

    def fault(self, **plan: Any) -> None:  # noqa: ANN401 - the fields of faults.Fault
        """The next `times` matching calls end badly, before or (`after_work`) after the work was done."""
        self._faults.plan(faults.read(plan))
        self._world.tell("faults")

    def clear_faults(self, name: str | None = None) -> None:
        """All is well again; or only the fault of this name is gone."""
        self._faults.clear(name) if name else self._faults.clear_all()
        self._world.tell("faults")

    def planned_faults(self) -> list[Json]:
        """What is planned."""
        return self._faults.listed()

    def strike(self, method: str, params: Mapping[str, Any]) -> Fault | None:
        """The fault that this call meets, used up; a door asks, waits as long as it says, and hands it to `call`."""
        query = self._world.queries.get(str(params.get("callback_query_id")))
        return self._faults.strike(method, query.chat_id if query else params.get("chat_id"))

    # --- keeping

    def snapshot(self) -> Json:
        """Everything Telegram knows at this moment."""
        return self._world.snapshot()

    def restore(self, kept: Json) -> None:
        """Back to a snapshot; the clock and the journal go on."""
        self._world.restore(kept)

    # --- for the doors

    def tell(self, event: str) -> None:
        """Tell everybody who listens that something beside Telegram changed (the clock)."""
        self._world.tell(event)

    def listen(self, callback: Listener) -> None:
        """Called with a small JSON dict after anything changed."""
        self._world.listeners.append(callback)

    def unlisten(self, callback: Listener) -> None:
        """No more calls to this one."""
        self._world.listeners.remove(callback)

    @property
    def webhook(self) -> Webhook | None:
        """Where updates are to be pushed, if anywhere."""
        return self._world.webhook

    def forgotten(self) -> list[int]:
        """Numbers of the updates that nobody took while they lived."""
        return list(self._world.updates.forgotten)

    def offered(self) -> list[Entry]:
        """Updates to be pushed now, in order."""
        return self._world.updates.offered()

    def pushed(self, entry: Entry, failure: str = "") -> None:
        """The webhook took this update, or failed to."""
        if failure:
            self._world.webhook_error = (self.now(), failure)
        else:
            self._world.updates.confirm(entry.update_id, repeat=entry.repeat)


def _as_read(name: str, given: Mapping[str, Any]) -> Json:
    """The parameters in their types, for the journal; as they came when they cannot be read."""
    try:
        return params.read(_METHODS[name.lower()].spec, given)
    except (KeyError, Refused):
        return dict(given)


def _answer(result: object, fault: Fault | None, end: Exception | None) -> Json:
    """The answer, unless a fault swallows or twists it after the work."""
    if isinstance(end, Refused):
        return _refusal(end)
    if end is not None:
        raise end
    if fault is not None and fault.twist and isinstance(result, list):
        result = faults.TWISTS[fault.twist](result)
    return {"ok": True, "result": result}


def _refusal(refused: Refused) -> Json:
    body: Json = {"ok": False, "error_code": refused.error_code, "description": refused.description}
    return body | ({"parameters": refused.parameters} if refused.parameters else {})
