"""A pack's questions as a FHIR R4 Questionnaire, in one language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from content.conditions import NOT_SURE
from content.pack import Pack, Question
from handlers.voice import Voice

Json = dict[str, Any]
NEWEST, HISTORY, OUTCOME = "newest_check_in", "history", "outcome"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
ABSENT_CODES, UNKNOWN = "http://terminology.hl7.org/CodeSystem/data-absent-reason", "asked-unknown"


def form(voice: Voice, made_at: datetime) -> Json:
    """The Questionnaire. Its url names the very content: another digest is another questionnaire."""
    pack = voice.pack
    number = uuid5(NAMESPACE_URL, f"stridecheck:{pack.id}:{pack.digest}")
    return {
        "resourceType": "Questionnaire",
        "id": str(number),
        "language": voice.language,
        "url": f"urn:uuid:{number}",
        "version": pack.version,
        "name": "".join(part.capitalize() for part in pack.id.replace("_", "-").split("-")),
        "title": voice.text("name"),
        "status": "active" if pack.review else "draft",
        "experimental": pack.review is None,
        "subjectType": ["Patient"],
        "date": made_at.isoformat(),
        "description": voice.ui("page.notice"),
        "item": [*_triage(voice), *_later(voice)],
    }


def system(pack: Pack) -> str:
    """The code system of a pack's options and levels: ids keep their meaning from version to version."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'stridecheck:{pack.id}')}"


def link(*parts: str) -> str:
    """The linkId of a part of an item."""
    return ".".join(parts)


def flags_of(question: Question) -> list[str]:
    """The red flags that a gate asks for."""
    return [option for option in question.option_ids if option not in question.alone]


def coding(voice: Voice, question: Question, option: str) -> Json:
    """An option as a code; "not sure" as HL7's own."""
    if option == NOT_SURE:
        return {"system": ABSENT_CODES, "code": UNKNOWN, "display": "Asked But Unknown"}
    return {
        "system": system(voice.pack),
        "code": link(question.id, option),
        "display": voice.line(question.id, option),
    }


def _triage(voice: Voice) -> Iterator[Json]:
    """The triage's questions in the order in which the pack lists them, which is the order of the answers."""
    asked = {ask.question for ask in voice.pack.flow}
    return (_item(voice, question, "") for question in voice.pack.questions.values() if question.id in asked)


def _item(voice: Voice, question: Question, prefix: str) -> Json:
    item: Json = {"linkId": f"{prefix}{question.id}", "text": voice.text("questions", question.id, "ask")}
    if question.kind == "gate" and not prefix:
        flags = [(each, voice.line(question.id, each)) for each in flags_of(question)]
        flags.append((NOT_SURE, voice.ui("doctor.not_sure")))
        parts = [{"linkId": link(question.id, each), "text": words, "type": "boolean"} for each, words in flags]
        return {**item, "type": "group", "item": parts}
    if question.kind == "scale":
        return {**item, "type": "integer"}
    options = [{"valueCoding": coding(voice, question, each)} for each in (*question.option_ids, NOT_SURE)]
    return {**item, "type": "choice", "repeats": question.multiple, "answerOption": options}


def _later(voice: Voice) -> Iterator[Json]:
    """What comes after the triage: filled in by the bot, not asked in this form."""
    levels = [
        {"valueCoding": {"system": system(voice.pack), "code": each, "display": voice.text("levels", each, "name")}}
        for each in voice.pack.levels
    ]
    newest = [_item(voice, each, f"{NEWEST}.") for each in voice.pack.questions.values()]
    yield {"linkId": NEWEST, "text": voice.ui("page.newest"), "type": "group", "readOnly": True, "item": newest}
    yield {
        "linkId": HISTORY,
        "text": voice.ui("page.course"),
        "type": "group",
        "readOnly": True,
        "repeats": True,
        "item": [
            {"linkId": link(HISTORY, "at"), "type": "dateTime"},
            {"linkId": link(HISTORY, "word"), "type": "string"},
            {"linkId": link(HISTORY, "score"), "text": voice.ui("page.strength"), "type": "integer"},
            {"linkId": link(HISTORY, "level"), "type": "choice", "answerOption": levels},
        ],
    }
    parts = [{"linkId": link(OUTCOME, each), "type": "string", "repeats": True} for each in ("rule", "cause", "advice")]
    level = {"linkId": link(OUTCOME, "level"), "type": "choice", "answerOption": levels}
    outcome = {"linkId": OUTCOME, "text": voice.ui("page.advice"), "type": "group", "readOnly": True}
    yield {**outcome, "item": [level, *parts]}
