"""What is about somebody is sealed; people are found by marks; admins are our own numbers of people"""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.orm import Session

import storage.columns
from storage import crypto, sealed, secret
from storage.crypto import Keys

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BATCH = 500
BOX = sa.LargeBinary
# table -> what it gets; True: may be empty for good
NEW = {
    "people": {"uid": True, "mark": False, "sealed_telegram_id": False},
    "files": {"uid": True, "sealed_content": False},
    "episodes": {"uid": True, "level_mark": True, "cause_mark": True, "plan_mark": True, "sealed_data": False},
    "events": {"uid": True, "sealed_event": False},
    "runs": {"uid": True, "sealed_data": False},
    "follow_ups": {"uid": True, "mark": False, "sealed_key": False, "sealed_answer": True},
    "outbox": {"uid": True, "chat": False, "sealed_chat_id": True, "sealed_say": True, "sealed_callback_id": True,
               "once": True},
}  # fmt: skip
FLAGS = {"episodes": ("asking", "told")}
OLD = {
    "people": ("telegram_id",),
    "files": ("content",),
    "episodes": ("level", "data"),
    "events": ("event",),
    "runs": ("data",),
    "follow_ups": ("key", "answer"),
    "outbox": ("chat_id", "say", "callback_id", "dedupe"),
}
UNIQUE = {"people": (["mark"], ["telegram_id"]), "follow_ups": (["episode_id", "mark"], ["episode_id", "key"]),
          "outbox": (["once"], ["dedupe"])}  # fmt: skip
ADMINS = {"audit": ("by",), "publications": ("by",), "broadcasts": ("by", "confirmed_by"),
          "uploads": ("by", "reader", "asked_by", "confirmed_by")}  # fmt: skip
Values = dict[str, Any]
Row = Mapping[str, Any]


def upgrade() -> None:
    keys = _keys(op.get_bind())
    for table, columns in NEW.items():
        with op.batch_alter_table(table) as batch:
            for name in columns:
                batch.add_column(sa.Column(name, BOX(), nullable=True))
            for name in FLAGS.get(table, ()):
                batch.add_column(sa.Column(name, sa.Boolean(), nullable=True))
    _name_admins()
    for table, fill in FILLS.items():
        _fill(keys, table, fill)
    for table in NEW:
        _drop_plain(table)
    if op.get_bind().dialect.name == "sqlite":
        lost = op.get_bind().exec_driver_sql("PRAGMA foreign_key_check").all()
        if lost:
            raise RuntimeError(f"{len(lost)} rows would belong to nobody")


def _keys(connection: sa.Connection) -> Keys:
    ring = context.config.attributes.get("ring")
    if ring is None:
        raise crypto.KeysError("The database cannot be sealed without ENCRYPTION_KEYS.")
    with Session(connection) as session:
        keys = Keys(ring, secret.make(session, ring))
        session.commit()
    return keys


class Sealing:
    """One row's boxes and marks."""

    def __init__(self, keys: Keys, table: str) -> None:
        self.keys, self.table = keys, table
        self.uid = secrets.token_bytes(sealed.UID_BYTES)

    def box(self, column: str, plain: str | bytes | None, **owners: int | bytes | None) -> bytes | None:
        if plain is None:
            return None
        place = sealed.place(self.table, f"sealed_{column}", owners, self.uid)
        return self.keys.ring.seal(plain.encode() if isinstance(plain, str) else plain, place)

    def mark(self, kind: str, *what: object) -> bytes | None:
        return None if None in what else self.keys.mark(kind, *what)


def _person(to: Sealing, row: Row) -> Values:
    mark = to.mark("person", row["telegram_id"])
    box = to.box("telegram_id", str(row["telegram_id"]), mark=mark)
    return {"mark": mark, "sealed_telegram_id": box, "card_hash": None}


