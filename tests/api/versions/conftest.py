from __future__ import annotations

import pytest

from tests.api.versions.till import Till, opened


@pytest.fixture
def till() -> Till:
    return opened()
