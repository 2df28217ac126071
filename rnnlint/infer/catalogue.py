"""What the constructors of Keras's layers take, in every era, under the names of Keras 3.

Nobody else knows signatures: the readers fill in defaults and translate old names with `canonical_options`, the
interpreter binds the arguments of a call with `bind`. Plain tables, no Keras.

Of each layer class there are, by era, the parameters in order and their defaults. A class has a canonical `kind`, the
class of Keras 3 that does the same (`LSTM` for CuDNNLSTM); options are always given under the names of Keras 3.
"""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from typing import Any

from rnnlint.facts import RECURRENT, UNKNOWN, Truth, Unknown
from rnnlint.facts.sizes import is_known
from rnnlint.infer.old_names import DATA_FORMAT, JOINED, KIND, OWN_PARAMETERS, PARAMETERS, SPELLED
from rnnlint.infer.signatures_keras1 import KERAS_1
from rnnlint.infer.signatures_keras2 import KERAS_2_DEFAULTS, TF_KERAS_2
from rnnlint.infer.signatures_keras3 import KERAS_3


class Era(Enum):
    """Keras 1; standalone Keras 2 and tf.keras of TensorFlow 1; tf.keras of TensorFlow 2 and tf-keras; Keras 3."""

    KERAS_1 = "Keras 1"
    KERAS_2 = "Keras 2"
    TF_KERAS_2 = "tf.keras 2"
    KERAS_3 = "Keras 3"


AnyEra = Era | int | Unknown
"""An era, or the major version (2: tf.keras of TensorFlow 2), or UNKNOWN: where eras differ, so is the answer."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a constructor, under its name in that era.

    Attributes:
        default: a literal; None too where it is required.
        required: whether it has no default.
        keyword: whether it is taken by keyword alone.
    """

    name: str
    default: Any = None
    required: bool = False
    keyword: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """A constructor: the class it belongs to, its canonical class, its own parameters without those of all layers."""

    cls: str
    kind: str
    parameters: tuple[Parameter, ...]

    @property
    def positional(self) -> tuple[Parameter, ...]:
        """Those that can be given by position."""
        return tuple(parameter for parameter in self.parameters if not parameter.keyword)

    def __contains__(self, name: object) -> bool:
        return any(parameter.name == name for parameter in self.parameters)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """An argument that does not fit the constructor.

    Attributes:
        kind: `unknown` (no such parameter), `many` (more positions than parameters), `twice`, `missing`.
        name: as written; empty for a position.
        position: of the argument among the positional ones, from 0; None: given by name or not at all.
        message: one lower-case clause.
    """

    kind: str
    name: str
    message: str
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """Arguments of a constructor call.

    Attributes:
        given: what the call gives, under the names of Keras 3 (arguments of all layers such as `name` too).
        options: the effective options of the layer: `given` and the defaults of the era, without `name`.
        written: where each of `given` is written: its name in the call, or its position from 0.
        mismatches: what does not fit.
    """

    given: Mapping[str, Any]
    options: Mapping[str, Any]
    written: Mapping[str, str | int] = field(default_factory=dict)
    mismatches: tuple[Mismatch, ...] = ()


BASE_KERAS_3 = frozenset({"name", "dtype", "trainable", "autocast", "activity_regularizer", "input_shape", "input_dim"})
"""What every layer of Keras 3 takes besides its own parameters."""

BASE_KERAS_2 = BASE_KERAS_3 | {
    "batch_input_shape", "batch_size", "dynamic", "implementation", "input_dtype", "weights",
}  # fmt: skip
"""What every layer of Keras 2 takes."""

BASE_KERAS_1 = frozenset(
    {"name", "trainable", "input_shape", "batch_input_shape", "input_dtype", "create_input_layer", "input_dim"}
)
"""What every layer of Keras 1 takes."""

TAKES_INPUT_LENGTH = RECURRENT | {"Embedding", "Dense", "Conv1D", "LocallyConnected1D", "Highway", "MaxoutDense"}
"""What takes `input_length` beside `input_dim` before Keras 3."""

