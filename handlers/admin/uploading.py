"""What an admin does with a changed pack: send it, look at it, try it, publish it, put it aside, bring one back.

Every act looks at what is stored: pressed twice, or by two admins at once, it happens once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from content import words
from content.episode import Json, Say
from content.unpacking import MOST_BYTES, shown
from handlers import trials
from handlers.admin import content_room, findings
from handlers.admin.desk import Desk
from handlers.arrival import Attached, Typed
from storage import files, people, publications, uploads
from storage.admin_tables import UploadRow
from storage.publications import OvertakenError
from storage.uploads import Sent

MOST_FILES = 40
MOST_DIGITS = 12


def heard(desk: Desk, awaited: dict[str, Any], typed: Typed) -> None:
    """A file of content. It is only written down: bot/inspecting.py looks at it."""
    desk.awaits(None)
    if typed.file is None:
        return
    if typed.file.size > MOST_BYTES:
        desk.note("upload", {"refused": "large"})
        values: dict[str, Json] = {"most": MOST_BYTES // 1_000_000}
        desk.show("upload_refused", {"names": shown(typed.file.name), "why": "large", "values": values}, new=True)
        return
    sent = _with_those_before(desk, typed.file)
    upload_id = uploads.add(desk.session, desk.admin_id, sent, desk.now)
    desk.note("upload", {"upload": upload_id, "files": len(sent)})
    row = uploads.lock(desk.session, upload_id)
    if row is not None:
        desk.post(findings.progress(row, "waiting"), dedupe=findings.dedupe(upload_id))


def _with_those_before(desk: Desk, file: Attached) -> list[Sent]:
    """Files that are sent one by one belong together, until they are published or put aside; a zip begins anew."""
    before = uploads.open_of(desk.session, desk.admin_id, desk.now)
    came = Sent(file.file_id, file.name, file.size)
    if before is None:
        return [came]
    usable = before.state != uploads.REFUSED or before.verdict["why"] == "problems"
    before.state = uploads.DISCARDED
    if came.name.lower().endswith(".zip") or not usable:
        return [came]
    return [*(each for each in uploads.files_of(before) if each.name != came.name), came][-MOST_FILES:]


def show(desk: Desk, value: str) -> None:
    """The card of an upload as it stands now. Whatever was awaited is awaited no more."""
    desk.awaits(None)
    row = _row(desk, value)
    if row is None:
        content_room.show(desk, "")
    elif row.state == uploads.PUBLISHED and row.pack_id == desk.packs.live[0]:
        _published(desk)
    elif row.state == uploads.READY and row.base_id != _live_entry(desk):
        _compare_again(desk, row)
    else:
        desk.post(findings.card(desk.session, row, where="edit", reader=desk.admin_id))


def what_changes(desk: Desk, value: str) -> None:
    """Who is told something else, less urgent first, and how many open checks that concerns."""
    row = _ready(desk, value)
    if row is not None:
        desk.show("upload_changes", {"upload": row.id, "number": row.pack_id, "compared": row.compared})


def report(desk: Desk, value: str) -> None:
    """Both versions side by side, as a document."""
    row = _row(desk, value)
    if row is None or row.report is None:
        content_room.show(desk, "")
        return
    file_id = files.keep(desk.session, desk.row.id, findings.report_name(row), row.report, desk.now)
    desk.post(findings.report_say(desk.session, row, file_id))


def publish(desk: Desk, value: str) -> None:
    """Let new checks use it, unless somebody else must look first."""
    row = _ready(desk, value)
    if row is None:
        return
    if not row.compared["softer"]:
        _publish(desk, row)
    elif desk.is_other(row.asked_by):
        show(desk, value)
    elif desk.others:
        _ask(desk, row)
    else:
        desk.awaits({"what": "less_urgent", "upload": row.id})
        desk.show("type_less_urgent", {"upload": row.id})


def confirm(desk: Desk, value: str) -> None:
    """A second admin has looked at what becomes less urgent."""
    row = _ready(desk, value)
    if row is None:
        return
    if not desk.is_other(row.asked_by):
        publish(desk, value)
        return
    row.confirmed_by = desk.admin_id
    _publish(desk, row)


def typed_less_urgent(desk: Desk, awaited: dict[str, Any], typed: Typed) -> None:
    """The only admin has, or has not, typed that it becomes less urgent."""
    desk.awaits(None)
    if typed.file is not None:
        heard(desk, awaited, typed)
        return
    if words.sounds_alarming(typed.text):
        desk.post(Say("alarm", {"turn": desk.row.turn}, urgent=True))
    row = _ready(desk, str(awaited["upload"]))
    if row is None:
        return
    known = {words.say(language, "upload.type.word") for language in words.languages()}
    if typed.text.strip() not in known or desk.others:
        desk.show("not_typed", {"upload": row.id}, new=True)
        return
    row.confirmed_by = desk.admin_id
    _publish(desk, row)


def discard(desk: Desk, value: str) -> None:
    """Put it aside: it is looked at no more and cannot be published."""
    _discard(desk, value)
    content_room.show(desk, "")


def begin_anew(desk: Desk, value: str) -> None:
    """The same from under a document, which cannot become a card."""
    _discard(desk, value)
    desk.post(Say("strip", where="edit"), content_room.card(desk, new=True))


def _discard(desk: Desk, value: str) -> None:
    row = _row(desk, value)
    if row is not None and row.state in uploads.OPEN:
        row.state = uploads.DISCARDED
        desk.note("discard", {"upload": row.id})


def try_it(desk: Desk, value: str) -> None:
    """Play the version in this chat, as nobody's check."""
    row = _ready(desk, value)
    if row is not None and row.pack_id is not None:
        desk.note("try", {"upload": row.id, "number": row.pack_id})
        trials.begin(desk.session, desk.packs, desk.row, row.pack_id, desk.reply, desk.now)


