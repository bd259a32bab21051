"""What happens to the app itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.actors.moment import Moment, Verb
from harness.stage import Stage


def restart(stage: Stage, subject: Mapping[str, str]) -> Iterator[Moment]:  # noqa: ARG001
    """On the same data. An app that others started goes on; nobody can restart it from here."""
    if stage.launched is None or not stage.launched.can_restart:
        yield Moment(remark="it is not ours to restart")
        return
    stage.launched.restart()
    yield Moment()


VERBS: dict[str, Verb] = {"restart": restart}
