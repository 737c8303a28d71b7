"""Speed of all standing questions and published claims over the whole library of scenarios."""

import time

from timing import own_memory

from eastbound.constants import DRAWS
from eastbound.ensemble.simulate import simulate
from eastbound.evidence.book import load_evidence
from eastbound.risk.claim_scores import published_claims
from eastbound.risk.questions import ask
from eastbound.scenarios.loader import scenario_names


def questions(counts=(9, 18, 36), draws=DRAWS):
    """Time questions and claims of the first scenarios of the library, after simulation; print the cost of one more."""
    book, names = load_evidence(), sorted(scenario_names(), key=lambda name: name != "baseline")
    times = {}
    with own_memory() as peak:
        for count in counts:
            chosen = names[:count]
            ens = simulate(chosen, book=book, draws=draws)
            ask(ens=ens, book=book)  # simulates the scenarios that questions name
            begun = time.perf_counter()
            records = ask(scenario=chosen, ens=ens, book=book)
            published_claims(scenario=chosen, ens=ens, book=book)
            times[count] = time.perf_counter() - begun
            print(f"{count:>3} scenarios x {draws} draws: {len(records)} answers, claims: {times[count]:.1f} s")
    (first, least), (last, most) = min(times.items()), max(times.items())
    more = (most - least) / max(last - first, 1)
    print(f"one scenario more costs {more:.2f} s; own memory {peak[0] / 1e9:.1f} GB (targets: 30 s for all, 3 GB)")


if __name__ == "__main__":
    questions()