CELLS = frozenset({"LSTMCell", "GRUCell", "SimpleRNNCell", "StackedRNNCells"})
"""Cells of recurrent layers."""

WRAPPERS = frozenset({"TimeDistributed", "Bidirectional", "Wrapper", "SpectralNormalization"})
"""Layers that wrap a layer."""

MODELS = frozenset({"Model", "Functional", "Sequential", "Network", "Graph"})
"""Models, which can stand among layers."""

FUNCTIONS: Mapping[str, str] = {
    "add": "Add",
    "average": "Average",
    "concatenate": "Concatenate",
    "dot": "Dot",
    "maximum": "Maximum",
    "minimum": "Minimum",
    "multiply": "Multiply",
    "subtract": "Subtract",
    "merge": "Merge",
}
"""Lower-case functions of `keras.layers`: `add([a, b], **options)` is `Add(**options)([a, b])`."""

_TABLES = {Era.KERAS_1: KERAS_1, Era.TF_KERAS_2: TF_KERAS_2, Era.KERAS_3: KERAS_3}

_CUDNN: Mapping[str, Mapping[str, Any]] = {
    "CuDNNLSTM": {"activation": "tanh", "recurrent_activation": "sigmoid", "use_bias": True, "unroll": False},
    "CuDNNGRU": {
        "activation": "tanh",
        "recurrent_activation": "sigmoid",
        "use_bias": True,
        "unroll": False,
        "reset_after": True,
    },
}
"""What these classes cannot be told and always do; neither has any dropout."""


def kind_of(cls: str) -> str:
    """The class of Keras 3 that does the same; the class itself where there is none. `Package>Class` is no Keras
    class and stays."""
    return KIND.get(cls, cls)


def eras(keras: AnyEra) -> tuple[Era, ...]:
    """The eras that are meant; several where the version is UNKNOWN."""
    if isinstance(keras, Era):
        return (keras,)
    if keras is UNKNOWN or not isinstance(keras, int):
        return (Era.KERAS_3, Era.TF_KERAS_2)
    return ({1: Era.KERAS_1, 2: Era.TF_KERAS_2}.get(keras, Era.KERAS_3),)


def classes(keras: AnyEra) -> frozenset[str]:
    """The layer classes of `keras.layers`, aliases included."""
    found: set[str] = set()
    for era in eras(keras):
        table = _index(_table(era))
        found |= table.keys()
        found |= {alias for alias, kind in KIND.items() if kind in table and era is not Era.KERAS_1 and _alias(alias)}
        found |= {alias for alias, cls in SPELLED.items() if cls in table and era is Era.KERAS_1}
    return frozenset(found)


def exists(cls: str, keras: AnyEra) -> Truth:
    """Whether the class is there; UNKNOWN where the eras that are meant differ."""
    answers = {cls in classes(era) for era in eras(keras)}
    return answers.pop() if len(answers) == 1 else UNKNOWN


def known(cls: str) -> bool:
    """Whether it is a layer class of Keras in some era."""
    return any(cls in classes(era) for era in Era) or cls in KIND or kind_of(cls) in classes(Era.KERAS_3)


@cache
def signature(cls: str, keras: AnyEra) -> Signature | None:
    """The constructor; None where that Keras has no such class.

    UNKNOWN: the parameters that Keras 3 and Keras 2 have at the same place, then by keyword what either has.
    """
    found = [made for era in eras(keras) if (made := _signature(cls, era)) is not None]
    if not found:
        return None
    return found[0] if len(found) == 1 else _both(*found)


def parameter_name(kind: str, name: str) -> str:
    """The name in Keras 3 of a parameter of any era, for a canonical class (`nb_row` too gives `kernel_size`)."""
    own = OWN_PARAMETERS.get(kind, {})
    if name in own:
        return own[name]
    current = _signature(kind, Era.KERAS_3) or _signature(kind, Era.TF_KERAS_2)
    if current is not None and name in current:
        return name
    if kind == "Merge":
        return name
    if name in JOINED:
        return JOINED[name][0]
    return PARAMETERS.get(name, name)


