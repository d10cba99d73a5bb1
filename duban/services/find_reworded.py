"""Finding again what somebody has reworded: the stored finding that a row was before."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from sqlmodel import Session

from duban.ledger.keys import is_keyed_by_text, normal_text
from duban.ledger.ledger import LedgerRow
from models.queries.ledger import Stored, findings_of_organizations
from models.transitions import State

ALIKE, NEARLY_EQUAL = 0.6, 0.9
"""From this likeness on two texts are one finding, reworded: under one number, and without."""

CANDIDATES = 200
"""An organization with more findings than this is not searched for reworded ones."""

CLOSED = (State.RECTIFIED, State.WITHDRAWN)

_ORGANIZATIONS_AT_ONCE = 20
_ROUNDING = 1e-6


@dataclass(slots=True)
class _Candidate:
    """An open finding with its text to compare by, and the characters in it."""

    finding: Stored
    text: str
    characters: frozenset[str]
    matcher: SequenceMatcher[str] | None = None

    def is_like(self, wanted: str, least: float) -> bool:
        """Whether the likeness is ``least`` or more; the text is prepared once for all."""
        if self.matcher is None:
            self.matcher = SequenceMatcher(None, "", self.text, autojunk=False)
        self.matcher.set_seq1(wanted)
        return self.matcher.quick_ratio() >= least and self.matcher.ratio() >= least


@dataclass(slots=True)
class _Pool:
    """The candidates of one organization, or of one number in it."""

    candidates: list[_Candidate] = field(default_factory=list)
    holders: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    """By a character, the places of the candidates whose text has it."""

    def add(self, finding: Stored, text: str) -> None:
        characters = frozenset(text)
        for character in characters:
            self.holders[character].append(len(self.candidates))
        self.candidates.append(_Candidate(finding, text, characters))

    def likely(self, text: str, least: float, taken: Collection[int]) -> Iterator[_Candidate]:
        """Those not taken that can have this likeness, in their order; others share too little.

        A text as like as that lacks few of ``text``'s characters; of so many and one more, even
        of the rarest, it has one.
        """
        characters = frozenset(text)
        lacking = len(text) - int(least * len(text) / (2 - least))
        held = sorted((self.holders[c] for c in characters if c in self.holders), key=len)
        rarest = held[: max(0, lacking + 1 - (len(characters) - len(held)))]
        places = sorted(set[int]().union(*rarest)) if text else range(len(self.candidates))
        for place in places:
            candidate = self.candidates[place]
            if candidate.finding.known.id in taken:
                continue
            repeated = min(
                len(text) - len(characters), len(candidate.text) - len(candidate.characters)
            )
            shared = len(characters & candidate.characters) + repeated
            if 2 * shared >= least * (len(text) + len(candidate.text)) - _ROUNDING:
                yield candidate


def find_reworded(
    session: Session,
    rows: Mapping[int, tuple[LedgerRow, int]],
    columns: Sequence[str],
    *,
    taken: set[int],
    differs: Callable[[Stored, LedgerRow], bool],
    told: Callable[[int], None],
) -> Iterator[tuple[int, Stored]]:
    """The place of a row, and the open finding that it was before somebody corrected its text.

    ``rows`` are those without a finding of their key, each with its organization's id.
    ``taken`` are the ids of findings that are rows already; what is found is added to them.
    ``differs`` says that a finding cannot be the row whatever its text says, and ``told`` is
    told how many rows have been looked for.
    """
    places: dict[int, list[int]] = defaultdict(list)
    for place, (_row, organization_id) in rows.items():
        places[organization_id].append(place)
    done, ids = 0, list(places)
    for start in range(0, len(ids), _ORGANIZATIONS_AT_ONCE):
        chunk = ids[start : start + _ORGANIZATIONS_AT_ONCE]
        of_chunk = {one: [(place, rows[place][0]) for place in places[one]] for one in chunk}
        stored = findings_of_organizations(session, chunk, columns)
        for one, pools in _pools(stored, of_chunk, columns, taken).items():
            for place, row in of_chunk[one]:
                finding = _nearest(pools, row, taken, differs)
                if finding is not None:
                    taken.add(finding.known.id)
                    yield place, finding
        done += sum(map(len, of_chunk.values()))
        told(done)


Pools = dict[str | None, _Pool]
"""The candidates of one organization by number, and under none those of all its numbers."""


def _pools(
    findings: Iterable[Stored],
    rows: Mapping[int, Sequence[tuple[int, LedgerRow]]],
    columns: Sequence[str],
    taken: Collection[int],
) -> dict[int, Pools]:
    """By organization; a pool with more findings than ``CANDIDATES``, open or not, is left out."""
    code, text = columns.index("code"), columns.index("text")
    wanted = {one: {_number(row) for _place, row in of_one} for one, of_one in rows.items()}
    sizes: Counter[tuple[int, str | None]] = Counter()
    pools: dict[int, Pools] = defaultdict(dict)
    for finding in findings:
        one = finding.known.organization_id
        for number in wanted[one] & {None, finding.values[code]}:
            sizes[one, number] += 1
            if sizes[one, number] > CANDIDATES:
                pools[one].pop(number, None)
            elif finding.known.id not in taken and finding.known.state not in CLOSED:
                pool = pools[one].setdefault(number, _Pool())
                pool.add(finding, normal_text(finding.values[text]))
    return pools


def _nearest(
    pools: Pools,
    row: LedgerRow,
    taken: Collection[int],
    differs: Callable[[Stored, LedgerRow], bool],
) -> Stored | None:
    # A serial number says nothing: the texts alone must then be nearly the same.
    number = _number(row)
    pool = pools.get(number)
    if pool is None:
        return None
    least = NEARLY_EQUAL if number is None else ALIKE
    wanted = normal_text(row.text)
    for candidate in pool.likely(wanted, least, taken):
        if not differs(candidate.finding, row) and candidate.is_like(wanted, least):
            return candidate.finding
    return None


def _number(row: LedgerRow) -> str | None:
    return None if is_keyed_by_text(row.key) else row.code
