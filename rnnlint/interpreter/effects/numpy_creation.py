"""numpy: making arrays from sizes, from numbers, from files."""

from dataclasses import replace
from typing import Any

from rnnlint.facts import UNKNOWN, Linear, Unknown, Values
from rnnlint.facts.sizes import ceil_divide, is_known, subtract
from rnnlint.interpreter import arrays, dtypes, ranges
from rnnlint.interpreter.arrays import like_rows, make, to_array, to_dims, to_size, view
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.values import Array, List, Object, Value
from rnnlint.interpreter.written import write, written

CONSTANTS = {
    "pi": 3.141592653589793, "e": 2.718281828459045, "inf": float("inf"), "Inf": float("inf"), "infty": float("inf"),
    "nan": float("nan"), "NaN": float("nan"), "NAN": float("nan"), "newaxis": None, "euler_gamma": 0.5772156649015329,
    "PINF": float("inf"), "NINF": float("-inf"),
}  # fmt: skip


def _constant(value: Value) -> Any:
    return lambda machine, library: value


for _name, _value in CONSTANTS.items():
    attribute(f"numpy.{_name}")(_constant(_value))


@effect("numpy.array", "numpy.asarray", "numpy.asanyarray", "numpy.ascontiguousarray", "numpy.asfortranarray",
        "numpy.matrix", "numpy.mat", "numpy.asmatrix", "numpy.asarray_chkfinite", "numpy.copy")  # fmt: skip
def array(at: Invocation, object: Value, dtype: Value = None) -> Value:
    """An array of a list, or the array that it is given; of like elements where a list was filled by a loop."""
    a = at.kwargs.get("a", object) if object is UNKNOWN else object
    made = cast(at, a, dtype) if isinstance(a, Array) else to_array(at, a)
    if made.fact.ragged is True:
        made.fact = replace(made.fact, site=at.machine.site(at, ("object", "dtype")))
    if isinstance(a, Array):
        return made
    if dtype is None or dtype is UNKNOWN:
        return made
    name = dtypes.dtype_name(dtype)
    if name == "object":
        return _of_objects(at, made)
    return cast(at, made, dtype)


def _of_objects(at: Invocation, array: Array) -> Array:
    """An array of objects is asked for where the rows are of unequal length; where all are alike it has their axes."""
    dims = array.dims
    if array.fact.ragged is True or dims is None or all(is_known(size) for size in dims[1:]):
        array.fact = replace(array.fact, dtype="object", ragged=array.fact.ragged is True)
        return array
    return make(at, dims[:1], "object", array.fact.values, ragged=True, origins=array.fact.origins)


def cast(at: Invocation, array: Array, dtype: Value) -> Array:
    """The same numbers as another type."""
    name = array.fact.dtype if dtype is None else dtypes.dtype_name(dtype)
    values, content = array.fact.values, array.content
    if dtypes.kind(name) == "int" and dtypes.kind(array.fact.dtype) != "bool":
        values = ranges.as_whole(values)
    if dtypes.kind(name) not in ("int", "float", "bool") and name != array.fact.dtype:
        values = Values()
    if name == "bool" and array.fact.dtype != "bool":
        values = Values(low=0, high=1, whole=True)
    changed = view(at, array, array.dims, dtype=name, values=values)
    changed.content = _cast_content(content, name) if content is not None else None
    return changed


def _cast_content(content: Any, name: str | Unknown) -> Any:
    kind = dtypes.kind(name)
    if kind not in ("int", "float"):
        return content if kind == dtypes.kind(dtypes.dtype_of(content)) else None
    if isinstance(content, tuple):
        parts = tuple(_cast_content(part, name) for part in content)
        return None if any(part is None for part in parts) else parts
    try:
        return int(content) if kind == "int" else float(content)
    except (ValueError, OverflowError, TypeError):
        return None


@effect("numpy.zeros", "numpy.ones", "numpy.empty")
def zeros(at: Invocation, shape: Value, dtype: Value = None) -> Value:
    """An array of these sizes; float64 where no type is given."""
    number = {"numpy.zeros": 0, "numpy.ones": 1}.get(at.path)
    return _filled(at, shape, number, "float64" if dtype is None else dtypes.dtype_name(dtype))


@effect("numpy.full")
def full(at: Invocation, shape: Value, fill_value: Value, dtype: Value = None) -> Value:
    """An array of these sizes, of one number."""
    return _filled(at, shape, fill_value, dtypes.dtype_of(fill_value) if dtype is None else dtypes.dtype_name(dtype))


@effect("numpy.zeros_like", "numpy.ones_like", "numpy.empty_like")
def zeros_like(at: Invocation, a: Value, dtype: Value = None, shape: Value = None) -> Value:
    """An array of the sizes and the type of another."""
    number = {"numpy.zeros_like": 0, "numpy.ones_like": 1}.get(at.path)
    return _like(at, a, number, dtype, shape)


