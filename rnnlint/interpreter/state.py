"""What one run keeps count of: its bounds, the loops around it, the sides it took."""

from dataclasses import dataclass, field
from typing import Any

from rnnlint.facts import Linear, Size

FUEL = 300_000
"""Steps (statements and expressions) of one file, all runs together."""

MAX_RUNS = 6
"""Ways through a file that are tried."""

MAX_CALL_DEPTH = 30
"""Calls of the program's own functions inside each other."""

MAX_EXPRESSION_DEPTH = 200
"""Expressions inside each other."""

MAX_UNROLL = 16
"""A loop of more rounds is run once, for all of them."""

MAX_ROUNDS = 64
"""Rounds of unrolled loops inside each other; beyond, the inner ones are run once."""

MAX_ITEMS = 256
"""Elements of a list that are held one by one."""

MAX_TEXT = 10_000
"""Characters of a string that is computed."""

MAX_NOTES = 20
"""Things not understood that are reported."""


class OutOfFuel(Exception):
    """The bounds were reached: the run ends with what it knows."""


class ProgramRaised(Exception):
    """The interpreted program raises here."""


class ProgramExits(Exception):
    """The interpreted program ends here."""


@dataclass(slots=True, eq=False)
class Looping:
    """A loop whose body, run once, stands for all its rounds.

    Attributes:
        number: when it began, see `List.born`.
        times: rounds.
        counter: the symbol that runs from 0 to times - 1 as the loop goes round, if it has one.
        changes: names that differ from round to round.
        unsure: how many branches the run is inside of, in this loop, that are taken in some rounds only.
        endless: whether it is a `while True` that nothing is seen to leave.
    """

    number: int
    times: Size
    counter: Linear | None = None
    changes: frozenset[str] = frozenset()
    unsure: int = 0
    endless: bool = False


@dataclass(slots=True, eq=False)
class Yields:
    """What a generator function has yielded so far in this call; `round`: in one round of an endless loop."""

    loops: int
    values: list[Any] = field(default_factory=list)
    length: Size = 0
    endless: bool = False
    round: Size = 0


class Decisions:
    """Which side each branch on something unknown takes in this run.

    The same condition (by its text, in the same file) takes the same side throughout a run, so that
    `if train: ...` and a later `if train: ...` stay consistent.
    """

    def __init__(self, forced: dict[str, int] | None = None) -> None:
        self._forced = forced or {}
        self._settled: dict[str, int] = {}
        self.taken: dict[str, int] = {}
        self.sides: dict[str, int] = {}

    def settle(self, key: str, side: int) -> None:
        """The condition `key`, where it was not met yet, can take this side alone: what ran already implies it."""
        self._settled.setdefault(key, side)

    def choose(self, key: str, sides: int) -> int:
        """The side (from 0) to take for the condition `key` that has `sides` of them."""
        if key not in self.taken and key in self._settled:
            return self._settled[key]
        if key not in self.taken:
            self.taken[key] = min(self._forced.get(key, 0), sides - 1)
            self.sides[key] = sides
        return self.taken[key]


class Coverage:
    """Which sides were taken by any run, and what the next run should take."""

    def __init__(self) -> None:
        self._seen: dict[str, set[int]] = {}
        self._sides: dict[str, int] = {}

    def add(self, decisions: Decisions) -> None:
        """Counts in a run."""
        for key, side in decisions.taken.items():
            self._seen.setdefault(key, set()).add(side)
            self._sides[key] = decisions.sides[key]

    def next(self) -> dict[str, int] | None:
        """Sides for a run that takes as many new ones as there are; None when all were taken."""
        forced: dict[str, int] = {}
        for key, seen in self._seen.items():
            new = next((side for side in range(self._sides[key]) if side not in seen), None)
            if new is not None:
                forced[key] = new
        return forced or None