def defaults(cls: str, keras: AnyEra) -> dict[str, Any]:
    """Defaults of a class under the names of Keras 3; UNKNOWN where the eras that are meant differ."""
    found = [_defaults(cls, era) for era in eras(keras) if _signature(cls, era) is not None]
    together: dict[str, Any] = {}
    for options in found:
        for name, value in options.items():
            if name == "data_format" and value is None:
                value = "channels_last"
            together[name] = value if name not in together or _same(together[name], value) else UNKNOWN
    return together


def canonical_options(cls: str, config: Mapping[str, Any], keras: AnyEra) -> dict[str, Any]:
    """A saved configuration as effective options: names and values of Keras 3, defaults of its era filled in.

    What is not a parameter of the class (`batch_input_shape`, `trainable`...) is kept, but for `name`.
    """
    given, _ = _translated(kind_of(cls), {name: value for name, value in config.items() if isinstance(name, str)})
    return _effective(cls, given, keras)


def bind(cls: str, args: Sequence[Any], kwargs: Mapping[str, Any], keras: AnyEra) -> Bound:
    """Arguments of a constructor call, bound as that Keras binds them.

    Names of Keras 1 are taken by Keras 2 as standalone Keras 2 took them. Of a class that this Keras has not, the
    signature of the era that has it counts.
    """
    args = _without_sizes_of_input(kind_of(cls), args, keras)
    found = signature(cls, keras) or next((s for era in Era if (s := _signature(cls, era)) is not None), None)
    oldest = _signature(cls, Era.KERAS_1)
    if oldest is not None and Era.KERAS_3 not in eras(keras)[:1] and _old_style(args, kwargs, oldest, found, keras):
        found = oldest
    if found is None:
        return Bound(dict(kwargs), dict(kwargs), {name: name for name in kwargs})
    mismatches: list[Mismatch] = []
    raw: dict[str, Any] = {}
    places: dict[str, str | int] = {}
    positional = found.positional
    for index, value in enumerate(args):
        if index >= len(positional):
            message = f"`{cls}` takes at most {len(positional)} positional arguments"
            mismatches.append(Mismatch("many", "", message, index))
            break
        raw[positional[index].name] = value
        places[positional[index].name] = index
    for name, value in kwargs.items():
        if name in raw:
            mismatches.append(Mismatch("twice", name, f"`{name}` is given twice"))
            continue
        raw[name] = value
        places[name] = name
        if _takes(found, name, keras) is False:
            mismatches.append(Mismatch("unknown", name, f"`{cls}` takes no argument `{name}`"))
    given, written = _translated(found.kind, raw, places)
    mismatches += [
        Mismatch("missing", parameter.name, f"`{cls}` needs `{parameter.name}`")
        for parameter in found.parameters
        if parameter.required and parameter_name(found.kind, parameter.name) not in given
    ]
    return Bound(given, _effective(cls, given, keras), written, tuple(mismatches))


def _without_sizes_of_input(kind: str, args: Sequence[Any], keras: AnyEra) -> Sequence[Any]:
    """The arguments by position but for the size of the input, which Keras before 1.0 took too: `Dense(in, out)`,
    `LSTM(in, out)`, `Convolution2D(filters, channels, rows, columns)`. No later Keras takes a number there."""
    if eras(keras) == (Era.KERAS_3,):
        return args
    if kind in ("Dense", "LSTM", "GRU", "SimpleRNN") and len(args) > 1 and all(map(is_known, args[:2])):
        return args[1:]
    if kind == "Conv2D" and len(args) > 3 and all(map(is_known, args[:4])):
        return [args[0], *args[2:]]
    return args


