"""What the checks of an upload found, written down and told: one transaction each, beside the turns of people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from content.episode import Json, Say
from content.pack import Pack
from handlers.record import Reply
from storage import episodes, files, outbox, people, publications, said, uploads
from storage.admin_tables import UploadRow
from storage.publications import Publication
from storage.tables import PackRow, PersonRow
from storage.uploads import Job

MOST_TOLD = 5
Found = Mapping[str, Any]


def dedupe(upload_id: int) -> str:
    """Under which the message goes out that shows how far an upload is."""
    return f"upload:{upload_id}"


def files_of(session: Session, pack_id: int) -> dict[str, bytes]:
    """The very bytes of a stored version."""
    return publications.files(session, pack_id)


def to_compare(session: Session, live: Publication) -> tuple[dict[str, bytes], list[dict[str, Any]]]:
    """What is live, and everybody's open checks on any version of it."""
    open_checks = episodes.open_of(session, live.pack)
    return publications.files(session, live.pack_id), [episodes.write(each) for each in open_checks]


def stage(session: Session, upload_id: int, reached: str, now: datetime) -> None:
    """Show how far it is, in the message that shows it; not worth a message of its own."""
    row = _being_checked(session, upload_id)
    if row is not None and _message_of(session, row) is not None:
        _tell(session, row, now, progress(row, reached, where="edit"))


def refused(session: Session, upload_id: int, verdict: Found, now: datetime) -> None:
    """It cannot be used: why in a few words; mistakes in full as a document."""
    row = _being_checked(session, upload_id)
    if row is None:
        return
    row.state, row.lease_until = uploads.REFUSED, None
    row.verdict = {name: verdict[name] for name in ("why", "values")}
    if not verdict.get("problems"):
        _tell(session, row, now, Say("upload_refused", {"names": row.name, **row.verdict}, where="edit"))
        return
    problems = list(verdict["problems"])
    row.verdict |= {"count": len(problems), "proved": verdict["proved"]}
    report = _file(session, row, f"mistakes-{row.id}.txt", "\n".join(problems).encode(), now)
    told = {"upload": row.id, "names": row.name, "problems": problems[:MOST_TOLD], "proved": verdict["proved"]}
    _tell(
        session,
        row,
        now,
        progress(row, "done", where="edit"),
        Say("upload_problems", {**told, "count": len(problems), "file": report}),
    )


def passed(
    session: Session, upload_id: int, pack: Pack, contents: Mapping[str, bytes], found: Found, now: datetime
) -> int:
    """Every promise holds: the version is stored, and no more than that."""
    pack_id = publications.store(session, pack, contents, now)
    row = _being_checked(session, upload_id)
    if row is not None:
        row.pack_id = pack_id
        row.verdict = {"why": "", "promises": found["promises"], "took_s": round(found["took_s"], 1)}
    return pack_id


def ready(session: Session, job: Job, found: Found, now: datetime) -> None:
    """It may be published: what changes, in full as a document, and the card that decides."""
    row = _being_checked(session, job.id)
    if row is None:
        return
    row.state, row.base_id, row.lease_until, row.asked_by = uploads.READY, job.live.id, None, None
    row.compared = {name: value for name, value in found.items() if name != "page"}
    row.compared |= {"base": job.live.pack_id, "base_version": job.live.version}
    row.report = found["page"].encode() or None
    says = [progress(row, "done", where="edit")]
    if row.report and row.reader is not None:
        says.append(report_say(session, row, _file(session, row, report_name(row), row.report, now)))
    _tell(session, row, now, *says, card(session, row))


def card(session: Session, row: UploadRow, *, where: str = "new", reader: int | None = None) -> Say:
    """The card of an upload as it stands; `reader` may be asked to confirm what somebody else wants to publish."""
    pack = session.get(PackRow, row.pack_id) if row.pack_id is not None else None
    values: dict[str, Json] = {
        "upload": row.id,
        "state": row.state,
        "names": row.name,
        "number": row.pack_id,
        "pack": pack.pack if pack else "",
        "version": pack.version if pack else "",
        "verdict": row.verdict or {},
        "compared": row.compared or {},
        "has_report": row.report is not None,
        "asked": row.asked_by is not None,
        "asks": reader is not None and row.asked_by not in {None, reader},
    }
    return Say("upload", values, where="edit" if where == "edit" else "new")


def progress(row: UploadRow, reached: str, *, where: str = "new") -> Say:
    """How far it is."""
    return Say("upload_stage", {"names": row.name, "stage": reached}, where="edit" if where == "edit" else "new")


def report_name(row: UploadRow) -> str:
    return f"what-changes-{row.pack_id}.html"


def report_say(session: Session, row: UploadRow, file_id: int) -> Say:
    """Both versions side by side, as a document."""
    compared = row.compared or {}
    return Say("upload_report", {"file": file_id, "old": compared.get("base"), "new": row.pack_id})


def _being_checked(session: Session, upload_id: int) -> UploadRow | None:
    """None: it was put aside or replaced meanwhile, and nobody wants to hear of it any more."""
    row = uploads.lock(session, upload_id)
    return row if row is not None and row.state == uploads.CHECKING else None


def _file(session: Session, row: UploadRow, name: str, content: bytes, now: datetime) -> int:
    person = _reader(session, row)
    return files.keep(session, person.id if person else None, name, content, now)


def _message_of(session: Session, row: UploadRow) -> int | None:
    return row.message_id or said.sent_as(session, f"{dedupe(row.id)}:upload_stage")


def _tell(session: Session, row: UploadRow, now: datetime, *says: Say) -> None:
    """Tell who waits for it; what came with the program has nobody, until somebody looks at it."""
    person = _reader(session, row)
    if person is not None:
        Reply(outbox.REPLY, _message_of(session, row)).post(session, person, says, now)


def _reader(session: Session, row: UploadRow) -> PersonRow | None:
    return people.known(session, row.reader)
