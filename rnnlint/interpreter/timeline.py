"""Records the calls on models as they run, as a tree of loops and branches.

recorder.enter_loop(n, "epochs", location)   # a loop whose body stands for all its rounds
recorder.record(call)
recorder.leave_loop()

recorder.enter_loop(3, location=location)    # an unrolled loop
for i in range(3):
    recorder.enter_round()
    recorder.record(call)
recorder.leave_loop()
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from rnnlint.facts import UNKNOWN, Branch, Call, Linear, Location, Loop, Size, Slots, Timeline, Unknown
from rnnlint.facts.models import NOWHERE
from rnnlint.interpreter.moving import moving, next_round

MAX_EVENTS = 5_000
"""Calls of one run that are kept: beyond, a program tells nothing new."""

Event = Call | Loop | Branch

_PROGRESS = frozenset({"epochs", "initial_epoch", "verbose", "callbacks", "nb_epoch"})
"""Arguments that may differ from round to round of what is still the same call."""


@dataclass(slots=True)
class _Open:
    """A loop or a branch that is being recorded. `parts`: its rounds, or its arms; the last one is being filled."""

    branch: bool
    location: Location
    times: Size = UNKNOWN
    over: str | Unknown = UNKNOWN
    unrolled: bool = False
    parts: list[list[Event]] = field(default_factory=lambda: [[]])


class Recorder:
    """The timeline of one run, while it runs. `full` is True once calls were left out."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._open: list[_Open] = []
        self._count = 0
        self.full = False

    def record(self, call: Call) -> None:
        """Adds a call."""
        if self._count >= MAX_EVENTS:
            self.full = True
            return
        self._count += 1
        self._place().append(call)

    def extend(self, timeline: Timeline) -> None:
        """Adds what was recorded elsewhere."""
        for event in timeline.events:
            self._place().append(event)

    def enter_loop(self, times: Size, over: str | Unknown = UNKNOWN, location: Location = NOWHERE) -> None:
        """Begins a loop. What is recorded until `leave_loop` stands for every round, unless `enter_round` tells them
        apart."""
        self._open.append(_Open(branch=False, location=location, times=times, over=over))

    def enter_round(self) -> None:
        """Begins a round of an unrolled loop (the first one too)."""
        loop = self._open[-1]
        if loop.unrolled:
            loop.parts.append([])
        loop.unrolled = True

    def leave_loop(
        self, times: Size | None = None, over: str | Unknown | None = None, counter: Linear | None = None
    ) -> None:
        """Ends the loop. Rounds that do the same become one loop, others stand one behind the other.

        Args:
            times, over: what was learned about the loop while it ran, in place of what `enter_loop` said.
            counter: the size that runs from 0 to times - 1 where the body stands for all rounds.
        """
        loop = self._open.pop()
        if times is not None:
            loop.times = times
        if over is not None:
            loop.over = over
        if not loop.unrolled:
            self._add_loop(loop.times, loop.parts[0], loop, *next_round(loop.parts[0], counter))
            return
        for rounds in _runs(loop.parts):
            if len(rounds) == 1 and len(loop.parts) > 1:
                self._place().extend(rounds[0])
            else:
                self._add_loop(len(rounds), rounds[0], loop, *rounds[:2])

    def enter_branch(self, location: Location = NOWHERE) -> None:
        """Begins the first arm of a branch of which either arm may run."""
        self._open.append(_Open(branch=True, location=location))

    def next_arm(self) -> None:
        """Begins the next arm of the branch."""
        self._open[-1].parts.append([])

    def leave_branch(self) -> None:
        """Ends the branch."""
        branch = self._open.pop()
        if any(branch.parts):
            arms = tuple(Timeline(tuple(part)) for part in branch.parts)
            self._place().append(Branch(arms, branch.location))

    @property
    def depth(self) -> int:
        """How many loops and branches are open."""
        return len(self._open)

    def unwind(self, depth: int = 0) -> None:
        """Ends all loops and branches that were opened beyond `depth`: an exception or a `return` left them."""
        while len(self._open) > depth:
            if self._open[-1].branch:
                self.leave_branch()
            else:
                self.leave_loop()

    def build(self) -> Timeline:
        """What was recorded; what is still open is ended."""
        self.unwind()
        return Timeline(tuple(self._events))

    def _place(self) -> list[Event]:
        return self._open[-1].parts[-1] if self._open else self._events

    def _add_loop(self, times: Size, events: Sequence[Event], loop: _Open, *rounds: Sequence[Event]) -> None:
        """Adds a loop; `rounds`: the calls of its first two rounds, which tell what moves on from round to round."""
        if not events:
            return
        moved = moving(rounds[0], rounds[1]) if len(rounds) == 2 else list(events)
        moves = len(rounds) == 2 and moved != list(rounds[0])
        body = Timeline(tuple(moved if moves else events))
        self._place().append(Loop(times, body, "data" if moves else loop.over, loop.location))


def _runs(rounds: Sequence[list[Event]]) -> list[list[list[Event]]]:
    """Neighbouring rounds that do the same, together."""
    runs: list[list[list[Event]]] = []
    last: Hashable = None
    for events in rounds:
        key = tuple(_key(event) for event in events)
        if runs and key == last:
            runs[-1].append(events)
        else:
            runs.append([events])
        last = key
    return runs


def _key(event: Event) -> Hashable:
    """Equal for events that do the same: same place, model, shapes and settings."""
    match event:
        case Call():
            settings = tuple(
                (name, repr(argument.value))
                for name, argument in event.arguments.items()
                if name not in _PROGRESS and isinstance(argument.value, bool | int | float | str | None)
            )
            layer = event.layer.id if event.layer is not None else None
            shapes = (_shapes(event.x), _shapes(event.y))
            return (
                event.name,
                event.spelled,
                event.location,
                event.model.id,
                layer,
                event.batch_size,
                shapes,
                settings,
            )
        case Loop():
            return ("loop", event.times, event.location, tuple(map(_key, event.body.events)))
        case Branch():
            return ("branch", event.location, tuple(tuple(map(_key, arm.events)) for arm in event.arms))


def _shapes(slots: Slots) -> Hashable:
    return tuple(item if isinstance(item, Unknown) else (item.kind, item.shape) for item in slots)
