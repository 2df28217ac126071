"""The state of one run of the interpreter, and what effects may ask of it.

A program is run several times where it branches on what is not known: each run takes one side of every such branch
(`Decisions`), so each is one consistent way through the program, and everything a run makes can simply be changed in
place. Steps are counted: when the fuel is used up, what is known so far is judged.
"""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rnnlint.facts import Argument, CallSite, Linear, Size, TextLocation, Truth, Unknown
from rnnlint.facts.sizes import symbol
from rnnlint.interpreter.effects.registry import Invocation
from rnnlint.interpreter.values import Module, Scope, Sequenced, Value
from rnnlint.reading import NotUnderstood

if TYPE_CHECKING:
    from rnnlint.interpreter.timeline import Recorder

FUEL = 400_000
"""Steps (statements and expressions) of one file, all runs together."""

MAX_DEPTH = 40
"""Calls of the program's own functions inside each other."""

MAX_NOTES = 20


class OutOfFuel(Exception):
    """The bounds of a run were reached: it ends with what it knows."""


@dataclass(slots=True, eq=False)
class Looping:
    """A loop whose body stands for all its rounds.

    Attributes:
        number: unique; a list made in the loop is `born` in it.
        times: rounds.
        counter: symbol that runs from 0 to times - 1, if the loop has one.
        unsure: how many branches on something unknown the run is inside of, in this loop: what happens there happens
            in an unknown number of rounds.
    """

    number: int
    times: Size
    counter: Linear | None = None
    unsure: int = 0
    grown: list[Any] = field(default_factory=list)


class Decisions:
    """Which side each branch on something unknown takes in this run.

    The same condition (by its text, in the same file) takes the same side throughout a run, so that
    `if train:` ... `if train:` stays consistent.
    """

    def __init__(self, forced: dict[str, int]) -> None:
        self.forced = forced
        self.taken: dict[str, int] = {}
        self.sides: dict[str, int] = {}

    def choose(self, key: str, sides: int, default: int = 0) -> int:
        """The side (from 0) to take for the condition `key` that has `sides` of them."""
        if key not in self.taken:
            self.taken[key] = self.forced.get(key, default)
            self.sides[key] = sides
        return self.taken[key]


class Machine:
    """One run over one program.

    Attributes:
        keras: the Keras that runs the program: 2, 3 or UNKNOWN (1 counts as 2 does, with its own names).
        module: the module being run (positions are in it).
        scope: names that are visible now, innermost.
        timeline: where calls on models are recorded.
        loops: loops of unknown or great length around what runs now, outermost first.
        models, layers: every Keras model and layer the program makes, in order (values of `keras_values.py`).
        reads: calls back into the readers for model files; None where there is no file system.
    """

    def __init__(self, module: Module, keras: int | Unknown, decisions: Decisions, fuel: int = FUEL) -> None:
        self.module = module
        self.keras = keras
        self.decisions = decisions
        self.fuel = fuel
        self.scope: Scope = module.scope
        self.loops: list[Looping] = []
        self.models: list[Any] = []
        self.layers: list[Any] = []
        self.notes: list[NotUnderstood] = []
        self.depth = 0
        self.timeline: Recorder
        self._ids = 0

    # What effects need

    def new_id(self) -> int:
        """A number no other thing of this run has: for sources of data, layers, models, loops."""
        self._ids += 1
        return self._ids

    def symbol(self, name: str, least: int = 0) -> Linear:
        """A new size called `name` that is not known."""
        return symbol(name, self.new_id(), least)

    def not_understood(self, node: ast.AST | None, what: str) -> None:
        """Notes that something was left out; `complete` is False then."""
        line = getattr(node, "lineno", None)
        note = NotUnderstood(line, what)
        if len(self.notes) < MAX_NOTES and note not in self.notes:
            self.notes.append(note)

    def spend(self, steps: int = 1) -> None:
        """Uses fuel.

        Raises:
            OutOfFuel: there is no more.
        """
        self.fuel -= steps
        if self.fuel < 0:
            raise OutOfFuel

    def location(self, node: ast.AST | None) -> TextLocation:
        """Where a node stands, in characters, from 1; the front of the module for None."""
        raise NotImplementedError

    def site(self, at: "Invocation", parameters: Sequence[str]) -> CallSite | None:
        """How a call is written. `parameters`: names of the positional parameters, in order (without self)."""
        raise NotImplementedError

    def given(self, at: "Invocation", parameters: Sequence[str]) -> dict[str, Argument]:
        """The arguments of a call by the names of their parameters, each with its location."""
        raise NotImplementedError

    def call(
        self,
        function: Value,
        args: Sequence[Value] = (),
        kwargs: Mapping[str, Value] | None = None,
        node: ast.AST | None = None,
    ) -> Value:
        """Calls anything: a function or class of the program, an effect, an instance with `__call__`."""
        raise NotImplementedError

    def get_attribute(self, value: Value, name: str, node: ast.AST | None = None) -> Value:
        """`value.name`."""
        raise NotImplementedError

    def set_attribute(self, value: Value, name: str, new: Value, node: ast.AST | None = None) -> None:
        """`value.name = new`."""
        raise NotImplementedError

    def get_item(self, value: Value, index: Value, node: ast.AST | None = None) -> Value:
        """`value[index]`."""
        raise NotImplementedError

    def set_item(self, value: Value, index: Value, new: Value, node: ast.AST | None = None) -> None:
        """`value[index] = new`."""
        raise NotImplementedError

    def binary(self, operator: str, left: Value, right: Value, node: ast.AST | None = None) -> Value:
        """`left + right` and the others, by the operator's ast class name (`Add`)."""
        raise NotImplementedError

    def compare(self, operator: str, left: Value, right: Value, node: ast.AST | None = None) -> Value:
        """`left < right` and the others, by the operator's ast class name (`Lt`)."""
        raise NotImplementedError

    def iterate(self, value: Value, node: ast.AST | None = None) -> Sequenced:
        """What a loop over the value sees."""
        raise NotImplementedError

    def truth(self, value: Value) -> Truth:
        """Whether it counts as true."""
        raise NotImplementedError

    def rounds(self, born: int) -> Size:
        """How often what runs now runs, for something made in the loop `born` (0: outside of all): 1 outside of
        loops that stand for many rounds; a new symbol where that depends on something unknown."""
        raise NotImplementedError