@effect("numpy.full_like")
def full_like(at: Invocation, a: Value, fill_value: Value, dtype: Value = None, shape: Value = None) -> Value:
    """An array of the sizes and the type of another, of one number."""
    return _like(at, a, fill_value, dtype, shape)


def _like(at: Invocation, a: Value, number: Value, dtype: Value, shape: Value) -> Array:
    model = to_array(at, a)
    name = model.fact.dtype if dtype is None else dtypes.dtype_name(dtype)
    dims = model.dims if shape is None else to_dims(shape)
    return make(at, dims, name, ranges.constant_values(number), ragged=False)


def _filled(at: Invocation, shape: Value, number: Value, dtype: str | Unknown) -> Array:
    dims = to_dims(shape)
    return make(at, dims, dtype, ranges.constant_values(number), ragged=False)


@effect("numpy.eye")
def eye(at: Invocation, N: Value, M: Value = None, dtype: Value = None) -> Value:
    """The identity matrix: rows of it are one-hot."""
    name = "float64" if dtype is None else dtypes.dtype_name(dtype)
    rows = to_size(N)
    columns = rows if M is None else to_size(M)
    return make(at, (rows, columns), name, Values(0, 1, True, rows == columns or UNKNOWN), ragged=False)


@effect("numpy.identity")
def identity(at: Invocation, n: Value, dtype: Value = None) -> Value:
    """The identity matrix."""
    return eye(at, n, None, dtype)


@effect("numpy.diag")
def diag(at: Invocation, v: Value) -> Value:
    """A vector on the diagonal, or the diagonal of a matrix."""
    given = to_array(at, v)
    if given.dims is None or len(given.dims) != 1:
        return make(at, None if given.dims is None else (UNKNOWN,), given.fact.dtype)
    return make(at, (given.dims[0], given.dims[0]), given.fact.dtype, ragged=False)


@effect("numpy.arange")
def arange(at: Invocation, start: Value, stop: Value = None, step: Value = 1, dtype: Value = None) -> Value:
    """Numbers from `start` to `stop`."""
    first, last = (0, start) if stop is None else (start, stop)
    numbers = (first, last, step)
    name = dtypes.promote(dtypes.dtype_of(number) for number in numbers)
    name = name if dtype is None else dtypes.dtype_name(dtype)
    plain = all(isinstance(number, (float, Linear)) or is_known(to_size(number)) for number in numbers)
    if not plain or step == 0:
        return make(at, (UNKNOWN,), name, ragged=False)
    if all(isinstance(number, int) for number in numbers):
        counted = range(first, last, step)
        if len(counted) <= arrays.MAX_CONTENT and dtypes.kind(name) == "int":
            return make(at, (len(counted),), name, content=tuple(counted), ragged=False)
        values = ranges.values_of((counted[0], counted[-1])) if counted else None
        return make(at, (len(counted),), name, values, ragged=False)
    return make(at, (_float_steps(first, last, step),), name, _range_values(first, last, step), ragged=False)


