from __future__ import annotations

import pytest

from tests.generic.account import Account


@pytest.fixture
def account() -> Account:
    return Account()
