"""Writes a first `carom.toml`: by asking, from a template, and from what a running app answers."""

from harness.init.answers import Answers, Door
from harness.init.probing import Found, probe
from harness.init.templates import TEMPLATES, Template, guess
from harness.init.writing import text_of

__all__ = ["TEMPLATES", "Answers", "Door", "Found", "Template", "guess", "probe", "text_of"]