def declared_input(kind: str, options: Mapping[str, Any], keras: AnyEra = UNKNOWN) -> tuple[Any, ...] | None:
    """The batch shape of the input that a layer's own arguments declare, None where they declare none.

    Elements are as given (integers, None, UNKNOWN...). An Embedding's `input_dim` counts words and declares nothing.
    Keras 3 takes any other `input_dim=3` for `input_shape=(3,)`, on a recurrent layer too; it knows no `input_length`.
    """
    for name in ("batch_shape", "batch_input_shape"):
        shape = options.get(name)
        if isinstance(shape, Sequence) and not isinstance(shape, str) and len(shape) > 0:
            return tuple(shape)
    batch = options.get("batch_size")
    shape = options.get("shape" if kind == "InputLayer" else "input_shape")
    if isinstance(shape, Sequence) and not isinstance(shape, str):
        return (batch, *shape)
    if isinstance(shape, int) and not isinstance(shape, bool):
        return (batch, shape)
    length = options.get("input_length")
    if kind == "Embedding":
        if length is None and batch is None:
            return None
        return (batch, *length) if isinstance(length, list | tuple) else (batch, length)
    features = options.get("input_dim")
    if features is None:
        return None
    if keras == 3 and length is None:
        return (batch, features)
    if kind in RECURRENT or kind in ("Conv1D", "LocallyConnected1D", "TimeDistributedDense") or length is not None:
        return (batch, length, features)
    return (batch, features)


def _old_style(
    args: Sequence[Any], kwargs: Mapping[str, Any], oldest: Signature, found: Signature | None, keras: AnyEra
) -> bool:
    """Whether a call is written for Keras 1: by a name that only Keras 1 has, or, where standalone Keras 2 reads it
    so, as `Conv2D(32, 3, 3)`."""
    if found is None or any(name in oldest and name not in found and name not in BASE_KERAS_2 for name in kwargs):
        return True
    rows_and_columns = keras is Era.KERAS_2 and len(args) == 3 and isinstance(args[2], int) and "nb_row" in oldest
    return rows_and_columns and "kernel_size" not in kwargs


def _takes(found: Signature, name: str, keras: AnyEra) -> Truth:
    """Whether the constructor takes an argument of that name."""
    if name in found:
        return True
    answers = {_era_takes(found.cls, found.kind, name, era) for era in eras(keras)}
    return answers.pop() if len(answers) == 1 else UNKNOWN


def _era_takes(cls: str, kind: str, name: str, era: Era) -> Truth:
    made = _signature(cls, era)
    if made is None:
        return UNKNOWN
    if name in made:
        return True
    if era is Era.KERAS_3:
        return name in BASE_KERAS_3 or (kind == "LeakyReLU" and name == "alpha") or (
            kind == "InputLayer" and name in ("input_shape", "batch_input_shape")
        )  # fmt: skip
    if name == "input_length":
        return kind in TAKES_INPUT_LENGTH
    base = BASE_KERAS_1 if era is Era.KERAS_1 else BASE_KERAS_2
    oldest = _signature(cls, Era.KERAS_1)
    if name in base or (era is not Era.KERAS_1 and oldest is not None and name in oldest):
        return True
    return UNKNOWN if era is Era.KERAS_2 else False


def _effective(cls: str, given: Mapping[str, Any], keras: AnyEra) -> dict[str, Any]:
    if signature(cls, keras) is None:
        keras = next((era for era in (Era.TF_KERAS_2, Era.KERAS_1, Era.KERAS_3) if _signature(cls, era)), Era.KERAS_3)
    options = defaults(cls, keras)
    options.update({name: value for name, value in given.items() if name != "name"})
    if "data_format" in options and options["data_format"] is None:
        options["data_format"] = "channels_last"
    return options


def _translated(
    kind: str, raw: Mapping[str, Any], places: Mapping[str, str | int] | None = None
) -> tuple[dict[str, Any], dict[str, str | int]]:
    """Names and values of Keras 3."""
    given: dict[str, Any] = {}
    written: dict[str, str | int] = {}
    joined: dict[int, Any] = {}
    current = _signature(kind, Era.KERAS_3)
    for name, value in raw.items():
        place = name if places is None else places[name]
        if name in JOINED and (current is None or name not in current):
            joined[JOINED[name][1]] = value
            written.setdefault("kernel_size", place)
            continue
        new = parameter_name(kind, name)
        if new in given and name != new:
            continue
        given[new] = _value(name, value)
        written[new] = place
    if joined and "kernel_size" not in given:
        given["kernel_size"] = tuple(joined[index] for index in sorted(joined))
    return given, written


