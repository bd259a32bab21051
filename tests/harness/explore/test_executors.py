"""Executors: whoever plays the parts, and in whatever order they are done, the findings are the
same.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor as Pool
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path
from random import Random
from select import select
from typing import Any, NoReturn

import pytest
from toys import ToyOpener, ToyStage, story_of

from harness.app.config import load_config
from harness.app.protocol import AppUnavailable
from harness.checking import TheatreOpener
from harness.explore.executors import (
    ExecutorUnavailable,
    Inline,
    NotAnExecutor,
    executor_named,
    in_processes,
    jobs_of,
    on_cluster,
)
from harness.explore.executors.executor import Executor, Pooled
from harness.explore.explorer import Explored, Explorer, Options
from harness.explore.work import Done, Work
from harness.model.invariants import INVARIANTS
from scenarios import STORIES as STORY_FILES
from scenarios import load_story

ROOT = Path(__file__).parents[3]
OPTIONS = Options(departures=2, random_runs=90, max_findings=4)
STORIES = [story_of(a=2, b=1), story_of(a=1, b=2), story_of(a=3)]


def told(explored: Explored) -> list[str]:
    """All that is to be the same."""
    counts = (explored.schedules, explored.shrinking, sorted(explored.exercised.items()))
    stories = [f"{each.schedules} {each.told()} {each.decisions}" for each in explored.looked]
    return [finding.text() for finding in explored.findings] + stories + [str(counts)]


def inline(bug: str, options: Options = OPTIONS) -> list[str]:
    return told(Explorer(Inline(ToyStage(bug)), options).explore(STORIES))


class Whenever(Pool):
    """A pool in which things are done in an order of its own, on copies, as elsewhere."""

    def __init__(self, seed: int, width: int) -> None:
        self._random = Random(seed)
        self._width = width
        self._waiting: list[tuple[Future[Any], Callable[[], Any]]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        copies = pickle.loads(pickle.dumps((args, kwargs)))
        self._waiting.append((future, lambda: fn(*copies[0], **copies[1])))
        if len(self._waiting) == self._width:
            self.finish()
        return future

    def finish(self) -> None:
        self._random.shuffle(self._waiting)
        while self._waiting:
            future, work = self._waiting.pop()
            future.set_result(work())


class Shuffled:
    """Does all works of a round before it gives back any, the last perhaps first."""

    def __init__(self, bug: str, seed: int) -> None:
        self._opener = ToyOpener(bug)
        self._seed = seed

    def run(self, works: Iterable[Work]) -> Iterator[Done]:
        parts = list(works)
        pool = Whenever(self._seed, len(parts))
        return Pooled(pool, len(parts), self._opener).run(parts)


@pytest.mark.parametrize("bug", ["", "payload", "stale", "shared"])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_in_which_parts_are_done_cannot_be_seen(bug: str, seed: int) -> None:
    assert told(Explorer(Shuffled(bug, seed), OPTIONS).explore(STORIES)) == inline(bug)


def test_two_processes_find_what_one_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    with in_processes(ToyOpener("stale"), 2) as executor:
        assert told(Explorer(executor, OPTIONS).explore(STORIES)) == inline("stale")


def test_two_processes_explore_a_real_app_as_one_does() -> None:
    config = load_config(ROOT / "reference_app" / "carom.toml", INVARIANTS)
    opener = TheatreOpener(config, seed=7, in_process=True)
    options = Options(departures=0, strategies=("walk",), random_runs=6)
    stories = [load_story(STORY_FILES / "portal_without_customer.yaml")]
    with opener() as stage:
        here = told(Explorer(stage, options).explore(stories))
    with in_processes(opener, 2) as executor:
        assert told(Explorer(executor, options).explore(stories)) == here


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for a process as Linux can")
def test_no_worker_outlives_whoever_started_it(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import os, sys, time\n"
        "from concurrent.futures import wait\n"
        "from toys import ToyOpener\n"
        "from harness.explore.executors.processes import in_processes\n"
        "if __name__ == '__main__':\n"
        "    with in_processes(ToyOpener(''), 2) as executor:\n"
        "        print(executor._pool.submit(os.getpid).result(), flush=True)\n"
        "        sys.stdin.read()\n"
    )
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    started = subprocess.Popen(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    worker = os.pidfd_open(int(started.stdout.readline()))
    started.kill()
    started.wait()
    ended, _, _ = select([worker], [], [], 10.0)
    if not ended:
        signal.pidfd_send_signal(worker, signal.SIGKILL)
    os.close(worker)
    assert ended


def test_an_app_that_does_not_start_is_told_by_the_worker(tmp_path: Path) -> None:
    config = load_config(ROOT / "reference_app" / "carom.toml", INVARIANTS)
    launch = replace(config.launch, asgi="nobody:create", directory=tmp_path)
    opener = TheatreOpener(replace(config, launch=launch), seed=7, in_process=True)
    with (
        in_processes(opener, 2) as executor,
        pytest.raises(AppUnavailable, match="'nobody:create' cannot be loaded"),
    ):
        Explorer(executor, OPTIONS).explore(STORIES)


def test_dask_workers_find_what_one_process_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed", reason="dask is the extra carom[cluster]")
    here = str(Path(__file__).parent)
    monkeypatch.syspath_prepend(here)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([here, *sys.path]))
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
        ) as local,
        on_cluster(ToyOpener("stale"), local.scheduler_address.removeprefix("tcp://")) as executor,
    ):
        assert told(Explorer(executor, OPTIONS).explore(STORIES)) == inline("stale")


def test_a_cluster_that_does_not_answer_is_named() -> None:
    pytest.importorskip("distributed", reason="dask is the extra carom[cluster]")
    with (
        pytest.raises(ExecutorUnavailable, match=r"no dask scheduler answers at 127\.0\.0\.1:9"),
        on_cluster(ToyOpener(""), "127.0.0.1:9", within=0.5),
    ):
        pass


def test_without_dask_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(ExecutorUnavailable, match=r"pip install 'carom\[cluster\]'"),
        on_cluster(ToyOpener(""), "127.0.0.1:9"),
    ):
        pass


def test_no_more_works_are_asked_for_than_there_are_workers() -> None:
    given: list[Future[int]] = []
    unfinished: list[int] = []

    def works() -> Iterator[int]:
        for number in range(5):
            unfinished.append(sum(not each.done() for each in given))
            if unfinished[-1]:
                given[-1].set_result(number - 1)
            yield number
        given[-1].set_result(4)

    class Later(Pool):
        def submit(self, fn: object, opener: object, work: int) -> Future[int]:  # type: ignore[override] # noqa: ARG002
            given.append(Future())
            return given[-1]

    results = Pooled(Later(), 2, ToyOpener("")).run(works())  # type: ignore[arg-type]
    assert list(results) == [0, 1, 2, 3, 4]
    assert max(unfinished) == 1


def test_a_worker_that_ends_in_the_middle_of_its_work_is_told() -> None:
    class Broken(Pool):
        def submit(self, fn: object, *args: object) -> Future[int]:  # type: ignore[override] # noqa: ARG002
            future: Future[int] = Future()
            future.set_exception(BrokenProcessPool("gone"))
            return future

    with pytest.raises(ExecutorUnavailable, match="ended in the middle of its work"):
        list(Pooled(Broken(), 1, ToyOpener("")).run([1]))  # type: ignore[list-item]


def nowhere() -> NoReturn:
    raise AssertionError("nobody is to open a stage there")


@pytest.mark.parametrize("name", ["inline", "processes"])
def test_one_job_is_played_here(name: str) -> None:
    with executor_named(name, 1, nowhere, ToyOpener("")) as executor:
        assert isinstance(executor, Inline)
        assert isinstance(executor, Executor)


@pytest.mark.parametrize("name", ["threads", "dask://", "dask://host", "dask:127.0.0.1:1"])
def test_a_word_that_names_no_executor_is_refused(name: str) -> None:
    with pytest.raises(NotAnExecutor, match="inline, processes and dask://host:port"):
        executor_named(name, 2, nowhere, nowhere)


def test_jobs_are_a_number_or_as_many_as_there_are_processors() -> None:
    assert jobs_of("3") == 3
    assert jobs_of("auto") == os.cpu_count()
    for wrong in ("0", "-1", "many", ""):
        with pytest.raises(ValueError, match="no number of jobs"):
            jobs_of(wrong)
