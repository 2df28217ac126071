"""Training calls for a model file, as given with `--call`.

Each text is a small program of calls on the model and loops around them:

    fit(x=(1000, 10, 8), y=(1000, 1), batch_size=32)
    for _ in range(5): fit((1000, 10, 8), (1000, 1), shuffle=False); reset_states()
    fit(dataset(x=(1000, 10, 8), y=(1000, 1), batch_size=32, shuffle=True))

Where data is expected a tuple of integers is the shape of an array (None: any size), and a list or dictionary of such
tuples are several arrays. Everything else is as in Python.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from rnnlint.facts import Model, Program, Unknown
from rnnlint.interpreter import blocks
from rnnlint.interpreter.effects import registry
from rnnlint.interpreter.keras_values import ModelValue
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.state import OutOfFuel, ProgramExits, ProgramRaised
from rnnlint.interpreter.values import Bound, Library, Module
from rnnlint.reading import NotUnderstood, Reading

MAX_TEXT = 20_000
"""Characters of a text."""

DATA = ("x", "y", "validation_data", "generator", "sample_weight")
"""Arguments in which a tuple of integers is a shape."""

DATASET = ("x", "y", "batch_size", "shuffle", "drop_remainder", "repeat")
"""Parameters of `dataset(...)`, in order."""


class BadCall(ValueError):
    """A text that is no training call. The message is one line and says where: `--call 1, column 12: ...`."""

    def __init__(self, index: int, line: int, column: int, what: str) -> None:
        place = f"line {line}, column {column}" if line > 1 else f"column {column}"
        super().__init__(f"--call {index}, {place}: {what}")
        self.index, self.line, self.column = index, line, column


def read_calls(texts: Sequence[str], reading: Reading, keras: int | None = None) -> Reading:
    """The model of a file with calls on it, in the order they run.

    Args:
        texts: of `--call`, in order.
        reading: of the model file.
        keras: the Keras that will run it; None: that of the file.

    Raises:
        BadCall: a text is no Python, or not made of calls on a model and loops around them.
    """
    version: Any = keras if keras is not None else reading.keras
    parsed = [_parsed(text, index, version) for index, text in enumerate(texts, 1)]
    if not reading.programs or not reading.programs[0].models:
        return reading
    program = reading.programs[0]
    machine = _run(program, program.models[0], reading.path, list(zip(texts, parsed, strict=True)), version)
    made = replace(program, timeline=machine.timeline.build(), keras=version)
    notes = (*reading.not_understood, *(NotUnderstood(None, f"--call: {note.what}") for note in machine.notes))
    return replace(reading, programs=(made,), not_understood=notes, complete=reading.complete and not machine.notes)


def _run(
    program: Program, model: Model, path: str, parsed: Sequence[tuple[str, ast.Module]], keras: int | Unknown
) -> Machine:
    for library in ("builtins", "standard"):
        registry.load_for(library)
    from rnnlint.interpreter.effects import called_by_hand, keras_training  # noqa: F401

    machine = Machine(Module(path, "--call", ast.Module([], []), ""), keras)
    value = ModelValue(model.id, model.kind, model.cls, model.name, saved=model, compile=model.compile)
    value.complete = model.complete
    machine.models.append(value)
    for _ in range(_highest(program)):
        machine.new_id()
    names: dict[str, Any] = {name: Bound(f"rnnlint.call.{name}", value) for name in keras_training.PARAMETERS}
    for index, (text, tree) in enumerate(parsed, 1):
        module = Module(path, "--call", tree, text, call_index=index)
        module.scope.names |= {**names, "dataset": Library("rnnlint.dataset")}
        machine.main = machine.module = module
        machine.scope = module.scope
        try:
            blocks.run_module(machine, tree.body)
        except (OutOfFuel, RecursionError, ProgramExits, ProgramRaised):
            machine.not_understood(None, "the bounds of the analysis were reached")
        machine.timeline.unwind()
        machine.loops.clear()
    return machine


def _highest(program: Program) -> int:
    """No id of the machine may be one of the file's models: calls and models are told apart by theirs."""
    return min(10_000, max((model.id for model in program.models), default=0))


# The texts


