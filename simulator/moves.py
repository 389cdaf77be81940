"""The people's side of Telegram: everything a person can do to a bot, written into the diary of their chat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from simulator.people import People
from simulator.records import Json, Person, SimMessage
from simulator.world import Upload, World


class Moves:
    """Moves return the update's id, or None when nothing reaches the bot."""

    _world: World
    _people: People

    def add_person(
        self,
        user_id: int,
        first_name: str,
        language_code: str | None = "en",
        last_name: str = "",
        username: str | None = None,
        *,
        zone: str = "UTC",
        admin: bool = False,
    ) -> None:
        """Somebody gets an account; the bot has not met them until they write."""
        self._people.add(Person(user_id, first_name, last_name, username, language_code, zone=zone, admin=admin))

    def change_person(self, user_id: int, *, language_code: str | None = None, zone: str | None = None) -> None:
        """They switch their app's language, or travel."""
        person = self._world.person(user_id)
        changed = replace(person, language_code=language_code or person.language_code, zone=zone or person.zone)
        if language_code and user_id in self._world.diaries:
            self._moved(user_id, speaks=language_code)
        self._world.change_person(changed)

    def send_text(self, user_id: int, text: str) -> int | None:
        """Write to the bot; commands get their entities, a blocked bot is unblocked first."""
        if text.strip() and not self._world.person(user_id).deleted:
            self._moved(user_id, says=text.strip())
        return self._people.text(user_id, text)

    def tap(self, user_id: int, message_id: int, data: str) -> int | None:
        """Press a button; neither the message nor the data need exist (a changed app can send anything)."""
        message = self._world.message(user_id, message_id)
        self._moved(user_id, **self._world.diary(user_id).press(message, data))
        return self._people.tap(user_id, message_id, data)

    def press(self, user_id: int, label: str) -> int | None:
        """Press the newest button with this label. KeyError says which labels there are."""
        messages = [each for each in self._world.messages.get(user_id, {}).values() if not each.deleted]
        seen: list[str] = []
        for message in reversed(messages):
            for button in (button for row in message.keyboard for button in row):
                if button.text == label and button.data is not None:
                    return self.tap(user_id, message.message_id, button.data)
                seen.append(button.text)
        raise KeyError(f"a button {label!r}; there are: {', '.join(seen[:20])}")

    def forward_text(self, user_id: int, text: str, author_id: int) -> int | None:
        """Forward what another person wrote."""
        self._moved(user_id, says=text)
        return self._people.forward(user_id, text, author_id)

    def send_kind(self, user_id: int, kind: str) -> int | None:
        """Send a photo, voice, sticker, ... or an `edited_message`; `kinds.KINDS` has them all."""
        self._moved(user_id, sends=kind)
        return self._people.kind(user_id, kind)

    def send_unknown(self, user_id: int, kind: str, content: Json) -> int | None:
        """What no library knows yet: an update of this kind with whatever in it, as a newer app would cause it."""
        update_id = self._world.updates.add(kind, content, user_id)
        self._world.tell("update", kind=kind)
        return update_id

    def share_location(self, user_id: int, latitude: float, longitude: float) -> int | None:
        """Share a place, by the button that asks for it or without being asked."""
        self._moved(user_id, shares=[latitude, longitude])
        return self._people.location(user_id, latitude, longitude)

    def send_file(self, user_id: int, name: str, content: bytes, mime: str = "", caption: str = "") -> int | None:
        """Send a file that the bot can fetch with getFile."""
        self._moved(user_id, sends="file", name=name)
        return self._people.file(user_id, Upload(name, content, mime), caption)

    def block(self, user_id: int) -> int | None:
        """Stop the bot."""
        self._moved(user_id, does="block")
        return self._people.block(user_id, blocked=True)

    def unblock(self, user_id: int) -> int | None:
        """Restart the bot without writing."""
        self._moved(user_id, does="unblock")
        return self._people.block(user_id, blocked=False)

    def delete_account(self, user_id: int) -> None:
        """The account is gone: later sends meet `Forbidden: user is deactivated`."""
        self._people.delete_account(user_id)

    def add_group(self, chat_id: int, title: str, member_ids: Sequence[int]) -> int | None:
        """The first of the members adds the bot to a group."""
        return self._people.add_group(chat_id, title, member_ids)

    def send_group_text(self, chat_id: int, user_id: int, text: str) -> int | None:
        """Write in a group; None when privacy mode keeps it from the bot (no command, no mention)."""
        return self._people.text(user_id, text, chat_id)

    def send_group_text_anonymously(self, chat_id: int, text: str) -> int | None:
        """An admin of the group writes as the group."""
        return self._people.anonymous(chat_id, text)

    def send_group_file(self, chat_id: int, user_id: int, name: str, content: bytes, caption: str = "") -> int | None:
        """Send a file in a group; None when privacy mode keeps it from the bot."""
        return self._people.file(user_id, Upload(name, content, ""), caption, chat_id)

    def redeliver(self, update_id: int | None) -> None:
        """The same update comes once more, whether it was confirmed or not."""
        if update_id is None:
            raise ValueError("this update never existed: nothing reached the bot")
        self._world.updates.repeat(update_id)
        self._world.tell("update", kind="repeat")

    def delete_message(self, user_id: int, message_id: int) -> None:
        """The person deletes a message: later edits meet `message to edit not found`."""
        message = self._world.message(user_id, message_id)
        if message is not None and message.from_bot:
            self._moved(user_id, deletes=self._world.diary(user_id).numbers.get(message_id))
        self._people.delete_message(user_id, message_id)

    def chat(self, chat_id: int) -> list[SimMessage]:
        """The messages a person sees now, oldest first."""
        return [each for each in self._world.messages.get(chat_id, {}).values() if not each.deleted]

    def _moved(self, user_id: int, **what: object) -> None:
        self._world.person(user_id)
        self._world.diary(user_id).moved(self._world.now(), **what)