def end_trial(desk: Desk, value: str) -> None:
    """The trial is over and forgotten."""
    trials.end(desk.session, desk.row)
    desk.post(Say("strip", where="edit"), Say("trial_over"))


def roll_back(desk: Desk, value: str) -> None:
    """Bring back the very bytes of an earlier version, unless somebody has published since the card was drawn."""
    after, pack_id = map(_number, value.partition("/")[::2])
    live = publications.newest(desk.session)
    if live is None or not publications.was_live(desk.session, pack_id):
        content_room.show(desk, "")
        return
    kind, by = publications.ROLLED_BACK, desk.admin_id
    try:
        publications.publish(desk.session, pack_id, desk.now, kind=kind, by=by, after=after)
    except OvertakenError:
        desk.post(Say("overtaken", where="toast"), content_room.card(desk))
        return
    _note(desk, "roll_back", live)
    _published(desk)


def _ask(desk: Desk, row: UploadRow) -> None:
    """Ask every other admin, each in their own chat; those who never wrote to the bot find it in their content room."""
    if row.asked_by != desk.admin_id:
        row.asked_by = desk.admin_id
        desk.note("ask", {"upload": row.id, "number": row.pack_id})
        for other in sorted(desk.others):
            person = people.find(desk.session, other)
            if person is not None and person.blocked_at is None:
                desk.tell(person, findings.card(desk.session, row, reader=person.id))
    desk.post(findings.card(desk.session, row, where="edit", reader=desk.admin_id))


def _publish(desk: Desk, row: UploadRow) -> None:
    live = publications.newest(desk.session)
    try:
        by = row.asked_by if row.confirmed_by is not None and row.asked_by else desk.admin_id
        publications.publish(desk.session, row.pack_id or 0, desk.now, by=by, after=row.base_id)
    except OvertakenError:
        _compare_again(desk, row)
        return
    row.state = uploads.PUBLISHED
    _note(desk, "publish", live, upload=row.id, asked_by=row.asked_by, confirmed_by=row.confirmed_by)
    _published(desk)
    _tell_who_asked(desk, row)


def _tell_who_asked(desk: Desk, row: UploadRow) -> None:
    """Their own card still shows it as waiting."""
    asker = people.known(desk.session, row.asked_by) if row.asked_by != desk.admin_id else None
    if asker is not None:
        desk.tell(asker, findings.card(desk.session, row))


def _compare_again(desk: Desk, row: UploadRow) -> None:
    """Something else is live by now than what this was compared with."""
    row.state, row.asked_by, row.confirmed_by = uploads.WAITING, None, None
    row.reader, row.message_id = desk.admin_id, desk.arrival.message_id
    desk.post(Say("overtaken", where="toast"), findings.progress(row, "comparing", where="edit"))


def _note(desk: Desk, act: str, before: publications.Publication | None, **more: Json) -> None:
    """Who, when, from, to, and the hash."""
    now = publications.newest(desk.session)
    if now is not None:
        changed = {"from": before.pack_id if before else None, "to": now.pack_id}
        desk.note(act, {**changed, "version": now.version, "digest": now.digest, **more})


def _published(desk: Desk) -> None:
    now, before = publications.newest(desk.session), publications.before(desk.session, 1)
    if now is None:
        return
    values: dict[str, Json] = {"number": now.pack_id, "pack": now.pack, "version": now.version, "entry": now.id}
    desk.show("published", {**values, "before": before[0].pack_id if before else None})


def _live_entry(desk: Desk) -> int | None:
    live = publications.newest(desk.session)
    return live.id if live else None


def _row(desk: Desk, value: str) -> UploadRow | None:
    return uploads.lock(desk.session, _number(value))


def _number(value: str) -> int:
    """A number of a button; 0, which nothing has, for anything else."""
    return int(value) if value.isdecimal() and len(value) <= MOST_DIGITS else 0


def _ready(desk: Desk, value: str) -> UploadRow | None:
    """The upload, if it may be published; else the card says what became of it."""
    row = _row(desk, value)
    if row is not None and row.state == uploads.READY and row.base_id == _live_entry(desk):
        return row
    show(desk, value)
    return None


ACTS: dict[str, Callable[[Desk, str], None]] = {
    "upload": show,
    "changes": what_changes,
    "report": report,
    "publish": publish,
    "confirm": confirm,
    "discard": discard,
    "anew": begin_anew,
    "try": try_it,
    "end_trial": end_trial,
    "roll_back": roll_back,
}
HEARS: dict[str, Callable[[Desk, dict[str, Any], Typed], None]] = {"upload": heard, "less_urgent": typed_less_urgent}
