"""TensorFlow's own functions on tensors: symbolic ones, and data."""

from typing import Any

from rnnlint.facts import UNKNOWN, RawOperation
from rnnlint.infer.tensorflow import TENSORFLOW
from rnnlint.interpreter.effects.keras_ops import apply_function, camel, dynamic_shape, is_symbolic, operate, random
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.keras_values import TensorValue, flatten, session
from rnnlint.interpreter.values import Object, Value, is_size

SHORT = {
    "reduce_mean": "Mean", "reduce_sum": "Sum", "reduce_max": "Max", "reduce_min": "Min", "reduce_prod": "Prod",
    "reduce_all": "All", "reduce_any": "Any", "concat": "Concatenate", "constant": "ConvertToTensor",
    "convert_to_tensor": "ConvertToTensor", "Variable": "ConvertToTensor", "range": "Arange", "fill": "Full",
    "cast": "Cast", "abs": "Absolute", "pow": "Power", "truediv": "TrueDivide", "div": "TrueDivide",
    "clip_by_value": "Clip", "linalg.matmul": "Matmul", "nn.dropout": "Identity", "reverse": "Flip",
    "multiply": "Multiply", "gather": "Take", "nn.l2_normalize": "Normalize", "to_float": "Cast",
}  # fmt: skip
"""Functions below `tensorflow.` that are named otherwise than the operation of Keras 3."""


@effect("tensorflow.shape")
def shape(at: Invocation, input: Value = UNKNOWN, **rest: Value) -> Value:
    """The sizes while it runs: None for those that only data gives."""
    _note_raw(at)
    return dynamic_shape(at, input)


@effect("tensorflow.executing_eagerly", "tensorflow.executing_eagerly_outside_functions")
def executing_eagerly(at: Invocation) -> Value:
    """TensorFlow 2 is eager outside of what it traces: the methods of layers and models while they are called."""
    kept = session(at.machine)
    return UNKNOWN if kept.running or kept.traces or at.machine.keras == 1 else True


@effect("tensorflow.random.normal", "tensorflow.random.uniform", "tensorflow.random.truncated_normal",
        "tensorflow.random_normal", "tensorflow.random_uniform")  # fmt: skip
def random_data(at: Invocation, shape: Value = UNKNOWN, *args: Value, **kwargs: Value) -> Value:
    """Random data of a shape."""
    return random(at, shape)


@effect("tensorflow.range")
def numbers(at: Invocation, start: Value = UNKNOWN, limit: Value = None, delta: Value = 1, **rest: Value) -> Value:
    """`tf.range(n)`, `tf.range(start=0, limit=n)`."""
    # A limit of None is a size that only data gives, not a missing one.
    first, last = (start, limit) if "limit" in at.kwargs or len(at.args) > 1 else (0, start)
    if not is_size(first) or not is_size(last):
        return random(at, (UNKNOWN,))
    return at.machine.effect("numpy.arange", first, last, delta, node=at.node)


@effect("tensorflow.function")
def compiled_function(at: Invocation, func: Value = None, *args: Value, **kwargs: Value) -> Value:
    """`@tf.function` leaves a function as it is."""
    return func


@effect("tensorflow.TensorShape")
def tensor_shape(at: Invocation, dims: Value = UNKNOWN) -> Value:
    """The sizes."""
    items = flatten(dims)
    return UNKNOWN if items is None else tuple(items)


@effect(
    "tensorflow.Session", "tensorflow.ConfigProto", "tensorflow.Graph", "tensorflow.distribute.*",
    "tensorflow.device", "tensorflow.name_scope", "tensorflow.variable_scope",
)  # fmt: skip
def context(at: Invocation, *args: Value, **kwargs: Value) -> Value:
    """Something of which only the class is known."""
    return Object("tensorflow.Context")


@effect("tensorflow.Context.__enter__", "tensorflow.Context.scope", "tensorflow.Context.as_default")
def enter(at: Invocation, self: Value, *args: Value, **kwargs: Value) -> Value:
    """Itself."""
    return self


@effect("tensorflow.*")
def function(at: Invocation, *args: Value, **kwargs: Value) -> Value:
    """Any other function: on symbolic tensors an operation, on data what numpy does."""
    name = at.path.removeprefix("tensorflow.")
    kind = SHORT.get(name) or TENSORFLOW.get(name) or TENSORFLOW.get(f"math.{name}")
    if is_symbolic(at.args, at.kwargs):
        _note_raw(at)
        last = name.rpartition(".")[2]
        return operate(at.machine, kind or camel(last), at.args, _keras_names(at.kwargs), at.node, f"tf.{name}")
    if kind is None:
        kind = camel(name.removeprefix("math.").removeprefix("numpy.").removeprefix("experimental.numpy."))
    return apply_function(at, kind)


def _keras_names(kwargs: dict[str, Value]) -> dict[str, Value]:
    """Arguments by the names that operations of Keras have."""
    names = {"perm": "axes", "values": "arrays", "input": "x", "tensor": "x", "input_tensor": "x"}
    return {names.get(name, name): value for name, value in kwargs.items()}


def _note_raw(at: Invocation) -> None:
    """Remembers a function on a symbolic tensor, outside of the layers of the program's own."""
    kept = session(at.machine)
    if kept.running:
        return
    leaves: list[Any] = flatten(tuple(at.args) + tuple(at.kwargs.values())) or []
    tensor = next((leaf for leaf in leaves if isinstance(leaf, TensorValue) and _from_input(leaf)), None)
    if tensor is not None:
        kept.raw.append(RawOperation(at.path, tensor.fact, at.machine.location(at.node), at.machine.site(at, [])))


def _from_input(tensor: TensorValue) -> bool:
    """Whether a tensor surely comes from an InputLayer: what a model gives for something unknown may be data."""
    waiting, seen = [tensor], set()
    while waiting:
        node = waiting.pop().node
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if node.layer.kind == "InputLayer":
            return True
        waiting += [value for value in node.inputs if value is not None]
    return False
