"""argparse: options with their defaults, as if the command line gave none of them."""

from rnnlint.facts import UNKNOWN
from rnnlint.interpreter.effects import standard  # noqa: F401  (argparse has its smaller things there)
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.values import Dict, Library, List, Object, Value, is_constant

_PARSER = "argparse.ArgumentParser"
_ACTIONS = {"store_true": False, "store_false": True, "count": None, "append": None, "store_const": None}


@effect(_PARSER)
def parser(at: Invocation) -> Value:
    return Object(_PARSER, {"rnnlint options": {}, "rnnlint unsure": False})


def _options(self: Value) -> dict[str, Value]:
    found = self.attributes.get("rnnlint options") if isinstance(self, Object) else None
    return found if isinstance(found, dict) else {}


@effect(f"{_PARSER}.add_argument")
def add_argument(
    at: Invocation,
    self: Value,
    *names: Value,
    default: Value = None,
    type: Value = None,
    action: Value = None,
    nargs: Value = None,
    dest: Value = None,
    required: Value = False,
) -> Value:
    name = dest if isinstance(dest, str) else _destination([name for name in names if isinstance(name, str)])
    if name and action not in ("help", "version"):
        given = "default" in at.kwargs or at.open
        positional = all(isinstance(name, str) and not name.startswith("-") for name in names)
        value = _default(at, default, given, action, type)
        if positional and not (nargs in ("?", "*") and given):
            value = UNKNOWN
        _options(self)[name] = UNKNOWN if required is not False or (value is None and not given) else value
    return Object("argparse.Action", {"dest": name})


def _destination(names: list[str]) -> str:
    """As argparse finds it: the first long option, else the first name."""
    chosen = next((name for name in names if name.startswith("--")), names[0] if names else "")
    return chosen.lstrip("-").replace("-", "_")


def _default(at: Invocation, default: Value, given: bool, action: Value, kind: Value) -> Value:
    if not given:
        return _ACTIONS.get(action, UNKNOWN) if isinstance(action, str) else UNKNOWN
    if isinstance(default, str) and kind is not None and action in (None, "store"):
        # A default that is a string is read as if it came from the command line.
        return at.machine.call(kind, [default], node=at.node)
    return default


@effect(f"{_PARSER}.set_defaults")
def set_defaults(at: Invocation, self: Value, **given: Value) -> Value:
    _options(self).update(given)
    return None


@effect(f"{_PARSER}.add_argument_group", f"{_PARSER}.add_mutually_exclusive_group")
def group(at: Invocation, self: Value) -> Value:
    """Its options are those of the parser."""
    return self


@effect(f"{_PARSER}.add_subparsers")
def subparsers(at: Invocation, self: Value) -> Value:
    if isinstance(self, Object):
        self.attributes["rnnlint unsure"] = True
    return Object("argparse.Subparsers")


@effect("argparse.Subparsers.add_parser")
def add_parser(at: Invocation, self: Value) -> Value:
    return parser(at)


@effect(f"{_PARSER}.parse_args")
def parse_args(at: Invocation, self: Value, args: Value = None, namespace: Value = None) -> Value:
    options = dict(_options(self))
    if isinstance(args, List) and args.items:
        options = _given(at, options, args.items)
    if isinstance(namespace, Object):
        namespace.attributes.update(options)
        return namespace
    return Object("types.SimpleNamespace", options)


def _given(at: Invocation, options: dict[str, Value], words: list[Value]) -> dict[str, Value]:
    """Arguments that the program gives itself: what they set is not known, the others keep their defaults."""
    if not all(is_constant(word) for word in words):
        return dict.fromkeys(options, UNKNOWN)
    named = {str(word).partition("=")[0].lstrip("-").replace("-", "_") for word in words}
    return {name: UNKNOWN if name in named else value for name, value in options.items()}


@effect(f"{_PARSER}.parse_known_args", f"{_PARSER}.parse_intermixed_args")
def parse_known_args(at: Invocation, self: Value, args: Value = None, namespace: Value = None) -> Value:
    parsed = parse_args(at, self, args, namespace)
    return (parsed, at.machine.make_list(None, UNKNOWN, UNKNOWN)) if "known" in at.path else parsed


@effect("argparse.Namespace", "types.SimpleNamespace")
def namespace(at: Invocation, **given: Value) -> Value:
    return Object("types.SimpleNamespace", dict(given))


@effect("types.SimpleNamespace.__dict__")
def as_dict(at: Invocation, self: Value) -> Value:
    return Dict(dict(self.attributes)) if isinstance(self, Object) else Library("builtins.dict")
