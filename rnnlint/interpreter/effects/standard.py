"""Python's standard library, and small libraries around it (tqdm, absl, click, yaml).

What is not listed gives UNKNOWN and changes none of its arguments.
"""

import math
import string
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rnnlint.facts import UNKNOWN, Linear, Values
from rnnlint.interpreter.configurations import as_json
from rnnlint.interpreter.effects import commands, iterating, paths  # noqa: F401  (they fill the table)
from rnnlint.interpreter.effects.arithmetic import whole
from rnnlint.interpreter.effects.builtins import dict_
from rnnlint.interpreter.effects.containers import each
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.effects.text import unknown_text
from rnnlint.interpreter.join import element_of, join_all, number
from rnnlint.interpreter.state import MAX_ITEMS
from rnnlint.interpreter.values import (
    Array,
    Class,
    Dict,
    Function,
    Instance,
    Library,
    List,
    Object,
    Partial,
    Quantity,
    Sequenced,
    Set,
    Value,
    is_constant,
    is_size,
)

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine

MAX_DEPTH = 16
"""How deep a copy follows what it copies."""

_QUIET = (
    "abc argparse ast asyncio base64 bisect calendar codecs collections configparser contextlib copy csv ctypes"
    " dataclasses datetime decimal difflib dill enum fractions functools gc getpass glob gzip hashlib heapq h5py html"
    " http importlib inspect io itertools joblib json locale logging math multiprocessing numbers operator os pathlib"
    " pickle platform pprint queue random re requests resource shutil signal socket sqlite3 statistics string struct"
    " subprocess sys tarfile tempfile textwrap threading time timeit traceback tqdm typing unicodedata unittest urllib"
    " uuid warnings weakref yaml zipfile zlib absl click typer fire psutil pytz dateutil simplejson ujson cPickle six"
    " __future__"
)


@effect(*(f"{name}.*" for name in _QUIET.split()))
def unknown(at: Invocation) -> Value:
    return UNKNOWN


_MATH_NAMES = "sqrt exp log log2 log10 sin cos tan tanh pow fabs floor ceil trunc hypot atan degrees radians"
_MATH: dict[str, Callable[..., Any]] = {name: getattr(math, name) for name in _MATH_NAMES.split()}


@effect(*(f"math.{name}" for name in _MATH))
def math_function(at: Invocation, *numbers: Value) -> Value:
    name = at.path.rpartition(".")[2]
    if name in ("ceil", "floor", "trunc") and len(numbers) == 1:
        if isinstance(numbers[0], Quantity):
            return whole(numbers[0], "floor" if name == "trunc" else name)
        if isinstance(numbers[0], Linear):
            return numbers[0]
    if all(isinstance(number, int | float) and abs(number) < 1e300 for number in numbers):
        try:
            return _MATH[name](*numbers)
        except (ValueError, OverflowError, TypeError, ZeroDivisionError):
            return UNKNOWN
    return UNKNOWN


@effect("math.gcd", "math.lcm", "math.prod", "math.isnan", "math.isclose", "math.factorial", "math.comb")
def math_whole(at: Invocation, *numbers: Value) -> Value:
    name = at.path.rpartition(".")[2]
    if name == "prod" and numbers:
        rows = each(at, numbers[0])
        total: Value = 1
        for item in rows.items if rows.items is not None else [UNKNOWN]:
            total = at.machine.binary("Mult", total, item, at.node)
        return total
    if name in ("gcd", "lcm") and all(isinstance(n, int) and abs(n) < 10**18 for n in numbers) and len(numbers) <= 16:
        return getattr(math, name)(*numbers)
    return UNKNOWN


def _constant(path: str, value: Any) -> None:
    attribute(path)(lambda machine, library: value)


for _name in ("pi", "e", "inf", "tau", "nan"):
    _constant(f"math.{_name}", getattr(math, _name))
for _name in ("ascii_lowercase", "ascii_uppercase", "ascii_letters", "digits", "punctuation", "printable"):
    _constant(f"string.{_name}", getattr(string, _name))


@effect("random.randint", "random.randrange")
def random_number(at: Invocation, low: Value, high: Value = None) -> Value:
    """A number of its own: what is cut at `i` and at `i + 60` still has 60 elements."""
    return at.machine.symbol(at.path.rpartition(".")[2])


@effect("random.random", "random.uniform", "random.gauss", "random.normalvariate", "random.betavariate")
def random_float(at: Invocation) -> Value:
    return number("float64", Values(0, 1, False) if at.path == "random.random" else Values(whole=False))


@effect("random.shuffle")
def shuffle(at: Invocation, values: Value) -> Value:
    if isinstance(values, Array):
        values.fact = replace(values.fact, shuffled=True, shuffled_at=at.machine.location(at.node))
        values.cut, values.content = None, None
    elif isinstance(values, List) and values.size() != 0:
        element = element_of(values)
        if isinstance(element, Array):
            element = Array(replace(element.fact, shuffled=True), element.path, element.cut)
        values.length, values.element, values.items = values.size(), element, None
    return None