def _value(old: str, value: Any) -> Any:
    """The value in Keras 3 of a parameter of an old name."""
    if old == "dim_ordering":
        return DATA_FORMAT.get(value, UNKNOWN) if isinstance(value, str) else UNKNOWN
    if old == "forget_bias_init":
        return value == "one" if isinstance(value, str) else UNKNOWN
    if old == "consume_less":
        return {"cpu": 0, "mem": 1, "gpu": 2}.get(value, UNKNOWN) if isinstance(value, str) else UNKNOWN
    return value


@cache
def _defaults(cls: str, era: Era) -> dict[str, Any]:
    made = _signature(cls, era)
    assert made is not None
    kind = made.kind
    raw = {p.name: p.default for p in made.parameters if not p.required and p.name not in ("name", "dtype")}
    options, _ = _translated(kind, raw)
    if cls in _CUDNN:
        options = {**options, **_CUDNN[cls], "dropout": 0.0, "recurrent_dropout": 0.0}
    elif era is Era.KERAS_2:
        options.update({name: value for name, value in KERAS_2_DEFAULTS.get(kind, {}).items() if name in options})
    if kind in RECURRENT and era is Era.KERAS_1:
        options.setdefault("return_state", False)
    return options


def _both(newer: Signature, older: Signature) -> Signature:
    """What two eras have in common by position; everything else by keyword."""
    shared: list[Parameter] = []
    for a, b in zip(newer.positional, older.positional, strict=False):
        if parameter_name(newer.kind, b.name) != a.name:
            break
        shared.append(Parameter(a.name, a.default, a.required and b.required))
    names = {parameter.name for parameter in shared}
    for parameter in (*newer.parameters, *older.parameters):
        if parameter.name not in names:
            names.add(parameter.name)
            shared.append(Parameter(parameter.name, parameter.default, False, True))
    return Signature(newer.cls, newer.kind, tuple(shared))


def _same(a: Any, b: Any) -> bool:
    """Whether two defaults mean the same: `strides=1` is what `strides=(1, 1)` is."""
    for several, one in ((a, b), (b, a)):
        if isinstance(several, tuple) and isinstance(one, int) and set(several) == {one}:
            return True
    return a is b or (type(a) is type(b) and a == b)


def _alias(cls: str) -> bool:
    """Whether it is a second name of a class (`MaxPool1D`), not a class of its own that is gone."""
    return cls.startswith(
        ("AvgPool", "MaxPool", "GlobalAvgPool", "GlobalMaxPool", "Convolution", "SeparableConv", "Group")
    )


def _table(era: Era) -> str:
    return _TABLES[Era.TF_KERAS_2 if era is Era.KERAS_2 else era]


@cache
def _index(table: str) -> dict[str, str]:
    """Class name -> the text of its entry."""
    entries: dict[str, str] = {}
    name = ""
    for line in table.splitlines():
        if line and not line.startswith(" "):
            name = line.partition("(")[0]
            entries[name] = line
        elif line:
            entries[name] += line
    return entries


@cache
def _signature(cls: str, era: Era) -> Signature | None:
    entries = _index(_table(era))
    text = entries.get(cls)
    if text is None and era is Era.KERAS_1:
        text = entries.get(SPELLED.get(cls, ""))
    if text is None and era is not Era.KERAS_1:
        text = entries.get(KIND.get(cls, "")) if cls not in _CUDNN else None
    return None if text is None else Signature(cls, kind_of(cls), _parameters(text))


def _parameters(entry: str) -> tuple[Parameter, ...]:
    parsed = ast.parse(f"def {entry}: ...").body[0]
    assert isinstance(parsed, ast.FunctionDef)
    arguments = parsed.args
    values = [ast.literal_eval(value) for value in arguments.defaults]
    required = len(arguments.args) - len(values)
    made = [
        Parameter(argument.arg, None, True) if i < required else Parameter(argument.arg, values[i - required])
        for i, argument in enumerate(arguments.args)
    ]
    for argument, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if value is None:
            made.append(Parameter(argument.arg, None, True, True))
        else:
            made.append(Parameter(argument.arg, ast.literal_eval(value), False, True))
    return tuple(made)
