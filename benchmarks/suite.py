"""What a run compares on one backend, and what each figure is meant to be."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from benchmarks.nights import SAMPLES, WARM, Nights, in_turn, on_copies, shared
from benchmarks.one import measure
from benchmarks.places import Place
from benchmarks.report import Line
from benchmarks.workload import Workload

PEERS = ("orm", "transitions", "python-statemachine")
EVERYTHING, JOBS = "orm over all open", "apscheduler"

FLOOR_GOAL, ALL_DUE_GOAL, PEER_GOAL = 1.5, 2.0, 8.0
GROWTH_GOAL, WORKERS, WORKERS_GOAL = 2.5, 2, 1.6
SUMMARY_GOAL, PAGE_GOAL = 0.010, 0.001
MEMORY_GOAL_MB = 300


@dataclass(frozen=True, slots=True)
class Sizes:
    """N and K of the night, and the findings of a night in which everything is due."""

    n: int
    k: int
    all_due: int


class Suite:
    """The workloads of one backend and the comparisons on them."""

    def __init__(self, place: Place, sizes: Sizes) -> None:
        self.place, self.sizes = place, sizes
        n, k = sizes.n, sizes.k
        pairs = (WARM, k) * SAMPLES
        ks = tuple(size for size in (k // 100, k // 10) for _sample in range(SAMPLES) if size)
        self.ks = (*ks, n // 10) if n // 10 > k else ks
        peers = (k,) * (SAMPLES * len(PEERS))
        self.big = self._nights("big", n, (*pairs, WARM, *self.ks, *peers))
        self.middle = self._nights("middle", k * 10, (*pairs, k, k))
        self.small = self._nights("small", k + WARM, (WARM, k))
        few = max(1, k // 10)
        jobs = (min(WARM, few), few) * SAMPLES + (few,) * (len(PEERS) + 1)
        self.jobs = self._nights("jobs", k, jobs)
        self.all_due = self._nights("all", sizes.all_due + WARM, (WARM, sizes.all_due), lapse=True)

    def _nights(
        self, label: str, n: int, nights: tuple[int, ...], *, lapse: bool = False
    ) -> Nights:
        return Nights(self.place, label, Workload(n, nights, lapse))

    def needed(self, only: str) -> list[Nights]:
        """The workloads that the chosen comparisons read, the largest first."""
        growing = [self.middle, self.small] if self.sizes.n > self.sizes.k * 10 else [self.small]
        return {
            "night": [self.big, *growing, self.jobs],
            "all-due": [self.all_due],
            "status": [self.big],
            "": [self.big, self.all_due, *growing, self.jobs],
        }.get(only, [])

    def run(self, only: str) -> Iterator[Line]:
        """The lines of the chosen comparisons, as they are measured."""
        if only in ("", "night"):
            yield from self._night()
            yield self._one_job_each()
        if only in ("", "all-due"):
            yield from self._all_due()
        if only in ("", "status"):
            yield from self._questions()

    def _night(self) -> Iterator[Line]:
        k = self.sizes.k
        small = on_copies(self.small)
        peers = {peer: self.small.peer_on_copy(peer) for peer in ("orm", EVERYTHING)}
        yield self._line("night", self.small, k, small.product, small.floor, peers)
        if self.sizes.n > k * 10:
            middle = in_turn(self.middle)
            peers = {
                peer: self.middle.hold_peer(peer, self.middle.next(1))
                for peer in ("orm", EVERYTHING)
            }
            yield self._line("night", self.middle, k, middle.product, middle.floor, peers)
        big = in_turn(self.big)
        yield from self._by_k()
        peers = {peer: self.big.hold_peer(peer, self.big.next(SAMPLES)) for peer in PEERS}
        met = big.product <= FLOOR_GOAL * big.floor
        goal = f"<= {FLOOR_GOAL:g} x floor"
        if self.place.backend == "postgresql":
            met = met and min(peers.values()) >= PEER_GOAL * big.product
            goal += f", {PEER_GOAL:g} x faster than a peer"
        yield self._line(
            "night", self.big, k, big.product, big.floor, peers,
            peak_mb=big.peak_mb, goal=goal, met=met,
        )  # fmt: skip
        yield self._line(
            "growth of N", self.big, k, big.product, small.product,
            goal=f"< {GROWTH_GOAL:g} x", met=big.product < GROWTH_GOAL * small.product,
            note=f"in the floor's place stands the product at N = {self.small.workload.n}",
        )  # fmt: skip

    def _by_k(self) -> Iterator[Line]:
        nights = self.big.next(1 + len(self.ks))
        floor = self.big.hold_floor(nights).answer[1:]
        product = self.big.hold_product(nights)
        spent: defaultdict[int, list[tuple[float, float]]] = defaultdict(list)
        for k, ours, theirs in zip(self.ks, product.answer[1:], floor, strict=True):
            spent[k].append((ours, theirs))
        for k, both in spent.items():
            ours, theirs = (median(one) for one in zip(*both, strict=True))
            yield self._line("night", self.big, k, ours, theirs)

    def _one_job_each(self) -> Line:
        k = self.jobs.workload.nights[-1]
        found = in_turn(self.jobs)
        peers = {peer: self.jobs.hold_peer(peer, self.jobs.next(1)) for peer in (*PEERS, JOBS)}
        return self._line("night, small ledger", self.jobs, k, found.product, found.floor, peers)

    def _all_due(self) -> Iterator[Line]:
        k = self.sizes.all_due
        found = on_copies(self.all_due)
        yield self._line(
            "everything due", self.all_due, k, found.product, found.floor, peak_mb=found.peak_mb,
            goal=f"<= {ALL_DUE_GOAL:g} x floor, <= {MEMORY_GOAL_MB} MiB",
            met=found.product <= ALL_DUE_GOAL * found.floor and found.peak_mb <= MEMORY_GOAL_MB,
        )  # fmt: skip
        if self.place.backend == "postgresql":
            alone, together = shared(self.all_due, WORKERS)
            yield self._line(
                f"{WORKERS} workers", self.all_due, k, together, alone,
                goal=f">= {WORKERS_GOAL:g} x faster than one",
                met=together * WORKERS_GOAL <= alone,
                note="in the floor's place stands the product with one worker",
            )  # fmt: skip

    def _questions(self) -> Iterator[Line]:
        ours = measure("status.ask_product", self.place, self.big.product).answer
        theirs = measure("status.ask_floor", self.place, self.big.floor).answer
        for question, (inside, whole) in ours.items():
            goal = SUMMARY_GOAL if question.startswith("status") else PAGE_GOAL
            yield self._line(
                question, self.big, 0, inside, theirs[question][0],
                goal=f"<= {goal * 1000:g} ms", met=inside <= goal,
                note=f"{whole * 1000:.1f} ms with the product's objects",
            )  # fmt: skip

    def _line(
        self,
        name: str,
        nights: Nights,
        k: int,
        product: float,
        floor: float,
        peers: dict[str, float] | None = None,
        *,
        peak_mb: int | None = None,
        goal: str = "",
        met: bool | None = None,
        note: str = "",
    ) -> Line:
        return Line(
            name, nights.workload.n, k, self.place.backend, product, floor, peers or {}, peak_mb,
            goal, met, note,
        )  # fmt: skip
