"""An app in examples/ that keeps the contract: its README's commands, and a copy set up by them."""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.clients.environment import ROOT, made, run

CAROM = Path(sys.executable).with_name("carom")
CAROM_IN_README = "../../.venv/bin/carom"
PATIENCE = 900.0  # seconds: seventy stories, each with an app of its own
BUILT = ("node_modules", ".venv", ".carom", "__pycache__", ".pytest_cache")


@dataclass(frozen=True, slots=True)
class Twin:
    """A broken twin: the command of the README that shows it, and the promise it does not keep."""

    name: str
    command: str
    breaks: str


@dataclass(frozen=True, slots=True)
class Example:
    """`needs` is a command that setting up cannot do without, `breaks` the promise of each twin."""

    name: str
    needs: str
    breaks: dict[str, str]

    @property
    def folder(self) -> Path:
        return ROOT / "examples" / self.name

    @property
    def readme(self) -> str:
        return (self.folder / "README.md").read_text(encoding="utf-8")

    @property
    def commands(self) -> list[str]:
        """All that the README tells to type, in its order: setting up, checking, and so on."""
        blocks = re.findall(r"```sh\n(.*?)```", self.readme, re.DOTALL)
        return [line for block in blocks for line in block.splitlines()]

    @property
    def twins(self) -> list[Twin]:
        told = re.findall(r"^(APP_MUTANT=(\w+) .+)$", self.readme, re.MULTILINE)
        return [Twin(name, command, self.breaks[name]) for command, name in told]

    def set_up(self) -> Path:
        """A copy in which the README's first command was run; made anew when a file changes.

        Where that fails (no npm, no network) the test is skipped, and says so.
        """
        if shutil.which(self.needs) is None:
            pytest.skip(f"there is no {self.needs}, so examples/{self.name} is not tried")
        first = self.commands[0]

        def steps(folder: Path) -> Iterator[Sequence[str]]:
            for old in folder.parent.glob(f"examples-{self.name}-*/"):
                shutil.rmtree(old)
            ignored = shutil.ignore_patterns(*BUILT)
            shutil.copytree(self.folder, folder, ignore=ignored, dirs_exist_ok=True)
            yield "sh", "-c", f'cd "$1" && {first}', first, str(folder)

        return made([f"examples-{self.name}-{self._digest()}"], steps)

    def type(self, command: str) -> CompletedProcess[str]:
        """Run one of the README's commands in the copy."""
        assert CAROM_IN_README in command, command
        here = command.replace(CAROM_IN_README, str(CAROM))
        return run("sh", "-c", here, inside=self.set_up(), patience=PATIENCE)

    def _digest(self) -> str:
        found = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            within = path.relative_to(self.folder)
            if path.is_file() and not set(within.parts) & set(BUILT):
                found.update(f"{within}\0".encode() + path.read_bytes())
        return found.hexdigest()[:12]


EXPRESS = Example(
    "express",
    needs="npm",
    breaks={
        "cancel_revokes_now": "paid-access-kept",
        "grants_on_return": "single-writer",
        "last_write_wins": "converges",
    },
)
FLASK = Example(
    "flask",
    needs="python3",
    breaks={
        "recorded_before_done": "truthful-ack",
        "found_by_email": "converges",
        "refetch_without_lock": "monotonic",
    },
)
EXAMPLES = [EXPRESS, FLASK]
