"""What a variable of the interpreted program can hold.

Constants are themselves (int, float, str, bytes, bool, None, Ellipsis, slice, a tuple of values), a symbolic integer is
a `Linear`, and what is not known is `UNKNOWN`. Everything else is one of the classes here, or of `keras_values.py`.

Unlike facts, these are handles that the program may change (`x[0] = 1`, `list.append`), so they are mutable and two
names may hold the same one.
"""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from rnnlint.facts import UNKNOWN, Data, Linear, Shape, Size, Unknown

Value = Any
"""A value of the interpreted program. `Any`: the interpreter looks at what it is wherever it uses one."""


@dataclass(slots=True, eq=False)
class Library:
    """A module, class, function or constant of a library, by its canonical dotted path (`numpy.zeros`).

    `keras` stands for all of keras, tf.keras, tf_keras and tensorflow.python.keras; see `names.canonical`.
    `spelled` is the path as the program wrote it.
    """

    path: str
    spelled: str = ""
    type_path: ClassVar[str] = "library"


@dataclass(slots=True, eq=False)
class Object:
    """An instance of a library's class of which no more is known than what effects put into `attributes`.

    `path` is the canonical path of the class (`sklearn.preprocessing.MinMaxScaler`); its methods are effects of that
    path.
    """

    path: str
    attributes: dict[str, Value] = field(default_factory=dict)

    @property
    def type_path(self) -> str:
        return self.path


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a slice lies in the data it was cut from, along the first axis.

    Attributes:
        source: identity of that data (`Data.source`).
        start: its first element, counted from 0; may hold the symbol of a loop variable.
        length: elements; None: one element, the axis is gone.
        step: distance between two elements.
        columns: which columns of that data, by number or name, in order; None: all.
    """

    source: int
    start: Size
    length: Size | None
    step: int = 1
    columns: tuple[int | str, ...] | Unknown | None = None


@dataclass(slots=True, eq=False)
class Array:
    """An array of numbers, a tensor that holds data, anything with a shape.

    Attributes:
        fact: shape (first axis samples), dtype, values...; replaced when the program writes into the array.
        path: class of it, for its methods: `numpy.ndarray`, `tensorflow.Tensor`.
        cut: where it lies in what it was cut from.
        content: the elements as nested tuples where it is small and they are known, else None.
        base: the array it is a view of, which is written into with it.
    """

    fact: Data
    path: str = "numpy.ndarray"
    cut: Cut | None = None
    content: Any = None
    base: "Array | None" = field(default=None, kw_only=True)

    @property
    def type_path(self) -> str:
        return self.path

    @property
    def dims(self) -> tuple[Any, ...] | None:
        """Its sizes; None where not even the rank is known."""
        return self.fact.shape.dims if isinstance(self.fact.shape, Shape) else None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that depends on sizes and need not be whole (`0.8 * n`), as text and what it depends on.

    `int(...)`, `round(...)` of it make a size: `sizes.term(f"int({text})", *operands)`. `quotient`: of `a / b` with two
    sizes what is divided by what, so that `ceil(n / 32)` is known to be the number of batches.
    """

    text: str
    operands: tuple[Size, ...]
    quotient: tuple[Size, Size] | None = None
    type_path: ClassVar[str] = "builtins.float"


@dataclass(slots=True, eq=False)
class List:
    """A list, or another sequence the program may change.

    Either `items` holds the elements, or `items` is None, `length` is their number (may be symbolic or UNKNOWN) and
    `element` what each is like (UNKNOWN where they differ).

    `born` (a `Machine.new_id`) says when it was made: appending to it in a loop that began later and stands for many
    rounds (`Machine.rounds`) makes it a list of `length` like elements.

    `empty`: within a loop that fills it, a list that was empty before the first round: the first element that is added
    is what its elements are like.

    `padding` (a `facts.Padding`): it was brought to a fixed length by hand (`row + [0] * (50 - len(row))`).
    """

    items: list[Value] | None = field(default_factory=list)
    length: Size = 0
    element: Value = UNKNOWN
    born: int = 0
    source: int = 0
    empty: bool = False
    padding: Any = None
    type_path: ClassVar[str] = "builtins.list"

    def size(self) -> Size:
        """Number of elements."""
        return self.length if self.items is None else len(self.items)

    def forget(self) -> None:
        """Nothing is known of it any more."""
        self.items, self.length, self.element = None, UNKNOWN, UNKNOWN