def _parsed(text: str, index: int, keras: Any) -> ast.Module:
    if len(text) > MAX_TEXT:
        raise BadCall(index, 1, 1, f"it has more than {MAX_TEXT} characters")
    if not text.strip():
        raise BadCall(index, 1, 1, "it is empty: a call such as `fit(x=(1000, 10, 8), y=(1000, 1))` is wanted")
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        line, column = error.lineno or 1, error.offset or 1
        raise BadCall(index, line, column, f"this is no Python: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError):
        raise BadCall(index, 1, 1, "this is no Python that can be read") from None
    check = _Check(text, index, keras)
    for statement in tree.body:
        check.statement(statement)
    return tree


@dataclass(frozen=True, slots=True)
class _Check:
    """Holds a text to what it may be made of.

    Attributes:
        text, index: the text and its number.
        keras: whose methods are meant.
    """

    text: str
    index: int
    keras: Any

    def statement(self, node: ast.stmt, depth: int = 0) -> None:
        """A call, or a loop around such."""
        match node:
            case ast.Expr(ast.Call() as call):
                self._call(call)
            case ast.For(orelse=[]) if depth < 10:
                for inner in node.body:
                    self.statement(inner, depth + 1)
            case ast.Pass():
                pass
            case _:
                self._refuse(node, "only calls on the model and `for` loops around them are understood here")

    def _call(self, node: ast.Call) -> None:
        from rnnlint.interpreter.effects.keras_training import PARAMETERS

        name = self._name(node.func, PARAMETERS)
        if name is None:
            self._refuse(node.func, "only calls on the model are understood here, such as `fit(...)`")
            return
        if isinstance(node.func, ast.Attribute):
            node.func = ast.copy_location(ast.Name(name, ast.Load()), node.func)
        self._arguments(node, name, PARAMETERS[name], KEYWORDS.get(name, ()))

    def _name(self, node: ast.expr, known: Any) -> str | None:
        name = node.id if isinstance(node, ast.Name) else None
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "model":
            name = node.attr
        if name is not None and name not in known:
            self._refuse(node, f"`{name}` is no call on a model{_meant(name, known)}")
        return name

    def _arguments(self, node: ast.Call, name: str, positional: Sequence[str], others: Sequence[str]) -> None:
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                self._refuse(argument, "`*` is not understood here")
        if len(node.args) > len(positional):
            self._refuse(node.args[len(positional)], f"`{name}` takes at most {len(positional)} positional arguments")
        pairs = [*zip(positional, node.args, strict=False), *((k.arg, k.value) for k in node.keywords)]
        seen: set[str] = set()
        for keyword in node.keywords:
            if keyword.arg is None:
                self._refuse(keyword.value, "`**` is not understood here")
            elif keyword.arg not in positional and keyword.arg not in others:
                known = [*positional, *others]
                self._refuse(keyword, f"`{name}` takes no argument `{keyword.arg}`{_meant(keyword.arg, known)}")
        for parameter, value in pairs:
            if parameter is None:
                continue
            if parameter in seen:
                self._refuse(value, f"`{parameter}` is given twice")
            seen.add(parameter)
            if parameter in DATA:
                self._data(value, parameter)

    def _data(self, node: ast.expr, parameter: str, depth: int = 0) -> None:
        """Shapes, several of them, or a dataset."""
        match node:
            case ast.Constant(value=None) if depth == 0:
                return
            case ast.Call(func=ast.Name(id="dataset")):
                self._arguments(node, "dataset", DATASET, ())
                return
            case ast.Tuple(elts) | ast.List(elts) if elts and depth < 3:
                if isinstance(node, ast.Tuple) and not any(
                    isinstance(e, ast.Tuple | ast.List | ast.Dict) for e in elts
                ):
                    for element in elts:
                        self._size(element, parameter)
                    return
                for element in elts:
                    self._data(element, parameter, depth + 1)
                return
            case ast.Dict(values=values) if values and depth < 3:
                for value in values:
                    self._data(value, parameter, depth + 1)
                return
        self._refuse(node, f"`{parameter}` wants the shape of an array, such as `(1000, 10, 8)`")

    def _size(self, node: ast.expr, parameter: str) -> None:
        if isinstance(node, ast.Constant):
            good = node.value is None or (isinstance(node.value, int) and not isinstance(node.value, bool))
            if not good:
                self._refuse(node, f"a shape is made of whole numbers and None: `{parameter}` has {node.value!r}")
        if isinstance(node, ast.UnaryOp):
            self._refuse(node, "a size is not negative")

    def _refuse(self, node: ast.AST, what: str) -> None:
        """Raises BadCall at the first character of the node."""
        line = getattr(node, "lineno", 1)
        column = _column(self.text, line, getattr(node, "col_offset", 0))
        raise BadCall(self.index, line, column, what)


KEYWORDS: dict[str, tuple[str, ...]] = {
    "fit": ("nb_epoch", "max_queue_size", "workers", "use_multiprocessing"),
    "fit_generator": ("validation_freq",),
    "evaluate": ("max_queue_size", "workers", "use_multiprocessing", "return_dict"),
    "predict": ("max_queue_size", "workers", "use_multiprocessing"),
    "evaluate_generator": ("use_multiprocessing", "verbose"),
    "predict_generator": ("use_multiprocessing", "verbose"),
    "train_on_batch": ("return_dict", "reset_metrics"),
    "test_on_batch": ("return_dict", "reset_metrics"),
}
"""Arguments that are taken by name alone."""


def _meant(name: str, known: Any) -> str:
    close = get_close_matches(name, list(known), 1)
    return f": is `{close[0]}` meant?" if close else ""


def _column(text: str, line: int, offset: int) -> int:
    """In characters, from 1; ast counts bytes."""
    lines = text.split("\n")
    here = lines[line - 1] if 0 < line <= len(lines) else ""
    return len(here.encode("utf-8")[:offset].decode("utf-8", "replace")) + 1
