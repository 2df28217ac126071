"""Functions of TensorFlow on data that numpy does not have: one-hot rows, strings."""

from rnnlint.facts import UNKNOWN, Values
from rnnlint.facts.sizes import is_known
from rnnlint.interpreter import arrays
from rnnlint.interpreter.dtypes import dtype_name
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.effects.tensorflow import function as any_function
from rnnlint.interpreter.effects.text import text_length
from rnnlint.interpreter.effects.tf_tensors import as_tensor
from rnnlint.interpreter.values import Array, List, Object, Value, is_size

_SAME_SHAPE = {
    "lower": "str",
    "upper": "str",
    "strip": "str",
    "substr": "str",
    "regex_replace": "str",
    "as_string": "str",
    "to_number": "float32",
    "length": "int32",
    "to_hash_bucket_fast": "int64",
    "regex_full_match": "bool",
}


@effect("tensorflow.one_hot")
def one_hot(
    at: Invocation, indices: Value, depth: Value = UNKNOWN, dtype: Value = "float32", axis: Value = -1
) -> Value:
    """Rows with one 1 on a new last axis."""
    if isinstance(indices, List | tuple | int):
        indices = at.machine.effect("numpy.asarray", indices, node=at.node)
    if not isinstance(indices, Array):
        return any_function(at, *at.args, **at.kwargs)
    dims = indices.dims
    if axis not in (-1, None) or dims is None:
        return as_tensor(arrays.derive(at, indices, None, values=Values()))
    result = (*dims, depth if is_size(depth) else UNKNOWN)
    facts = {"dtype": dtype_name(dtype), "values": Values(0, 1, True, True)}
    made = arrays.like_rows(at, indices, result, **facts) if dims else arrays.derive(at, indices, result, **facts)
    return as_tensor(made)


@effect("tensorflow.strings.*")
def of_strings(at: Invocation, value: Value = UNKNOWN) -> Value:
    """Strings one by one, or cut to pieces."""
    name = at.path.rpartition(".")[2]
    text = isinstance(value, str) or (isinstance(value, Object) and value.path == "builtins.str")
    if isinstance(value, List | tuple):
        value = at.machine.effect("numpy.asarray", value, node=at.node)
    single = text or (isinstance(value, Array) and value.dims == ())
    if name in ("unicode_split", "bytes_split", "split", "unicode_decode") and single:
        length = text_length(value)
        counted = length if is_known(length) and name != "split" else at.machine.symbol("len(parts)")
        return as_tensor(arrays.make(at, (counted,), "int32" if name == "unicode_decode" else "str"))
    if name not in _SAME_SHAPE:
        return UNKNOWN
    if text:
        return as_tensor(arrays.make(at, (), _SAME_SHAPE[name]))
    if isinstance(value, Array):
        return as_tensor(arrays.like_rows(at, value, value.dims, dtype=_SAME_SHAPE[name], values=Values()))
    return UNKNOWN


@effect("tensorflow.ragged.*", "tensorflow.RaggedTensor.*", "tensorflow.sparse.*", "tensorflow.SparseTensor")
def not_followed(at: Invocation) -> Value:
    """Rows of unequal lengths that TensorFlow itself can hold are no mistake."""
    return UNKNOWN


@effect("tensorflow.io.read_file", "tensorflow.io.gfile.GFile.read")
def read_file(at: Invocation) -> Value:
    return as_tensor(arrays.make(at, (), "str"))