def _file(to: Sealing, row: Row) -> Values:
    return {"sealed_content": to.box("content", bytes(row["content"]), person_id=row["person_id"])}


def _episode(to: Sealing, row: Row) -> Values:
    data = json.loads(row["data"])
    causes = data.get("causes") or [None]
    return {
        "sealed_data": to.box("data", row["data"], person_id=row["person_id"]),
        "asking": row["state"] != "closed" and data.get("question") is not None,
        "told": row["level"] is not None,
        "level_mark": to.mark("level", row["level"]),
        "cause_mark": to.mark("cause", causes[0]),
        "plan_mark": to.mark("plan", data.get("plan")),
        "card_hash": None,
    }


def _event(to: Sealing, row: Row) -> Values:
    return {"sealed_event": to.box("event", row["event"], episode_id=row["episode_id"])}


def _run(to: Sealing, row: Row) -> Values:
    return {"sealed_data": to.box("data", row["data"], person_id=row["person_id"])}


def _follow_up(to: Sealing, row: Row) -> Values:
    owners = {"person_id": row["person_id"], "episode_id": row["episode_id"]}
    return {
        "mark": to.mark("follow_up", row["episode_id"], row["key"]),
        "sealed_key": to.box("key", json.dumps(row["key"]), **owners),
        "sealed_answer": to.box("answer", row["answer"], **owners),
    }


def _letter(to: Sealing, row: Row) -> Values:
    owner = {"person_id": row["person_id"]}
    nobodys = str(row["chat_id"]) if row["person_id"] is None else None
    callback = json.dumps(row["callback_id"]) if row["callback_id"] is not None else None
    return {
        "chat": to.mark("person", row["chat_id"]),
        "sealed_chat_id": to.box("chat_id", nobodys, **owner),
        "sealed_say": to.box("say", row["say"], **owner),
        "sealed_callback_id": to.box("callback_id", callback, **owner),
        "once": to.mark("once", row["dedupe"]),
    }


FILLS = {"people": _person, "files": _file, "episodes": _episode, "events": _event, "runs": _run,
         "follow_ups": _follow_up, "outbox": _letter}  # fmt: skip


def _fill(keys: Keys, table: str, values_of: Callable[[Sealing, Row], Values]) -> None:
    for rows in _batches(table):
        told = [_told(Sealing(keys, table), row, values_of) for row in rows]
        query = sa.update(_table(table, *(name for name in told[0] if name != "_id"))).where(
            sa.column("id") == sa.bindparam("_id")
        )
        op.get_bind().execute(query, told)


def _told(to: Sealing, row: Row, values_of: Callable[[Sealing, Row], Values]) -> Values:
    return {**values_of(to, row), "uid": to.uid, "_id": row["id"]}


def _batches(table: str) -> Iterator[list[Row]]:
    """Every row as it lies there, some hundred at a time."""
    source, last = sa.Table(table, sa.MetaData(), autoload_with=op.get_bind()), 0
    plain = [sa.type_coerce(each, BOX()).label(each.name) if table == "files" and each.name == "content"
             else each for each in source.c if not isinstance(each.type, sa.DateTime)]  # fmt: skip
    while True:
        query = sa.select(*plain).where(source.c.id > last).order_by(source.c.id).limit(BATCH)
        rows: list[Row] = [dict(row._mapping) for row in op.get_bind().execute(query)]
        if not rows:
            return
        yield rows
        last = rows[-1]["id"]


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(each) for each in columns))


def _name_admins() -> None:
    """Who did what: our own numbers of people. Somebody we do not know any more is nobody."""
    people = _table("people", "id", "telegram_id")
    for table, columns in ADMINS.items():
        source = _table(table, *columns)
        for each in source.c:
            who = sa.select(people.c.id).where(people.c.telegram_id == each).scalar_subquery()
            op.execute(sa.update(source).values({each.name: who}))
    known = {row.telegram_id: row.id for row in op.get_bind().execute(sa.select(people))}
    _rename_in_audit(known)
    _rename_admins(known)


