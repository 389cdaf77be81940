"""What a person sets, and their runs"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("people", schema=None) as people:
        people.add_column(sa.Column("consent_language", sa.Text(), nullable=True))
        people.add_column(sa.Column("quiet_from", storage.columns.BIG, nullable=True))
        people.add_column(sa.Column("quiet_until", storage.columns.BIG, nullable=True))
        people.add_column(sa.Column("scale", sa.Boolean(), nullable=False, server_default=sa.true()))
        people.add_column(sa.Column("simple", sa.Boolean(), nullable=False, server_default=sa.false()))
        people.add_column(sa.Column("paused_until", storage.columns.Moment(timezone=True), nullable=True))
        people.add_column(sa.Column("awaits", sa.Text(), nullable=True))
    op.create_table(
        "runs",
        sa.Column("id", storage.columns.BIG, nullable=False),
        sa.Column("person_id", storage.columns.BIG, nullable=False),
        sa.Column("at", storage.columns.Moment(timezone=True), nullable=False),
        sa.Column("data", storage.columns.Document(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_runs_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    with op.batch_alter_table("runs", schema=None) as runs:
        runs.create_index(runs.f("ix_runs_person_id_at"), ["person_id", "at"], unique=False)
    op.create_table(
        "erasures",
        sa.Column("id", storage.columns.BIG, nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("at", storage.columns.Moment(timezone=True), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("receipt", name=op.f("uq_erasures_receipt")),
    )
    op.create_table(
        "secrets",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secrets")),
    )
    op.create_table(
        "tallies",
        sa.Column("week", storage.columns.Moment(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("count", storage.columns.BIG, nullable=False),
        sa.PrimaryKeyConstraint("week", "kind", "name", name=op.f("pk_tallies")),
    )
    op.create_table(
        "removals",
        sa.Column("id", storage.columns.BIG, nullable=False),
        sa.Column("at", storage.columns.Moment(timezone=True), nullable=False),
        sa.Column("counts", storage.columns.Document(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removals")),
    )
    with op.batch_alter_table("removals", schema=None) as removals:
        removals.create_index(removals.f("ix_removals_at"), ["at"], unique=False)


def downgrade() -> None:
    op.drop_table("removals")
    op.drop_table("tallies")
    op.drop_table("secrets")
    op.drop_table("erasures")
    op.drop_table("runs")
    with op.batch_alter_table("people", schema=None) as people:
        for name in ("awaits", "paused_until", "simple", "scale", "quiet_until", "quiet_from", "consent_language"):
            people.drop_column(name)
