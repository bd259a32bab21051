"""Who plays the parts of an exploration: this thread, other processes, or other machines."""

from harness.explore.executors.cluster import on_cluster
from harness.explore.executors.executor import Executor, ExecutorUnavailable, NotAnExecutor
from harness.explore.executors.inline import Inline
from harness.explore.executors.named import executor_named, is_executor, jobs_of
from harness.explore.executors.processes import in_processes
from harness.explore.executors.worker import Opener

__all__ = [
    "Executor",
    "ExecutorUnavailable",
    "Inline",
    "NotAnExecutor",
    "Opener",
    "executor_named",
    "in_processes",
    "is_executor",
    "jobs_of",
    "on_cluster",
]