def _rename_in_audit(known: Mapping[int, int]) -> None:
    audit = _table("audit", "id", "detail")
    rows = op.get_bind().execute(sa.select(audit).where(audit.c.detail.is_not(None))).all()
    for row in rows:
        detail = json.loads(row.detail)
        named = {name: known.get(detail[name]) for name in ("asked_by", "confirmed_by") if name in detail}
        if named or "chat" in detail:
            detail = {name: each for name, each in {**detail, **named}.items() if name != "chat"}
            op.execute(sa.update(audit).where(audit.c.id == row.id).values(detail=json.dumps(detail)))


def _rename_admins(known: Mapping[int, int]) -> None:
    old = _table("admins", "telegram_id", "awaits", "seen_at")
    rows = [row._mapping for row in op.get_bind().execute(sa.select(old))]
    op.drop_table("admins")
    new = op.create_table(
        "admins",
        sa.Column("person_id", storage.columns.BIG, autoincrement=False, nullable=False),
        sa.Column("awaits", sa.Text(), nullable=True),
        sa.Column("seen_at", storage.columns.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_admins_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_admins")),
    )
    there = sa.table("admins", *(sa.column(each.name) for each in new.c))
    kept = [{"person_id": known[row["telegram_id"]], "awaits": row["awaits"], "seen_at": row["seen_at"]}
            for row in rows if row["telegram_id"] in known]  # fmt: skip
    if kept:
        op.get_bind().execute(sa.insert(there), kept)


def _drop_plain(table: str) -> None:
    new, old = UNIQUE.get(table, ([], []))
    with op.batch_alter_table(table) as batch:
        if new:
            batch.drop_constraint(f"uq_{table}_{'_'.join(old)}", type_="unique")
        for name in OLD[table]:
            batch.drop_column(name)
        for name, optional in NEW[table].items():
            if not optional:
                batch.alter_column(name, existing_type=BOX(), nullable=False)
        for name in FLAGS.get(table, ()):
            batch.alter_column(name, existing_type=sa.Boolean(), nullable=False)
        if new:
            batch.create_unique_constraint(f"uq_{table}_{'_'.join(new)}", new)


def downgrade() -> None:
    """Only while there is nobody: what was sealed is never written in plain again."""
    people = op.get_bind().scalar(sa.select(sa.func.count()).select_from(_table("people")))
    if people:
        raise crypto.KeysError("Sealed data is not written in plain again. Cure: restore a copy from before.")
    for table in ("events", "follow_ups", "outbox", "runs", "files", "episodes", "admins", "secrets"):
        op.execute(sa.delete(_table(table)))
    for table in reversed(NEW):
        _bring_back(table)
    op.drop_table("admins")
    op.create_table(
        "admins",
        sa.Column("telegram_id", storage.columns.BIG, autoincrement=False, nullable=False),
        sa.Column("awaits", sa.Text(), nullable=True),
        sa.Column("seen_at", storage.columns.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("telegram_id", name=op.f("pk_admins")),
    )


def _bring_back(table: str) -> None:
    new, old = UNIQUE.get(table, ([], []))
    types: dict[str, Any] = {"telegram_id": storage.columns.BIG, "chat_id": storage.columns.BIG, "content": BOX()}
    optional = {"level", "answer", "say", "callback_id", "dedupe"}
    with op.batch_alter_table(table) as batch:
        if new:
            batch.drop_constraint(f"uq_{table}_{'_'.join(new)}", type_="unique")
        for name in (*NEW[table], *FLAGS.get(table, ())):
            batch.drop_column(name)
        for name in OLD[table]:
            batch.add_column(sa.Column(name, types.get(name, sa.Text()), nullable=name in optional))
        if new:
            batch.create_unique_constraint(f"uq_{table}_{'_'.join(old)}", old)