@effect("random.sample", "random.choices")
def sample(at: Invocation, population: Value, k: Value = 1, weights: Value = None) -> Value:
    rows = each(at, population)
    if at.path.endswith("choices"):
        k = at.kwargs.get("k", 1)
    element = rows.element if rows.items is None else join_all(rows.items)
    return at.machine.make_list(None, k if is_size(k) else UNKNOWN, element)


@effect("random.choice")
def choice(at: Invocation, values: Value) -> Value:
    rows = each(at, values)
    return rows.element if rows.items is None else join_all(rows.items)


@effect(
    "random.seed", "time.sleep", "logging.*", "warnings.*", "gc.*", "os.makedirs", "os.mkdir", "shutil.*", "pprint.*"
)
def nothing(at: Invocation) -> Value:
    return None


@attribute("sys.argv", "sys.path")
def arguments(machine: "Machine", value: Value) -> Value:
    return machine.make_list(None, UNKNOWN, UNKNOWN)


@attribute("sys.maxsize")
def maxsize(machine: "Machine", value: Value) -> Value:
    return 2**63 - 1


@effect("re.split", "re.findall")
def parts(at: Invocation, pattern: Value, text: Value) -> Value:
    one = isinstance(text, str) or (isinstance(text, Object) and "length" in text.attributes)
    return at.machine.make_list(None, at.machine.symbol("len(parts)") if one else UNKNOWN, unknown_text(at))


@effect("csv.reader")
def reader(at: Invocation) -> Value:
    fields = at.machine.make_list(None, at.machine.symbol("columns"), unknown_text(at))
    return Sequenced(None, at.machine.symbol("rows"), fields)


@effect("csv.DictReader")
def dict_reader(at: Invocation) -> Value:
    return Sequenced(None, at.machine.symbol("rows"), Dict(open=True))


@effect("json.dumps")
def json_text(at: Invocation, obj: Value = UNKNOWN, **kwargs: Value) -> Value:
    """The text of a value whose every part is known."""
    text = as_json(obj)
    return unknown_text(at) if text is None else text


@effect("re.sub", "yaml.dump", "datetime.datetime.strftime", "time.strftime", "time.ctime")
def dumped(at: Invocation) -> Value:
    return unknown_text(at)


@effect("collections.defaultdict")
def defaultdict(at: Invocation) -> Value:
    return Dict(open=True)


@effect("collections.OrderedDict")
def ordered(at: Invocation, source: Value = (), **given: Value) -> Value:
    return dict_(at, source, **given)


@effect("collections.Counter")
def counter(at: Invocation, iterable: Value = ()) -> Value:
    rows = each(at, iterable)
    key = rows.element if rows.items is None else join_all(rows.items)
    return Dict(open=True, length=at.machine.symbol("len(counts)"), key=key)


@effect("builtins.dict.most_common")
def most_common(at: Invocation, self: Value, n: Value = None) -> Value:
    length = n if is_size(n) else self.length if isinstance(self, Dict) and n is None else UNKNOWN
    return at.machine.make_list(None, length, (self.key if isinstance(self, Dict) else UNKNOWN, UNKNOWN))


@effect("collections.deque")
def deque(at: Invocation, iterable: Value = (), maxlen: Value = None) -> Value:
    if maxlen is not None:
        return Object("collections.deque", {"maxlen": maxlen})
    return at.machine.effect("builtins.list", iterable, node=at.node)


@effect("collections.deque.__len__")
def deque_length(at: Invocation, self: Value) -> Value:
    return UNKNOWN


@effect("collections.namedtuple")
def namedtuple(at: Invocation, name: Value, fields: Value) -> Value:
    if isinstance(fields, str):
        names: tuple[Value, ...] = tuple(fields.replace(",", " ").split())
    else:
        rows = each(at, fields)
        if rows.items is None:
            return UNKNOWN
        names = tuple(rows.items)
    if len(names) > MAX_ITEMS or not all(isinstance(field, str) for field in names):
        return UNKNOWN
    return Partial(Library("collections.namedtuple.make"), (names,))


@effect("collections.namedtuple.make")
def make_named(at: Invocation, names: Value, *args: Value, **kwargs: Value) -> Value:
    given = dict(zip(names, args, strict=False)) | kwargs
    return Object("collections.named", {name: UNKNOWN if at.open else given.get(name, UNKNOWN) for name in names})


@effect("collections.named.__iter__")
def named_rows(at: Invocation, self: Value) -> Value:
    return tuple(self.attributes.values()) if isinstance(self, Object) else UNKNOWN


@effect("collections.named.__getitem__")
def named_item(at: Invocation, self: Value, index: Value) -> Value:
    return at.machine.get_item(tuple(self.attributes.values()), index, at.node) if isinstance(self, Object) else UNKNOWN


@effect("types.SimpleNamespace", "argparse.Namespace")
def namespace(at: Invocation, **given: Value) -> Value:
    return Object("types.SimpleNamespace", dict(given))


