"""/privacy in layers, and /export: what is kept, who sees it, for how long, and what the person may do about it."""

from __future__ import annotations

from typing import Literal

from content import person as people_rules
from content.episode import Json, Say
from handlers import consent
from handlers.visit import Visit
from storage import people, said

PAGES = ("kept", "seen", "long", "rights")


def asked(visit: Visit, payload: str) -> None:
    """The first card, as a new message."""
    visit.post(_card(visit, "new"))


def pressed(visit: Visit, value: str) -> None:
    """A button of the cards. Without a value it stands on another card, which stays as it is."""
    match value:
        case "":
            asked(visit, value)
        case _ if value in PAGES:
            visit.post(Say("privacy_page", {**_known(visit), "page": value}, where="edit"))
        case "withdraw":
            consent.withdraw(visit)
        case "again":
            _again(visit)
        case "back":
            _back(visit)
        case "age" | "16" | "u16" if visit.person.has_agreed:
            _age(visit, value)
        case _:
            visit.post(_card(visit, "edit"))


def copied(visit: Visit, value: str) -> None:
    """Everything kept, as a page to read and as data; once a minute."""
    once = f"copy:{visit.row.id}:{int(visit.now.timestamp()) // 60}"
    if said.was(visit.session, f"{once}:copy_page"):
        visit.post(Say("copy_soon", where="toast" if visit.arrival.callback_id else "new"))
        return
    says = [Say("copy_page", {"minor": bool(visit.row.minor)}), Say("copy_data")]
    visit.reply().post(visit.session, visit.row, says, visit.now, dedupe=once)


def _card(visit: Visit, where: Literal["new", "edit"]) -> Say:
    return Say("privacy", _known(visit), where=where)


def _known(visit: Visit) -> dict[str, Json]:
    row, agreed = visit.row, visit.row.consent_at
    known: dict[str, Json] = {
        "minor": row.minor,
        "agreed": visit.person.has_agreed,
        "version": row.consent_version,
        "at": agreed.isoformat() if agreed else None,
        "spoken": row.consent_language,
    }
    return {**visit.around(), **known}


def _back(visit: Visit) -> None:
    """Home; whoever has not agreed goes on where they were, and whoever said no is asked nothing."""
    if visit.person.is_ready:
        visit.post(Say("home", where="edit"))
    elif visit.person.setup == "refused":
        visit.post(Say("strip", where="edit"), people_rules.setup_say(visit.person, visit.now, new=True))
    else:
        _again(visit)


def _again(visit: Visit) -> None:
    """The card of the meeting where the person is, below; this one loses its buttons."""
    if visit.person.is_ready:
        visit.post(Say("moved_on", where="toast"))
        return
    met = people_rules.greeted(visit.person, visit.now, for_check=True)
    people.save(visit.row, met.person, visit.now)
    visit.post(Say("strip", where="edit"), *met.says)


def _age(visit: Visit, value: str) -> None:
    """A slip of the finger at the first meeting, or a birthday: it counts from the next check on."""
    if value == "age":
        visit.post(Say("privacy_age", where="edit"))
        return
    visit.row.minor = value == "u16"
    visit.post(Say("privacy_page", {**_known(visit), "page": "rights"}, where="edit"))
