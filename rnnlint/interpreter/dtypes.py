"""Names of element types, and which type comes out of two."""

from collections.abc import Iterable

from rnnlint.facts import UNKNOWN, Linear, Unknown
from rnnlint.interpreter.values import Array, Library, Quantity, Value

_KINDS = ("bool", "int", "float", "complex")

_NAMES = {
    "bool": "bool", "bool_": "bool", "?": "bool",
    "int": "int64", "int_": "int64", "int64": "int64", "int32": "int32", "int16": "int16", "int8": "int8",
    "uint8": "uint8", "uint16": "uint16", "uint32": "uint32", "uint64": "uint64", "intp": "int64", "long": "int64",
    "integer": "int64", "Int64": "int64", "Int32": "int32", "i": "int32", "i4": "int32", "i8": "int64", "u1": "uint8",
    "float": "float64", "float_": "float64", "float64": "float64", "float32": "float32", "float16": "float16",
    "double": "float64", "single": "float32", "half": "float16", "f": "float32", "d": "float64", "f2": "float16",
    "f4": "float32", "f8": "float64", "<f4": "float32", "<f8": "float64", "floating": "float64", "bfloat16": "bfloat16",
    "complex": "complex128", "complex64": "complex64", "complex128": "complex128",
    "str": "str", "str_": "str", "string": "str", "unicode": "str", "U": "str", "S": "str", "bytes": "str",
    "list": "object", "dict": "object", "object": "object", "object_": "object", "O": "object",
    "category": "category", "datetime64": "datetime64", "datetime64[ns]": "datetime64", "datetime64[D]": "datetime64",
}  # fmt: skip


def dtype_name(value: Value) -> str | Unknown:
    """What `dtype=value` means: `float64` for `float`, `np.float64`, `"float64"` and `"f8"`; UNKNOWN if not known."""
    if isinstance(value, Library):
        return _NAMES.get(value.path.rpartition(".")[2], UNKNOWN)
    if isinstance(value, str):
        return _NAMES.get(value, "str" if value[:1] in "US" and value[1:].isdigit() else UNKNOWN)
    return UNKNOWN


def dtype_of(value: Value) -> str | Unknown:
    """The type a value has as an element of an array."""
    match value:
        case Array():
            return value.fact.dtype
        case bool():
            return "bool"
        case int() | Linear():
            return "int64"
        case float() | Quantity():
            return "float64"
        case complex():
            return "complex128"
        case str() | bytes():
            return "str"
        case None:
            return "object"
    return UNKNOWN


def kind(dtype: str | Unknown) -> str | Unknown:
    """`bool`, `int`, `float`, `complex` or `other`; UNKNOWN for an unknown type."""
    if isinstance(dtype, Unknown):
        return UNKNOWN
    if dtype.startswith("uint"):
        return "int"
    return next((name for name in _KINDS if name in dtype), "other")


def promote(dtypes: Iterable[str | Unknown]) -> str | Unknown:
    """The type that arrays of these types make together; UNKNOWN if one is not known."""
    found: str | Unknown | None = None
    for dtype in dtypes:
        if dtype is UNKNOWN:
            return UNKNOWN
        found = dtype if found is None else _promoted(found, dtype)
        if found is UNKNOWN:
            return UNKNOWN
    return UNKNOWN if found is None else found


def promote_with_scalar(dtype: str | Unknown, scalar: Value) -> str | Unknown:
    """The type of an array of `dtype` and a Python number: the number only widens the kind."""
    of_array, of_scalar = kind(dtype), kind(dtype_of(scalar))
    if of_array is UNKNOWN or of_scalar is UNKNOWN or "other" in (of_array, of_scalar):
        return dtype if dtype == dtype_of(scalar) else UNKNOWN
    if _KINDS.index(str(of_scalar)) <= _KINDS.index(str(of_array)):
        return dtype
    return dtype_of(scalar)


def as_float(dtype: str | Unknown) -> str | Unknown:
    """The type of a mean or a square root of it."""
    return "float64" if kind(dtype) in ("bool", "int") else dtype


def _promoted(a: str | Unknown, b: str | Unknown) -> str | Unknown:
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return UNKNOWN
    if a == b:
        return a
    kinds = (kind(a), kind(b))
    if "other" in kinds:
        return "object" if "object" in (a, b) else "str" if "str" in (a, b) else UNKNOWN
    if kinds[0] != kinds[1]:
        low, high = sorted((a, b), key=lambda name: _KINDS.index(str(kind(name))))
        if kind(low) == "int" and kind(high) == "float" and _bits(low) >= _bits(high):
            return "float64" if _bits(low) >= 32 or _bits(high) >= 32 else "float32"
        return high
    if kinds[0] == "int" and a.startswith("u") != b.startswith("u"):
        signed, unsigned = (b, a) if a.startswith("u") else (a, b)
        if _bits(signed) > _bits(unsigned):
            return signed
        return "float64" if _bits(unsigned) == 64 else f"int{2 * _bits(unsigned)}"
    return a if _bits(a) >= _bits(b) else b


def _bits(dtype: str) -> int:
    digits = "".join(character for character in dtype if character.isdigit())
    return int(digits) if digits else 8
