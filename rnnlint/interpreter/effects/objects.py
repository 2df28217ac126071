"""Python's built-in functions that ask what an object is and has."""

from rnnlint.facts import UNKNOWN, Linear, Truth, Unknown
from rnnlint.interpreter.access import has_method
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.keras_values import LayerValue, ModelValue, is_of, resets
from rnnlint.interpreter.values import (
    Array,
    Bound,
    Class,
    Dict,
    Function,
    Instance,
    Library,
    List,
    Object,
    Partial,
    Quantity,
    Set,
    Value,
    is_constant,
    type_path,
)


@effect("builtins.slice")
def slice_(at: Invocation, *bounds: Value) -> Value:
    return slice(*bounds) if 1 <= len(bounds) <= 3 else UNKNOWN


@effect("builtins.id")
def id_(at: Invocation, value: Value) -> Value:
    return UNKNOWN


@effect("builtins.callable")
def callable_(at: Invocation, value: Value) -> Value:
    if isinstance(value, Function | Class | Bound | Library | Partial):
        return True
    return False if is_constant(value) or isinstance(value, List | Dict | Array) else UNKNOWN


_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int, Linear),
    "float": (float, Quantity),
    "str": (str,),
    "bytes": (bytes,),
    "bool": (bool,),
    "tuple": (tuple,),
    "list": (List,),
    "dict": (Dict,),
    "set": (Set,),
    "complex": (complex,),
}


@effect("builtins.isinstance")
def isinstance_(at: Invocation, value: Value, classes: Value) -> Value:
    options = classes if isinstance(classes, tuple) else (classes,)
    answers = [_is_of(value, option) for option in options]
    if any(answer is True for answer in answers):
        return True
    return False if all(answer is False for answer in answers) else UNKNOWN


def _is_of(value: Value, cls: Value) -> Truth:
    if isinstance(value, Unknown) or not isinstance(cls, Library | Class):
        return UNKNOWN
    if isinstance(cls, Class):
        if isinstance(value, Instance):
            return any(base is cls for base in value.cls.line()) or (
                UNKNOWN if any(isinstance(base, Unknown) for base in value.cls.line()) else False
            )
        return False if is_constant(value) or isinstance(value, List | Dict | Array) else UNKNOWN
    name = cls.path.removeprefix("builtins.")
    if isinstance(value, Instance):
        return True if cls.path in value.cls.library_bases() else UNKNOWN
    if type_path(value) == cls.path:
        return True
    if isinstance(value, LayerValue | ModelValue):
        return is_of(value, cls.path)
    plain = is_constant(value) or isinstance(value, List | Dict | Set | tuple | Linear)
    if name in _TYPES:
        if plain:
            return isinstance(value, _TYPES[name])
        return False if isinstance(value, Array) and value.path.startswith(("numpy.", "tensorflow.")) else UNKNOWN
    if plain and cls.path.startswith(("numpy.", "pandas.", "tensorflow.", "keras.")):
        return False
    if isinstance(value, Array) and cls.path == "pandas.DataFrame":
        return False
    return UNKNOWN


@effect("builtins.issubclass")
def issubclass_(at: Invocation, cls: Value, classes: Value) -> Value:
    if isinstance(cls, Class) and isinstance(classes, Class | Library):
        if any(base is classes for base in cls.line()):
            return True
        if isinstance(classes, Library) and classes.path in cls.library_bases():
            return True
    return UNKNOWN


@effect("builtins.type")
def type_(at: Invocation, value: Value, *rest: Value) -> Value:
    if rest:
        return UNKNOWN
    if isinstance(value, Instance):
        return value.cls
    if isinstance(value, Array) and value.dims in (None, ()):  # an element may be anything: a text, a list
        return UNKNOWN
    path = type_path(value)
    return UNKNOWN if path in ("unknown", "library") or isinstance(value, Unknown) else Library(path)


@effect("builtins.hasattr")
def hasattr_(at: Invocation, value: Value, name: Value) -> Value:
    if not isinstance(name, str):
        return UNKNOWN
    if isinstance(value, Instance):
        if name in value.attributes or find_in_class_known(value.cls, name):
            return True
        only_own = value.base is None and not value.cls.library_bases()
        unknown = any(isinstance(base, Unknown) for base in value.cls.line())
        if unknown or has_method(value.cls, "__getattr__"):
            return UNKNOWN
        if isinstance(value.base, ModelValue) and name in ("reset_states", "reset_state"):
            return resets(value.base, name, at.machine.keras)
        return False if only_own else UNKNOWN
    if isinstance(value, Unknown | Library):
        return UNKNOWN
    if isinstance(value, LayerValue | ModelValue) and name in ("reset_states", "reset_state"):
        return resets(value, name, at.machine.keras)
    return True if at.machine.get_attribute(value, name, at.node) is not UNKNOWN else UNKNOWN


def find_in_class_known(cls: Class, name: str) -> bool:
    """Whether the class or a base of the program defines the name."""
    return any(isinstance(base, Class) and name in base.names for base in cls.line())


@effect("builtins.getattr")
def getattr_(at: Invocation, value: Value, name: Value, default: Value = UNKNOWN) -> Value:
    if not isinstance(name, str):
        return UNKNOWN
    if default is not UNKNOWN and hasattr_(at, value, name) is False:
        return default
    return at.machine.get_attribute(value, name, at.node)


@effect("builtins.setattr")
def setattr_(at: Invocation, value: Value, name: Value, new: Value) -> Value:
    if isinstance(name, str):
        at.machine.set_attribute(value, name, new, at.node)
    return None


@effect("builtins.vars")
def vars_(at: Invocation, value: Value = None) -> Value:
    if isinstance(value, Instance | Object):
        return Dict(dict(value.attributes), open=isinstance(value, Object) or value.base is not None)
    return Dict(open=True)


@effect("builtins.dir")
def dir_(at: Invocation) -> Value:
    return at.machine.make_list(None, UNKNOWN, UNKNOWN)


@effect("builtins.globals", "builtins.locals")
def names_(at: Invocation) -> Value:
    return Dict(open=True)


@effect("builtins.object.__init__")
def object_init(at: Invocation, self: Value) -> Value:
    return None