@effect("functools.partial")
def partial(at: Invocation, function: Value, *args: Value, **kwargs: Value) -> Value:
    return Partial(function, tuple(args), dict(kwargs))


@effect("functools.reduce")
def reduce(at: Invocation, function: Value, iterable: Value, initial: Value = None) -> Value:
    rows = each(at, iterable)
    if rows.items is None:
        return UNKNOWN
    items = list(rows.items) if len(at.args) < 3 else [initial, *rows.items]
    if not items:
        return UNKNOWN
    total = items[0]
    for item in items[1:]:
        total = at.machine.call(function, [total, item], node=at.node)
    return total


@effect(
    "functools.same", "abc.abstractmethod", "typing.final", "typing.no_type_check", "typing.overload", "atexit.register"
)
def same(at: Invocation, value: Value) -> Value:
    return value


@effect(
    "functools.wraps", "functools.lru_cache", "functools.cache", "functools.cached_property", "functools.singledispatch"
)
def decorator(at: Invocation, function: Value = None) -> Value:
    """With the function itself that function, with settings a decorator that changes nothing."""
    if at.path != "functools.wraps" and isinstance(function, Function):
        return function
    return Library("functools.same")


@effect("typing.cast")
def cast(at: Invocation, kind: Value, value: Value) -> Value:
    return value


@effect(
    "dataclasses.dataclass", "pydantic.dataclasses.dataclass", "attr.s", "attr.dataclass", "attrs.define", "attr.define"
)
def dataclass(at: Invocation, cls: Value = None) -> Value:
    if isinstance(cls, Class):
        cls.names["__dataclass_fields__"] = Dict(open=True)
        return cls
    return Library(at.path)


@effect("dataclasses.field", "attr.ib", "attrs.field", "attr.field", "pydantic.Field")
def field(at: Invocation, default: Value = UNKNOWN, default_factory: Value = None, factory: Value = None) -> Value:
    made = default_factory if default_factory is not None else factory
    return Object("dataclasses.field", {"default": default} if made is None else {"default_factory": made})


@effect("dataclasses.asdict")
def asdict(at: Invocation, value: Value) -> Value:
    return Dict(dict(value.attributes)) if isinstance(value, Instance) else Dict(open=True)


@effect("dataclasses.replace")
def replaced(at: Invocation, value: Value, **changes: Value) -> Value:
    if not isinstance(value, Instance):
        return UNKNOWN
    return Instance(value.cls, {**value.attributes, **changes}, value.base)


@attribute("builtins.int.value", "builtins.str.value", "builtins.float.value", "builtins.tuple.value")
def member_value(machine: "Machine", value: Value) -> Value:
    """Members of an Enum are held as their values."""
    return value


@effect("copy.copy", "copy.deepcopy")
def copied(at: Invocation, value: Value) -> Value:
    return _Copying(at.machine, at.path.endswith("deepcopy")).copy(value)


class _Copying:
    """One copy: what stands in it twice is copied once, as Python does."""

    def __init__(self, machine: "Machine", deep: bool) -> None:
        self.machine = machine
        self.deep = deep
        self.done: dict[int, Value] = {}
        self.depth = 0

    def copy(self, value: Value) -> Value:
        if id(value) in self.done:
            return self.done[id(value)]
        if self.depth > MAX_DEPTH:
            return UNKNOWN
        self.machine.spend()
        self.depth += 1
        # What holds itself is not followed round and round.
        self.done[id(value)] = UNKNOWN
        made = self.done[id(value)] = self._copy(value)
        self.depth -= 1
        return made

    def _inner(self, items: Iterable[Value]) -> list[Value]:
        return [self.copy(item) for item in items] if self.deep else list(items)

    def _copy(self, value: Value) -> Value:
        match value:
            case tuple():
                return tuple(self._inner(value))
            case List():
                items = None if value.items is None else self._inner(value.items)
                return self.machine.make_list(items, value.length, value.element)
            case Dict():
                inner = dict(zip(value.items, self._inner(value.items.values()), strict=True))
                return Dict(inner, value.open, value.length, value.key, value.element)
            case Set():
                return Set(value.length, value.element)
            case Array():
                return Array(value.fact, value.path, value.cut, value.content)
            case Instance() if value.base is None:
                attributes = dict(zip(value.attributes, self._inner(value.attributes.values()), strict=True))
                return Instance(value.cls, attributes)
            case Object():
                return Object(value.path, dict(value.attributes))
        return value if is_constant(value) or is_size(value) or isinstance(value, Class | Function) else UNKNOWN


@effect(
    "tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.notebook.tqdm", "tqdm.autonotebook.tqdm", "tqdm.tqdm_notebook", "tqdm.std.tqdm"
)
def tqdm(at: Invocation, iterable: Value = UNKNOWN) -> Value:
    return iterable


@effect("tqdm.trange", "tqdm.auto.trange", "tqdm.notebook.trange", "tqdm.tnrange", "tqdm.autonotebook.trange")
def trange(at: Invocation, *bounds: Value) -> Value:
    return at.machine.effect("builtins.range", *bounds, node=at.node)
