from __future__ import annotations

import pytest
from hypothesis import settings

from tests.api.shop import Shop

settings.register_profile("full", deadline=None)  # what `test_fuzz` makes 20,000 requests under


@pytest.fixture
def shop() -> Shop:
    return Shop()