@dataclass(slots=True, eq=False)
class Dict:
    """A dictionary.

    Attributes:
        open: there may be other keys, and values may have changed, beyond `items`.
        length: how many keys there are, where it is open.
        key, element: what the other keys and their values are like.
    """

    items: dict[Any, Value] = field(default_factory=dict)
    open: bool = False
    length: Size = UNKNOWN
    key: Value = UNKNOWN
    element: Value = UNKNOWN
    type_path: ClassVar[str] = "builtins.dict"


@dataclass(slots=True, eq=False)
class Set:
    """A set. `length` may be symbolic; `element` is what each is like; `items` holds them where they are constants."""

    length: Size = UNKNOWN
    element: Value = UNKNOWN
    items: frozenset[Any] | None = None
    born: int = 0
    type_path: ClassVar[str] = "builtins.set"


@dataclass(slots=True, eq=False)
class Range:
    """`range(start, stop, step)` with sizes that may be symbolic."""

    start: Size
    stop: Size
    step: Size
    type_path: ClassVar[str] = "builtins.range"


@dataclass(slots=True, eq=False)
class Iterator:
    """An iterator: what comes next, in order; `rest` stands for all that follow `items` (None: nothing follows)."""

    items: list[Value]
    rest: "Sequenced | None" = None
    type_path: ClassVar[str] = "builtins.iterator"


@dataclass(frozen=True, slots=True)
class Sequenced:
    """The elements of something that is iterated over.

    Attributes:
        items: all of them, in order; None where there are too many or their number is not known.
        length: how many.
        element: what each is like (where `items` is None), with the loop's symbol in it where it counts.
        counter: the symbol in `element` that runs from 0 to length - 1 as the loop goes round, if there is one.
        of_data: whether the elements are rows of data (a loop over them is a pass over the data).
    """

    items: Sequence[Value] | None
    length: Size
    element: Value = UNKNOWN
    counter: Linear | None = None
    of_data: bool = False


