"""A discrete simulation of a plan on a cluster: ensembles, then the pages that need them, each on one worker."""

import heapq
from dataclasses import dataclass


@dataclass(frozen=True)
class Job:
    """Work of a plan.

    Parameters
    ----------
    seconds : float
        On any worker.
    after : int or None
        Position of the job whose result it needs.
    transfer : float
        Seconds to fetch that result on another worker than the one that made it.
    """

    seconds: float
    after: int | None = None
    transfer: float = 0.0


def makespan(jobs, workers):
    """Return the seconds until the last job ends.

    Jobs start in their order, each where it ends first: at the worker that has what it needs, or at the first free one.

    Parameters
    ----------
    jobs : sequence of Job
        A job stands after the one that it needs.
    workers : int

    Examples
    --------
    Two ensembles of 10 s; three pages of the first and one of the second, 4 s each; a transfer takes 1 s. The third
    page would start at 18 s where its ensemble is; at the other worker it is fetched from 14 s on and ends at 19 s.

    >>> pages = [Job(4, 0, 1), Job(4, 0, 1), Job(4, 1, 1), Job(4, 0, 1)]
    >>> makespan([Job(10), Job(10), *pages], workers=2)
    19.0
    """
    free = [0.0] * workers
    order = [(0.0, worker) for worker in range(workers)]
    ends, homes = [], []
    for job in jobs:
        while order[0][0] != free[order[0][1]]:  # an entry that a later job has made old
            heapq.heappop(order)
        ready = 0.0 if job.after is None else ends[job.after]
        choices = {order[0][1]} | (set() if job.after is None else {homes[job.after]})
        fetch = {w: 0.0 if job.after is None or homes[job.after] == w else job.transfer for w in choices}
        worker = min(choices, key=lambda w: (max(free[w], ready) + fetch[w], fetch[w], w))
        free[worker] = max(free[worker], ready) + fetch[worker] + job.seconds
        heapq.heappush(order, (free[worker], worker))
        ends.append(free[worker])
        homes.append(worker)
    return max(ends, default=0.0)
