"""The state of one run of the interpreter, and what effects may ask of it.

A program is run several times where it branches on what is not known: each run takes one side of every such branch
(`Decisions`), so each is one consistent way through the program, and everything a run makes can simply be changed in
place. Steps are counted: when the fuel is used up, what is known so far is judged.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rnnlint.facts import UNKNOWN, Argument, CallSite, Linear, Location, Size, TextLocation, Truth, Unknown, Use
from rnnlint.facts.sizes import equal, multiply, symbol
from rnnlint.interpreter import (
    access,
    assignment,
    branches,
    definitions,
    functions,
    imports,
    iteration,
    loops,
    operators,
    statements,
)
from rnnlint.interpreter.effects import registry
from rnnlint.interpreter.effects.registry import Invocation
from rnnlint.interpreter.names import canonical
from rnnlint.interpreter.positions import Positions
from rnnlint.interpreter.state import FUEL, MAX_NOTES, Decisions, Looping, OutOfFuel, Yields
from rnnlint.interpreter.timeline import Recorder
from rnnlint.interpreter.values import Function, Library, List, Module, Scope, Sequenced, Value
from rnnlint.reading import NotUnderstood

if TYPE_CHECKING:
    from rnnlint.interpreter.project import Project
    from rnnlint.reading import Reading

STATEMENTS = (assignment, branches, definitions, imports, loops, statements)
"""The modules that say how statements are run; imported, so that all of them are in the table."""


class Machine:
    """One run over one program.

    Attributes:
        keras: the Keras that runs the program: 1, 2, 3 or UNKNOWN.
        main: the script, notebook or text that is run.
        module: the module whose code runs now (positions are in it).
        scope: the names that are visible now.
        timeline: where calls on models are recorded.
        loops: loops around what runs now whose body stands for many rounds, outermost first.
        models, layers: every Keras model and layer the program makes, in order (values of `keras_values.py`).
        entered: definitions (by id of their node) that the program entered.
        definitions: functions and classes in the order they were defined.
        objects: by definition of a class, the object made to run its methods on.
        modules, used: project files that were imported, and their paths.
        files: what the program wrote into files, by path; see `written.py`.
        overrides: attributes that the program gave to things of libraries, by canonical path.
        stack: functions of the program that are being run.
        called: the calls of them.
        rounds_open: product of the rounds of the unrolled loops around what runs now.
        load_model: reads the model file of that path (None: it cannot be told); None: files cannot be read.
    """

    def __init__(
        self,
        module: Module,
        keras: int | Unknown = UNKNOWN,
        decisions: Decisions | None = None,
        project: "Project | None" = None,
        fuel: int = FUEL,
        load_model: "Callable[[str | None], Reading | None] | None" = None,
    ) -> None:
        self.main = self.module = module
        self.keras = keras
        self.decisions = decisions or Decisions()
        self.project = project
        self.fuel = fuel
        self.load_model = load_model
        self.scope: Scope = module.scope
        self.timeline = Recorder()
        self.loops: list[Looping] = []
        self.models: list[Any] = []
        self.layers: list[Any] = []
        self.uses: list[Use] = []
        self.notes: list[NotUnderstood] = []
        self.entered: set[int] = set()
        self.definitions: list[Any] = []
        self.objects: dict[int, Value] = {}
        self.stack: list[Function] = []
        self.called: list[Location] = []
        self.yields: list[Yields] = []
        self.modules: dict[str, Module | None] = {}
        self.files: dict[str, Value] = {}
        self.overrides: dict[str, Value] = {}
        self.used: list[str] = []
        self.depth = 0
        self.rounds_open = 1
        self._ids = 0
        self._positions: dict[int, Positions] = {}

    def new_id(self) -> int:
        """A number no other thing of this run has, greater than all before: for sources of data, layers, loops."""
        self._ids += 1
        return self._ids

    def symbol(self, name: str, least: int = 0) -> Linear:
        """A new size called `name` that is not known."""
        return symbol(name, self.new_id(), least)

    def make_list(self, items: list[Value] | None = None, length: Size = 0, element: Value = UNKNOWN) -> List:
        """A new list: of these items, or of `length` elements like `element`."""
        return List(items, length, element, born=self.new_id(), source=self.new_id())

    def not_understood(self, node: ast.AST | None, what: str) -> None:
        """Notes that something was left out; the file is not `complete` then."""
        note = NotUnderstood(getattr(node, "lineno", None), what)
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

    @property
    def positions(self) -> Positions:
        """Positions in the module whose code runs now."""
        key = id(self.module)
        if key not in self._positions:
            self._positions[key] = Positions(self.module)
        return self._positions[key]

    def location(self, node: ast.AST | None) -> TextLocation:
        """Where a node of the module whose code runs now stands; the front of it for None."""
        return self.positions.of(node)

    def site(self, at: Invocation, parameters: Sequence[str]) -> CallSite | None:
        """How a call is written; None where no call expression makes it.

        Args:
            parameters: names of the positional parameters, in order (without self).
        """
        return self.positions.site(at.node, parameters) if isinstance(at.node, ast.Call) else None

    def given(self, at: Invocation, parameters: Sequence[str]) -> dict[str, Argument]:
        """The arguments of a call by the names of their parameters, each with its location."""
        site = self.site(at, parameters)
        where = self.location(at.node)
        values = dict(zip(parameters, at.args, strict=False)) | at.kwargs
        return {
            name: Argument(value, True, site.arguments[name].whole if site and name in site.arguments else where)
            for name, value in values.items()
        }

    def call(
        self,
        function: Value,
        args: Sequence[Value] = (),
        kwargs: Mapping[str, Value] | None = None,
        node: ast.AST | None = None,
        open: bool = False,
    ) -> Value:
        """Calls anything: a function or class of the program, an effect, an instance with `__call__`."""
        return functions.call(self, function, list(args), dict(kwargs or {}), node, open)

    def get_attribute(self, value: Value, name: str, node: ast.AST | None = None) -> Value:
        """`value.name`."""
        return access.get_attribute(self, value, name, node)

    def set_attribute(self, value: Value, name: str, new: Value, node: ast.AST | None = None) -> None:
        """`value.name = new`."""
        access.set_attribute(self, value, name, new, node)

    def get_item(self, value: Value, index: Value, node: ast.AST | None = None) -> Value:
        """`value[index]`."""
        return access.get_item(self, value, index, node)

    def set_item(self, value: Value, index: Value, new: Value, node: ast.AST | None = None) -> None:
        """`value[index] = new`."""
        access.set_item(self, value, index, new, node)

    def binary(self, operator: str, left: Value, right: Value, node: ast.AST | None = None) -> Value:
        """`left + right` and the others, by the operator's ast class name (`Add`)."""
        return operators.binary(self, operator, left, right, node)

    def compare(self, operator: str, left: Value, right: Value, node: ast.AST | None = None) -> Value:
        """`left < right` and the others, by the operator's ast class name (`Lt`)."""
        return operators.compare(self, operator, left, right, node)

    def iterate(self, value: Value, node: ast.AST | None = None) -> Sequenced:
        """What a loop over the value sees."""
        return iteration.iterate(self, value, node)

    def truth(self, value: Value) -> Truth:
        """Whether it counts as true."""
        return operators.truth(self, value)

    def effect(self, path: str, *args: Value, node: ast.AST | None = None, **kwargs: Value) -> Value:
        """Calls the effect of a path; UNKNOWN if there is none."""
        return functions.call_library(self, Library(path), list(args), kwargs, node, False)

    def library(self, path: str) -> Library:
        """The library thing of that path, its effects loaded."""
        name = canonical(path)
        registry.load_for(name)
        return Library(name, path)

    def each_of(self, index: Value, size: Size) -> bool:
        """Whether an index takes every place of `size` places, one in each round of a loop that stands for all."""
        return any(
            loop.counter is not None and not loop.unsure and loop.counter == index and equal(loop.times, size) is True
            for loop in self.loops
        )

    def rounds(self, born: int) -> Size:
        """How often what runs now runs, for something made at `born` (`List.born`).

        1 outside of loops that began later and stand for many rounds; a new symbol where it depends on what is not
        known.
        """
        total: Size = 1
        for loop in self.loops:
            if loop.number <= born:
                continue
            if loop.unsure or loop.times is UNKNOWN:
                return self.symbol("n")
            product = multiply(total, loop.times)
            total = UNKNOWN if product is None else product
        return total
