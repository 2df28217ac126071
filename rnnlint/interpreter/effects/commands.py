"""Settings from the command line: absl and TensorFlow flags, click, typer, fire. Defaults are what counts.

argparse has a file of its own.
"""

from typing import TYPE_CHECKING

from rnnlint.facts import UNKNOWN
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.values import Function, Library, Object, Partial, Value

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine

_KINDS = "integer float string boolean bool enum list multi_integer multi_string multi_float enum_class spaceseplist"
_FLAGS = ("absl.flags", "tensorflow.app.flags", "tensorflow.flags")


def _flags(machine: "Machine") -> Object:
    found = vars(machine).setdefault("command_flags", Object("types.SimpleNamespace"))
    assert isinstance(found, Object)
    return found


@attribute(*(f"{place}.FLAGS" for place in _FLAGS))
def flags(machine: "Machine", value: Value) -> Value:
    return _flags(machine)


@effect(*(f"{place}.DEFINE_{kind}" for place in _FLAGS for kind in _KINDS.split()))
def define(at: Invocation, name: Value, default: Value = UNKNOWN) -> Value:
    if "default_value" in at.kwargs:
        default = at.kwargs["default_value"]
    name = at.kwargs.get("flag_name", name)
    if isinstance(name, str):
        # A flag without a default has to be given.
        _flags(at.machine).attributes[name] = UNKNOWN if default is None else default
    return Object("absl.flags.holder", {"value": UNKNOWN if default is None else default})


@effect("absl.app.run", "tensorflow.app.run")
def run(at: Invocation, main: Value = None) -> Value:
    if main is None:
        main = at.machine.scope.module.names.get("main", UNKNOWN)
    return at.machine.call(main, [UNKNOWN], node=at.node)


@effect("fire.Fire")
def fire(at: Invocation, component: Value = None) -> Value:
    return at.machine.call(component, node=at.node) if isinstance(component, Function) else UNKNOWN


@effect("click.option", "click.argument")
def option(at: Invocation, *names: Value, default: Value = UNKNOWN, is_flag: Value = False) -> Value:
    texts = [name for name in names if isinstance(name, str)]
    plain = [name for name in texts if not name.startswith("-")]
    long = [name for name in texts if name.startswith("--")]
    chosen = plain[0] if plain else (long or texts or [""])[0].partition("/")[0]
    if default is UNKNOWN and is_flag is True:
        default = False
    return Partial(Library("click.option.decorate"), (chosen.lstrip("-").replace("-", "_").lower(), default))


@effect("click.option.decorate")
def decorate(at: Invocation, name: Value, default: Value, function: Value) -> Value:
    if isinstance(function, Function):
        function.defaults.setdefault(name, default)
    return function


@effect("click.command", "click.group", "click.pass_context", "click.version_option", "typer.Typer.command")
def command(at: Invocation, *args: Value) -> Value:
    function = next((arg for arg in args if isinstance(arg, Function)), None)
    return Library("functools.same") if function is None else function


@effect("typer.Option", "typer.Argument")
def typer_option(at: Invocation, default: Value = UNKNOWN) -> Value:
    return UNKNOWN if default is Ellipsis else default


@effect("typer.Typer")
def typer_app(at: Invocation) -> Value:
    return Object("typer.Typer")


@effect("typer.run")
def typer_run(at: Invocation, function: Value) -> Value:
    return at.machine.call(function, node=at.node)
