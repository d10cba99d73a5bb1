"""Nights of one workload, held in turn by the floor, the peers and the product.

Each process first holds a small night, so that nobody pays for statements that are prepared
once, and then the one that is measured. Floor and product take turns: what else the machine
does in these minutes falls on both. Each is measured on databases of its own.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks.one import Measured, measure
from benchmarks.places import Place
from benchmarks.workload import Workload

WARM = 100
"""Due in the small night."""

SAMPLES = 3


@dataclass
class Nights:
    """Two databases with one workload; nights are held in their order, each once."""

    place: Place
    label: str
    workload: Workload
    due: list[dict[str, int]] = field(default_factory=list)
    held: int = 0

    @property
    def floor(self) -> str:
        """The floor's database."""
        return f"floor_{self.label}"

    @property
    def product(self) -> str:
        """The product's database."""
        return f"product_{self.label}"

    def build(self) -> None:
        """Make both."""
        measure("nights.build_floor", self.place, self.floor, _plain(self.workload))
        built = measure("nights.build_product", self.place, self.product, _plain(self.workload))
        self.due = built.answer
        self.place.settle(self.floor)
        self.place.settle(self.product)

    def next(self, count: int) -> list[int]:
        """The next nights that nobody has held.

        Raises:
            ValueError: the workload has no more.
        """
        nights = list(range(self.held, self.held + count))
        if nights[-1] >= len(self.workload.nights):
            raise ValueError(f"{self.label} has no night {nights[-1]}")
        self.held += count
        return nights

    def hold_floor(self, nights: Sequence[int], name: str = "") -> Measured:
        """The floor's seconds for each night."""
        due = [self.workload.nights[night] for night in nights]
        return self._hold("floor.run", name or self.floor, nights, due)

    def hold_product(self, nights: Sequence[int], name: str = "", workers: int = 1) -> Measured:
        """The product's seconds for each night, by one process or several."""
        due = [self.due[night] for night in nights]
        if workers == 1:
            return self._hold("product.run", name or self.product, nights, due)
        return self._hold("product.share", name or self.product, nights, due, workers)

    def hold_peer(self, peer: str, nights: Sequence[int], name: str = "") -> float:
        """A peer's median seconds a night, on the floor's tables; small nights do not count."""
        due = [self.workload.nights[night] for night in nights]
        floor = name or self.floor
        if peer == "apscheduler":
            (night,), (k,) = nights, due
            spent = self._hold("peer_jobs.run", floor, night, k).answer
        else:
            spent = self._hold("peers.run", floor, peer, nights, due).answer
        counted: list[float] = [s for s, k in zip(spent, due, strict=True) if k == max(due)]
        return median(counted)

    def peer_on_copy(self, peer: str) -> float:
        """The same where one night takes all there is."""
        with _copy(self.place, self.floor) as copy:
            return self.hold_peer(peer, [0, 1], copy)

    def _hold(self, function: str, name: str, *arguments: object) -> Measured:
        measured = measure(function, self.place, name, *arguments)
        self.place.settle(name)
        return measured

    def drop(self) -> None:
        """Remove both databases."""
        self.place.drop(self.floor)
        self.place.drop(self.product)


@dataclass(frozen=True, slots=True)
class Compared:
    """Medians of a few nights, and the most memory that a process of the product held."""

    floor: float
    product: float
    peak_mb: int


def in_turn(nights: Nights, samples: int = SAMPLES) -> Compared:
    """Pairs of a small night and one that is measured, by floor and product in turn."""
    floors, products = [], []
    for _sample in range(samples):
        pair = nights.next(2)
        floors.append(nights.hold_floor(pair))
        products.append(nights.hold_product(pair))
    return _compared(floors, products)


def on_copies(nights: Nights, samples: int = SAMPLES) -> Compared:
    """The same where one night takes all there is: each sample on a copy."""
    floors, products = [], []
    for _sample in range(samples):
        with _copy(nights.place, nights.floor) as copy:
            floors.append(nights.hold_floor([0, 1], copy))
        with _copy(nights.place, nights.product) as copy:
            products.append(nights.hold_product([0, 1], copy))
    return _compared(floors, products)


def shared(nights: Nights, workers: int, samples: int = SAMPLES) -> tuple[float, float]:
    """The product's seconds for one night with one process, and with several."""
    spent: dict[int, list[float]] = {1: [], workers: []}
    for _sample in range(samples):
        for number, found in spent.items():
            with _copy(nights.place, nights.product) as copy:
                found.append(nights.hold_product([0, 1], copy, number).answer[-1])
    return median(spent[1]), median(spent[workers])


@contextmanager
def _copy(place: Place, name: str) -> Iterator[str]:
    copy = f"{name}_copy"
    place.clone(name, copy)
    place.settle(copy)
    yield copy
    place.drop(copy)


def _compared(floors: Iterable[Measured], products: Sequence[Measured]) -> Compared:
    return Compared(
        floor=median(one.answer[-1] for one in floors),
        product=median(one.answer[-1] for one in products),
        peak_mb=max(one.peak_mb for one in products),
    )


def _plain(workload: Workload) -> list[Any]:
    return [workload.n, list(workload.nights), workload.all_lapse]


def build_floor(place: Place, name: str, workload: list[Any]) -> None:
    """Make the floor's database, in a process of its own."""
    from benchmarks import floor

    floor.build(place, name, _workload(*workload))


def build_product(place: Place, name: str, workload: list[Any]) -> list[dict[int, int]]:
    """Make the product's database, in a process of its own."""
    from benchmarks import product_data

    return product_data.build(place, name, _workload(*workload))


def _workload(n: int, nights: list[int], all_lapse: bool) -> Workload:
    return Workload(n, tuple(nights), all_lapse)
