"""`python -m baize`. APP_MUTANT names a broken twin, to see that `carom check` finds it."""

from __future__ import annotations

import importlib
import os

from waitress import serve

from baize.app import create_app
from baize.billing import Billing
from baize.settings import from_environment

THREADS = 16
"""Each webhook of one organisation that waits for its turn takes a thread."""

settings = from_environment(os.environ)
twin = os.environ.get("APP_MUTANT")
kind = importlib.import_module(f"baize.twins.{twin}").Twin if twin else Billing
serve(create_app(settings, kind), host="127.0.0.1", port=settings.port, threads=THREADS)
