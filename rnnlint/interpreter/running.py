"""Runs a script along its ways and gives what was found as facts."""

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rnnlint.facts import UNKNOWN
from rnnlint.interpreter import blocks, glance, syntax
from rnnlint.interpreter.effects import registry
from rnnlint.interpreter.keras_values import session
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.project import Project
from rnnlint.interpreter.state import (
    FUEL,
    MAX_NOTES,
    MAX_RUNS,
    Coverage,
    Decisions,
    OutOfFuel,
    ProgramExits,
    ProgramRaised,
)
from rnnlint.interpreter.values import Class, Function, Instance, Module, Value
from rnnlint.reading import NotUnderstood, Reading, failed, skipped

NO_KERAS = "does not use Keras"

LoadModel = Callable[[str | None], Reading | None]
"""Reads the model file of a path as the script has it (None: a path that cannot be told); None where there is none."""


def read_script(
    path: str,
    *,
    keras: int | None = None,
    load_model: LoadModel | None = None,
    project: Project | None = None,
    data: bytes | None = None,
) -> Reading:
    """A script or notebook as facts; one in which there is nothing to lint is skipped, one that is damaged fails.

    Args:
        path: of the file.
        keras: the Keras that will run it; None: as the file says.
        load_model: reads model files that the script loads or saves.
        project: keeps parsed project files from script to script.
        data: what is in it, where that is not (yet) what stands in the file.
    """
    if not _may_use_keras(path, data):
        kind = "notebook" if path.endswith(".ipynb") else "script"
        return skipped(path, NO_KERAS, "notebook" if kind == "notebook" else "python", kind)
    source = syntax.parse(path) if data is None else syntax.parse_bytes(data, path)
    if source.status == "failed":
        return failed(path, source.reason or "cannot be read", source.format, source.kind)
    if source.status == "skipped":
        return skipped(path, source.reason or "nothing to lint", source.format, source.kind)
    return _read(source, keras, load_model, project or Project())


def _may_use_keras(path: str, data: bytes | None = None) -> bool:
    """A look at the bytes. What is damaged, or cannot be read, is for the parser to name."""
    try:
        if data is None:
            with open(path, "rb") as stream:
                data = stream.read(syntax.MAX_BYTES)
    except (OSError, ValueError):
        return True
    if glance.mentions_keras(data) or b"\x00" in data:
        return True
    if path.endswith(".ipynb"):
        return glance.mentions_keras(data) or not _is_json(data) or glance.leads_to_keras(path)
    return glance.leads_to_keras(path)


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def read_text(text: str, path: str, *, keras: int | None = None) -> Reading:
    """As `read_script`, for the text of a script that is no file, or not one to follow imports from."""
    source = syntax.parse_text(text, path)
    if source.status != "checked":
        return failed(path, source.reason or "cannot be read", source.format, source.kind)
    return _read(source, keras, None, None)


