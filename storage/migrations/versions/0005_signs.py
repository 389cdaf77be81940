"""Signs that processes give each other and the next; who sends a letter; when an open question was last used"""

import sqlalchemy as sa
from alembic import op

import storage.columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signs",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", storage.columns.Moment(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_signs")),
    )
    op.add_column("outbox", sa.Column("holder", storage.columns.BIG, nullable=True))
    with op.batch_alter_table("episodes") as episodes:
        episodes.add_column(sa.Column("open_at", storage.columns.Moment(timezone=True), nullable=True))
        episodes.create_index(episodes.f("ix_episodes_open_at"), ["open_at"], unique=False)
    with op.batch_alter_table("people") as people:
        people.create_index(people.f("ix_people_seen_at"), ["seen_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("people") as people:
        people.drop_index(people.f("ix_people_seen_at"))
    with op.batch_alter_table("episodes") as episodes:
        episodes.drop_index(episodes.f("ix_episodes_open_at"))
        episodes.drop_column("open_at")
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_column("holder")
    op.drop_table("signs")
