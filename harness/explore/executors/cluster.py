"""The workers of a Dask cluster, which need Carom and the app installed where they are.

https://distributed.dask.org/en/stable/client.html. Dask is an extra, `carom[cluster]`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from harness.explore.executors.executor import Executor, ExecutorUnavailable, Pooled
from harness.explore.executors.worker import Opener, close

CONNECTS_WITHIN = 10.0


@contextmanager
def on_cluster(opener: Opener, address: str, within: float = CONNECTS_WITHIN) -> Iterator[Executor]:
    """`address` is `host:port` of the scheduler, which must answer `within` so many seconds. Each
    worker has one stage, whatever its threads.

    Raises `ExecutorUnavailable` when Dask is not installed or nobody answers there.
    """
    try:
        distributed: Any = import_module("distributed")
    except ImportError as fault:
        raise ExecutorUnavailable("dask is not installed: pip install 'carom[cluster]'.") from fault
    try:
        client = distributed.Client(f"tcp://{address}", timeout=within)
    except (OSError, TimeoutError) as fault:
        raise ExecutorUnavailable(f"no dask scheduler answers at {address}: {fault}.") from fault
    try:
        workers = len(client.ncores())
        if not workers:
            raise ExecutorUnavailable(f"the dask scheduler at {address} has no workers.")
        # Works are not pure: each one is to be played, however alike two are.
        pool = client.get_executor(pure=False)
        try:
            yield Pooled(pool, workers, opener)
        finally:
            pool.shutdown(wait=False)
            client.run(close)
    finally:
        client.close()
