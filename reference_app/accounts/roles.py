"""What each role in an organisation may do; who is at work in which is asked of the database.

- `owner` sees to billing, to the members and to their roles. There is always at least one.
- `admin` sees to the members who are not owners.
- `member` uses the product.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"

    @property
    def bills(self) -> bool:
        """Whether this role may buy, switch, cancel, and see cards and invoices."""
        return self is Role.OWNER

    @property
    def manages(self) -> tuple[Role, ...]:
        """The roles whose holders this one may invite, change and remove."""
        return {
            Role.OWNER: (Role.OWNER, Role.ADMIN, Role.MEMBER),
            Role.ADMIN: (Role.ADMIN, Role.MEMBER),
            Role.MEMBER: (),
        }[self]
