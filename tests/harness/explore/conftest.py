"""The toys of these tests."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

# Test folders are no packages; the toys are a module that all tests here share.
_SPEC = importlib.util.spec_from_file_location("toys", Path(__file__).parent / "toys.py")
assert _SPEC is not None
assert _SPEC.loader is not None
sys.modules["toys"] = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(sys.modules["toys"])