@contextmanager
def _uncollected() -> Iterator[None]:
    """A run makes many small objects and drops few: looking for garbage meanwhile takes time and finds none. How much
    a run can make, its fuel bounds."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@_uncollected()
def _read(source: syntax.Source, keras: int | None, load_model: LoadModel | None, project: Project | None) -> Reading:
    from rnnlint.interpreter.early import before_tensorflow2
    from rnnlint.interpreter.program import build
    from rnnlint.interpreter.versions import keras_of

    found = keras_of(source.tree, source.path, keras)
    early = found.keras == 2 and before_tensorflow2(source.tree, source.path)

    def start(decisions: Decisions, fuel: int) -> Machine:
        module = Module(source.path, "__main__", source.tree, source.text)
        return Machine(module, found.keras, decisions, project, fuel, load_model)

    machines, whole = _run_all_ways(start)
    notes: list[NotUnderstood] = list(source.not_understood)
    used: list[str] = []
    for machine in machines:
        used += [path for path in machine.used if path not in used]
        notes += [note for note in machine.notes if note not in notes]
    if not whole:
        notes.append(NotUnderstood(None, "the bounds of the analysis were reached"))
    return Reading(
        source.path,
        kind=source.kind,
        format=source.format,
        programs=tuple(build(machine, source.kind, found, early) for machine in machines),
        keras=found.keras,
        complete=not notes,
        not_understood=tuple(notes[:MAX_NOTES]),
        text=source.text,
        cells=source.cells,
        used=tuple(used),
    )


def _run_all_ways(start: Callable[[Decisions, int], Machine]) -> tuple[list[Machine], bool]:
    """Runs along every way that is worth it, and whether the bounds let it.

    What nothing calls on any way is entered from outside, once the ways of the module itself are known: first
    functions and the making of objects, then methods that not even these call.
    """
    machines = [start(Decisions(), FUEL)]
    entered: list[set[int]] = []
    for level in range(len(LEVELS)):
        coverage = Coverage()
        whole = _run_levels(machines[0], entered, range(level, level + 1))
        for machine in machines:
            coverage.add(machine.decisions)
        fuel = machines[0].fuel if level == 0 else min(machine.fuel for machine in machines)
        while whole and len(machines) < MAX_RUNS and (forced := coverage.next()) is not None:
            machine = start(Decisions(forced), fuel)
            whole = _run_levels(machine, entered, range(level + 1))
            machines.append(machine)
            coverage.add(machine.decisions)
            fuel = machine.fuel
        machines[0].fuel = fuel
        if not whole:
            return machines, False
        entered.append(set().union(*(machine.entered for machine in machines)))
    return machines, True


def run(m: Machine) -> bool:
    """Runs the module, then what nothing in it called. False when the bounds were reached."""
    entered: list[set[int]] = []
    for level in range(len(LEVELS)):
        if not _run_levels(m, entered, range(level, level + 1)):
            return False
        entered.append(set(m.entered))
    return True


def _run_levels(m: Machine, entered: Sequence[set[int]], levels: Iterable[int]) -> bool:
    """Runs the module and what is entered from outside, as far as asked for. False when the bounds were reached.

    Args:
        entered: by level, what was entered on any way up to there.
    """
    try:
        for level in levels:
            LEVELS[level](m, entered[level - 1] if level else set())
    except (OutOfFuel, RecursionError):
        _leave_all(m)
        return False
    return True


def _run_main(m: Machine, entered: set[int]) -> None:
    registry.load_for("builtins")
    registry.load_for("standard")
    m.main.scope.names.setdefault("__name__", "__main__")
    m.main.scope.names.setdefault("__file__", m.main.path)
    try:
        blocks.run_module(m, m.main.tree.body)
    except ProgramExits:
        _leave_all(m)


def _leave_all(m: Machine) -> None:
    m.timeline.unwind()
    m.loops.clear()
    m.stack.clear()
    m.yields.clear()
    m.module = m.main
    m.scope = m.main.scope
    m.depth = 0


def _run_functions(m: Machine, entered: set[int]) -> None:
    """Functions that nothing called are run once each, their defaults used and other arguments unknown; of classes
    that nothing made an object of, one is made. When that happens nobody knows: it is recorded as what may happen."""
    for definition in _own(m):
        if isinstance(definition, Class):
            methods = _methods(definition)
            if methods and not any(id(method.node) in entered for method in methods):
                m.objects[id(definition.node)] = _apart(m, definition)
        elif id(definition.node) not in entered and definition.owner is None:
            _apart(m, definition)


DESCRIBING = frozenset({"get_config", "from_config", "compute_mask", "compute_output_shape", "__repr__"})
"""Methods of layers and models that build nothing: no object is made for their sake."""


def _run_methods(m: Machine, entered: set[int]) -> None:
    """Methods that nothing called are run once each, on an object of their class."""
    for definition in _own(m):
        if not isinstance(definition, Class):
            continue
        left = [method for method in _methods(definition) if id(method.node) not in entered]
        if any(path.startswith("keras.") for path in definition.library_bases()):
            left = [method for method in left if method.name not in DESCRIBING]
        if left and id(definition.node) not in m.objects:
            m.objects[id(definition.node)] = _apart(m, definition)
        changed: set[str] = set()
        for method in left:
            instance = m.objects[id(definition.node)]
            before = dict(instance.attributes) if isinstance(instance, Instance) else {}
            _apart(m, method, *([] if "staticmethod" in method.decorators else [instance]))
            if isinstance(instance, Instance):
                _forget_conflicts(instance, before, changed)


def _forget_conflicts(instance: Instance, before: dict[str, Value], changed: set[str]) -> None:
    """What several methods set, each in its own way, is not known: nobody knows which of them runs."""
    for name, value in instance.attributes.items():
        if name in before and before[name] is value:
            continue
        if name in changed:
            instance.attributes[name] = UNKNOWN
        changed.add(name)


LEVELS = (_run_main, _run_functions, _run_methods)


def _own(m: Machine) -> list[Function | Class]:
    return [definition for definition in m.definitions if definition.module is m.main]


def _methods(cls: Class) -> list[Function]:
    return [value for value in cls.names.values() if isinstance(value, Function)]


def _apart(m: Machine, function: Function | Class, *args: Value) -> Value:
    """Calls what nothing calls. What it does to models that were there before is taken back: nobody knows which of
    such calls come before which."""
    depth = m.timeline.depth
    before = [(model, list(model.layers)) for model in m.models]
    m.timeline.enter_branch(m.location(function.node))
    try:
        return m.call(function, list(args))
    except (ProgramRaised, ProgramExits):
        m.loops.clear()
        return Instance(function) if isinstance(function, Class) else UNKNOWN
    finally:
        m.timeline.unwind(depth + 1)
        m.timeline.leave_branch()
        _take_back(m, before)


def _take_back(m: Machine, before: Sequence[tuple[Any, list[Any]]]) -> None:
    for model, layers in before:
        if model.layers != layers:
            model.layers[:] = layers
            model.complete = False
            session(m).changed()