def _float_steps(first: Any, last: Any, step: Any) -> Any:
    if any(isinstance(number, Linear) for number in (first, last, step)):
        whole = all(isinstance(number, (int, Linear)) for number in (first, last, step))
        return ceil_divide(subtract(last, first), step) if whole and isinstance(step, int) and step > 0 else UNKNOWN
    steps = (last - first) / step
    if not abs(steps) < ranges.MAX_BOUND:
        return UNKNOWN
    nearest = round(steps)
    if abs(steps - nearest) < 1e-9 and steps != nearest:
        return UNKNOWN
    return max(0, int(-(-steps // 1)))


def _range_values(first: Any, last: Any, step: Any) -> Values:
    if step == 1 and isinstance(first, int) and isinstance(last, Linear):
        high = subtract(last, 1)
        return Values(first, high if isinstance(high, Linear) else UNKNOWN, True)
    return (
        Values(low=first)
        if isinstance(first, (int, float)) and isinstance(step, (int, float)) and step > 0
        else Values()
    )


@effect("numpy.linspace", "numpy.logspace", "numpy.geomspace")
def linspace(at: Invocation, start: Value, stop: Value, num: Value = 50, endpoint: Value = True,
             retstep: Value = False, dtype: Value = None) -> Value:  # fmt: skip
    """`num` numbers from `start` to `stop`."""
    name = "float64" if dtype is None else dtypes.dtype_name(dtype)
    values = Values()
    if at.path == "numpy.linspace" and isinstance(start, (int, float)) and isinstance(stop, (int, float)):
        low, high = min(start, stop), max(start, stop)
        values = Values(low, high if endpoint is True else UNKNOWN)
    scalar = all(isinstance(end, (int, float, Linear)) or _is_scalar(end) for end in (start, stop))
    made = make(at, (to_size(num),) if scalar else None, name, values, ragged=False)
    return made if retstep is False else (made, UNKNOWN)


def _is_scalar(value: Value) -> bool:
    return isinstance(value, Array) and value.dims == ()


@effect("numpy.meshgrid")
def meshgrid(at: Invocation, *xi: Value, indexing: Value = "xy") -> Value:
    """Coordinate matrices of coordinate vectors."""
    given = [to_array(at, x) for x in xi]
    sizes = [arrays.product(array.dims) if array.dims is not None else UNKNOWN for array in given]
    if indexing == "xy" and len(sizes) > 1:
        sizes[:2] = reversed(sizes[:2])
    return at.machine.make_list([make(at, tuple(sizes), array.fact.dtype, array.fact.values) for array in given])


@effect("numpy.loadtxt", "numpy.genfromtxt", "numpy.recfromcsv")
def loadtxt(
    at: Invocation, fname: Value, dtype: Value = "float64", usecols: Value = None, unpack: Value = False
) -> Value:
    """A table of a text file. A file of one column gives one axis only."""
    name = dtypes.dtype_name(dtype)
    rows = at.machine.symbol("n")
    if unpack is not False or at.kwargs.get("names") is not None or (usecols is None and name == "str"):
        return make(at, None, name)
    if isinstance(usecols, int):
        return make(at, (rows,), name)
    chosen = arrays.to_items(usecols)
    if chosen is not None and len(chosen) == 1:
        return make(at, (rows,), name)
    return make(at, None if chosen is None else (rows, len(chosen)), name)


@effect("numpy.fromfile", "numpy.frombuffer", "numpy.fromstring", "numpy.fromiter")
def fromfile(at: Invocation, file: Value, dtype: Value = None) -> Value:
    """Numbers one after the other."""
    name = "float64" if dtype is None else dtypes.dtype_name(dtype)
    return make(at, (at.machine.symbol("n"),), name, ragged=False)


@effect("numpy.load")
def load(at: Invocation, file: Value) -> Value:
    """An array of unknown shape; an archive of such."""
    if isinstance(file, str) and file.endswith(".npz"):
        return Object("numpy.lib.npyio.NpzFile")
    kept = written(at.machine, file)
    return kept if isinstance(kept, Array) else make(at, None)


@effect("numpy.save")
def save(at: Invocation, file: Value, arr: Value) -> Value:
    """An array into a file."""
    name = f"{file}.npy" if isinstance(file, str) and not file.endswith(".npy") else file
    write(at.machine, name, to_array(at, arr))
    return None


@effect("numpy.lib.npyio.NpzFile.__getitem__")
def archived(at: Invocation, archive: Value, key: Value) -> Value:
    """An array of an archive, the same each time."""
    if not isinstance(key, str):
        return make(at, None)
    return archive.attributes.setdefault(f"[{key}]", make(at, None))


@effect("numpy.lib.npyio.NpzFile.__enter__", "numpy.ndarray.__enter__")
def entered(at: Invocation, archive: Value) -> Value:
    """An archive as a context is itself."""
    return archive


@effect("numpy.savez", "numpy.savez_compressed", "numpy.savetxt", "numpy.set_printoptions",
        "numpy.seterr", "numpy.random.seed", "numpy.testing.*", "numpy.lib.npyio.NpzFile.close")  # fmt: skip
def nothing(at: Invocation) -> Value:
    """Changes nothing that is followed here."""
    return None


_TYPES = ("float64", "float32", "float16", "float_", "int64", "int32", "int16", "int8", "uint8", "uint16", "uint32",
          "int_", "bool_", "intp")  # fmt: skip


@effect(*(f"numpy.{name}" for name in _TYPES))
def number(at: Invocation, value: Value = 0) -> Value:
    """A number, or an array, as that type."""
    kind = dtypes.kind(dtypes.dtype_name(at.path.rpartition(".")[2]))
    if isinstance(value, (Array, List, tuple)):
        return cast(at, to_array(at, value), at.path.rpartition(".")[2])
    if isinstance(value, Linear) and kind == "int":
        return value
    if isinstance(value, (int, float)) and kind in ("int", "float"):
        converted = _cast_content(value, "int64" if kind == "int" else "float64")
        return UNKNOWN if converted is None else converted
    return UNKNOWN


@effect("numpy.fromfunction", "numpy.indices", "numpy.tri")
def unknown_array(at: Invocation) -> Value:
    """An array of which nothing is known."""
    return make(at, None)


@effect("numpy.dtype")
def dtype_object(at: Invocation, dtype: Value) -> Value:
    """A type is as good as its name."""
    name = dtypes.dtype_name(dtype)
    return dtype if name is UNKNOWN else name


@effect("numpy.vander")
def vander(at: Invocation, x: Value, N: Value = None) -> Value:
    """Powers of a vector."""
    given = to_array(at, x)
    size = given.dims[0] if given.dims else UNKNOWN
    return like_rows(at, given, (size, size if N is None else to_size(N)), values=Values())
