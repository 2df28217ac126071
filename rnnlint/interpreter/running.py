"""Runs a script along its ways and gives what was found as facts."""

from collections.abc import Callable, Iterable

from rnnlint.facts import Program
from rnnlint.interpreter import functions, glance, statements, syntax
from rnnlint.interpreter.effects import registry
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

LoadModel = Callable[[str | None], Reading | None]
"""Reads the model file of a path as the script has it (None: a path that cannot be told); None where there is none."""


def read_script(
    path: str, *, keras: int | None = None, load_model: LoadModel | None = None, project: Project | None = None
) -> Reading:
    """A script or notebook as facts; one in which there is nothing to lint is skipped, one that is damaged fails.

    Args:
        path: of the file.
        keras: the Keras that will run it; None: as the file says.
        load_model: reads model files that the script loads or saves.
        project: keeps parsed project files from script to script.
    """
    source = syntax.parse(path)
    if source.status == "failed":
        return failed(path, source.reason or "cannot be read", source.format, source.kind)
    if source.status == "skipped":
        return skipped(path, source.reason or "nothing to lint", source.format, source.kind)
    if "keras" not in source.text and not glance.leads_to_keras(path):
        return skipped(path, "does not use Keras", source.format, source.kind)
    return _read(source, keras, load_model, project or Project())


def read_text(text: str, path: str, *, keras: int | None = None) -> Reading:
    """As `read_script`, for the text of a script that is no file, or not one to follow imports from."""
    source = syntax.parse_text(text, path)
    if source.status != "checked":
        return failed(path, source.reason or "cannot be read", source.format, source.kind)
    return _read(source, keras, None, None)


def _read(source: syntax.Source, keras: int | None, load_model: LoadModel | None, project: Project | None) -> Reading:
    from rnnlint.interpreter.program import build
    from rnnlint.interpreter.versions import keras_of

    found = keras_of(source.tree, source.path, keras)
    coverage, fuel = Coverage(), FUEL
    forced: dict[str, int] | None = {}
    programs: list[Program] = []
    notes: list[NotUnderstood] = list(source.not_understood)
    used: list[str] = []
    for _ in range(MAX_RUNS):
        if forced is None:
            break
        decisions = Decisions(forced)
        machine = Machine(
            Module(source.path, "__main__", source.tree, source.text), found.keras, decisions, project, fuel, load_model
        )
        whole = run(machine)
        programs.append(build(machine, source.kind, found))
        coverage.add(decisions)
        used += [path for path in machine.used if path not in used]
        notes += [note for note in machine.notes if note not in notes]
        if not whole:
            notes.append(NotUnderstood(None, "the bounds of the analysis were reached"))
            break
        fuel = machine.fuel
        forced = coverage.next()
    return Reading(
        source.path,
        kind=source.kind,
        format=source.format,
        programs=tuple(programs),
        keras=found.keras,
        complete=not notes,
        not_understood=tuple(notes[:MAX_NOTES]),
        text=source.text,
        cells=source.cells,
        used=tuple(used),
    )


def run(m: Machine) -> bool:
    """Runs the module, then what nothing in it called. False when the bounds were reached."""
    registry.load_for("builtins")
    registry.load_for("standard")
    m.main.scope.names.setdefault("__name__", "__main__")
    m.main.scope.names.setdefault("__file__", m.main.path)
    try:
        try:
            statements.run_module(m, m.main.tree.body)
        except ProgramExits:
            _leave_all(m)
        _run_uncalled(m)
    except (OutOfFuel, RecursionError):
        _leave_all(m)
        return False
    return True


def _leave_all(m: Machine) -> None:
    m.timeline.unwind()
    m.loops.clear()
    m.stack.clear()
    m.yields.clear()
    m.module = m.main
    m.scope = m.main.scope
    m.depth = 0


def _run_uncalled(m: Machine) -> None:
    """Functions and methods of the script that nothing called are run once each, their defaults used and other
    arguments unknown. When each runs nobody knows: it is recorded as something that may happen."""
    own = [d for d in m.definitions if d.module is m.main]
    for definition in own:
        if isinstance(definition, Class):
            _run_class(m, definition)
        elif id(definition.node) not in m.entered and definition.owner is None:
            _apart(m, definition, [])


def _run_class(m: Machine, cls: Class) -> None:
    methods = [value for value in cls.names.values() if isinstance(value, Function)]
    if all(id(method.node) in m.entered for method in methods):
        return
    instance = _made(m, cls)
    for method in methods:
        if id(method.node) not in m.entered:
            _apart(m, method, [] if "staticmethod" in method.decorators else [instance])


def _made(m: Machine, cls: Class) -> Value:
    """An object of the class, made with nothing but the defaults of its parameters."""
    m.timeline.enter_branch(m.location(cls.node))
    try:
        return functions.instantiate(m, cls, [], {}, None, False)
    except (ProgramRaised, ProgramExits):
        return Instance(cls)
    finally:
        m.timeline.leave_branch()


def _apart(m: Machine, function: Function, args: Iterable[Value]) -> None:
    depth = m.timeline.depth
    m.timeline.enter_branch(m.location(function.node))
    try:
        m.call(function, list(args))
    except (ProgramRaised, ProgramExits):
        m.loops.clear()
    finally:
        m.timeline.unwind(depth + 1)
        m.timeline.leave_branch()
