"""A fresh account for each test."""

from __future__ import annotations

import pytest

from tests.billing.account import Account, open_account


@pytest.fixture
def account() -> Account:
    return open_account()
