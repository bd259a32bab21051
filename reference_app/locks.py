"""One lock for each organisation: its row.

Whoever changes what an organisation has bought, or who is in it, takes this first and nothing else
before it; that one order is why no two can wait for each other.

`FOR NO KEY UPDATE` (`key_share`) and not `FOR UPDATE`: rows of other tables that name the
organisation by foreign key may still be added meanwhile, so nobody waits for a webhook in order to
sign up. SQLite has no row locks and ignores it: its transactions that write run one at a time.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from reference_app.tables import Organisation


def locked(session: Session, which: ColumnElement[bool]) -> Organisation | None:
    """The one organisation that fits, locked until the transaction ends, or `None`.

    What the session had read of it before the lock may be old, so it is read again
    (`populate_existing`): without that a double click would see no customer twice.
    """
    return session.scalars(
        select(Organisation)
        .where(which)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