@dataclass(slots=True, eq=False)
class Scope:
    """Names and what they hold.

    Attributes:
        parent: the scope around it (a nested function, a comprehension); None for a module.
        stars: canonical paths of libraries whose names were all imported (`from keras.layers import *`).
        outer: names declared `global` or `nonlocal`, with the scope they live in.
    """

    names: dict[str, Value] = field(default_factory=dict, repr=False)
    parent: "Scope | None" = field(default=None, repr=False)
    stars: list[str] = field(default_factory=list)
    outer: "dict[str, Scope]" = field(default_factory=dict)

    @property
    def module(self) -> "Scope":
        """The scope of the module it is in."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope


@dataclass(slots=True, eq=False)
class Function:
    """A function, method or lambda of the program.

    Attributes:
        node: its definition.
        scope: the scope it was defined in.
        defaults: values of the defaults, by parameter.
        module: the module it is in (a `Module`), for positions.
        owner: the class it was defined in, for `super()`.
        decorators: what decorates it and was understood not to change it, as paths (`staticmethod`, `property`).
    """

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope = field(repr=False)
    defaults: dict[str, Value] = field(default_factory=dict)
    module: "Module | None" = field(default=None, repr=False)
    owner: "Class | None" = field(default=None, repr=False)
    decorators: tuple[str, ...] = ()
    type_path: ClassVar[str] = "builtins.function"

    @property
    def name(self) -> str:
        return getattr(self.node, "name", "<lambda>")


@dataclass(slots=True, eq=False)
class Bound:
    """A method with the object it was taken from. `function`: a `Function`, or the dotted path of an effect."""

    function: "Function | str"
    self: Value
    type_path: ClassVar[str] = "builtins.method"


@dataclass(slots=True, eq=False)
class Partial:
    """`functools.partial`, a wrapped function: arguments that are already given."""

    function: Value
    args: tuple[Value, ...] = ()
    kwargs: dict[str, Value] = field(default_factory=dict)
    type_path: ClassVar[str] = "functools.partial"


@dataclass(slots=True, eq=False)
class Class:
    """A class of the program.

    Attributes:
        bases: values of its bases: `Class`, `Library`, UNKNOWN.
        names: what its body defines.
    """

    name: str
    bases: tuple[Value, ...]
    names: dict[str, Value] = field(repr=False)
    node: ast.ClassDef = field(repr=False)
    module: "Module | None" = field(default=None, repr=False)
    type_path: ClassVar[str] = "builtins.type"

    def line(self) -> Iterable["Class | Library | Unknown"]:
        """The class and its bases, depth first, each once (Python's order for all but diamonds)."""
        waiting: list[Value] = [self]
        seen: set[int] = set()
        while waiting:
            cls = waiting.pop(0)
            if id(cls) in seen:
                continue
            seen.add(id(cls))
            yield cls
            if isinstance(cls, Class):
                waiting = [*cls.bases, *waiting]

    def library_bases(self) -> list[str]:
        """Canonical paths of the library classes it derives from."""
        return [base.path for base in self.line() if isinstance(base, Library)]


@dataclass(slots=True, eq=False)
class Instance:
    """An object of a class of the program. `base`: the value that stands for its library part (a layer, a model)."""

    cls: Class
    attributes: dict[str, Value] = field(default_factory=dict)
    base: Value = None
    type_path: ClassVar[str] = "builtins.object"


@dataclass(slots=True, eq=False)
class Super:
    """`super()`: the instance, seen from behind the class `after`."""

    instance: Value
    after: Class
    type_path: ClassVar[str] = "builtins.super"


@dataclass(slots=True, eq=False)
class Generator:
    """A generator of the program: a call of a function that yields, or a generator expression.

    Attributes:
        yields: what it yields, joined over all its yields; UNKNOWN where it is not known.
        endless: True, False, or UNKNOWN: whether it never ends.
        length: number of elements where it ends.
        round: where it never ends: number of elements in one round of its endless loop.
    """

    yields: Value = UNKNOWN
    endless: Any = UNKNOWN
    length: Size = UNKNOWN
    round: Size = UNKNOWN
    function: Function | None = None
    type_path: ClassVar[str] = "builtins.generator"


@dataclass(slots=True, eq=False)
class Module:
    """A file of the program: the script itself, a notebook, a project file that it imports.

    `call_index` is the number of the `--call` whose text it is, from 1; None for a file.
    """

    path: str
    name: str
    tree: ast.Module = field(repr=False)
    text: str = field(repr=False)
    scope: Scope = field(default_factory=Scope)
    call_index: int | None = None
    type_path: ClassVar[str] = "module"


CONSTANTS = (int, float, complex, str, bytes, bool, type(None), type(Ellipsis))


PLACE = "place"
"""Name of the symbol for where a slice begins of which only the length is known."""

COUNTER = "i"
"""Name of the symbol that counts the rounds of a loop over a range."""

MAX_NESTED = 1_000
"""Parts of nested tuples that are looked at: `t = (t, t)`, done 64 times, has more than there are atoms."""


def is_constant(value: Value) -> bool:
    """Whether it is a plain constant, or a tuple of such: one of at most `MAX_NESTED` parts, so that whatever Python
    does with it (compare, hash, print) is done at once."""
    if not isinstance(value, tuple):
        return isinstance(value, CONSTANTS)
    return all(isinstance(part, CONSTANTS) for part in _parts(value)) and is_small(value)


def is_small(value: Value) -> bool:
    """Whether nested tuples have at most `MAX_NESTED` parts, each counted as often as it stands there."""
    return sum(1 for _ in _parts(value)) <= MAX_NESTED


def _parts(value: Value) -> Iterable[Value]:
    """The parts of nested tuples that are no tuples, and one None for each tuple; no more than tell that they are too
    many."""
    waiting = [value]
    for _ in range(MAX_NESTED + 1):
        if not waiting:
            return
        part = waiting.pop()
        if isinstance(part, tuple):
            waiting += part
            yield None
        else:
            yield part


def is_size(value: Value) -> bool:
    """Whether it is an integer or a symbolic one."""
    return isinstance(value, Linear) or (isinstance(value, int) and not isinstance(value, bool))


def type_path(value: Value) -> str:
    """Dotted path of its class, under which its methods are registered."""
    match value:
        case Unknown():
            return "unknown"
        case bool() | int() | Linear():
            return "builtins.int"
        case float():
            return "builtins.float"
        case str():
            return "builtins.str"
        case bytes():
            return "builtins.bytes"
        case tuple():
            return "builtins.tuple"
        case slice():
            return "builtins.slice"
        case None:
            return "builtins.None"
    return str(getattr(value, "type_path", "unknown"))
