"""A function of TensorFlow itself is called on a symbolic tensor.

While a functional model is put together its tensors are symbols of Keras. In Keras 2 the functions of TensorFlow
(`tf.reduce_mean`, `tf.concat`, `tf.math.not_equal`) took them and became layers; in Keras 3 they raise "A KerasTensor
cannot be used as input to a TensorFlow function". The functions of `keras.ops` take them, and so does any function
inside the `call` of a layer or in a Lambda.

When to ignore this: never under Keras 3; the line raises. The rule is silent where Keras 2 runs the program, or where
it cannot be told which Keras does.
"""

from collections.abc import Iterator

from rnnlint import Edit, Finding, Fix, Matcher, Program, Rule, Safety, Severity
from rnnlint.edits import between
from rnnlint.facts.program import RawOperation

BAD = """
inputs = Input((12, 8))
mean = tf.reduce_mean(inputs, axis=1)  # <-
model = Model(inputs, Dense(1)(mean))
"""

GOOD = """
inputs = Input((12, 8))
mean = tf.keras.ops.mean(inputs, axis=1)
model = Model(inputs, Dense(1)(mean))
"""

SAME_IN_OPS = {
    "abs": "abs", "add": "add", "cast": "cast", "concat": "concatenate", "cos": "cos", "equal": "equal", "exp": "exp",
    "expand_dims": "expand_dims", "greater": "greater", "less": "less", "matmul": "matmul", "maximum": "maximum",
    "minimum": "minimum", "multiply": "multiply", "not_equal": "not_equal", "ones_like": "ones_like",
    "reduce_max": "max", "reduce_mean": "mean", "reduce_min": "min", "reduce_sum": "sum", "relu": "relu",
    "reshape": "reshape", "shape": "shape", "sigmoid": "sigmoid", "sin": "sin", "softmax": "softmax", "sqrt": "sqrt",
    "square": "square", "squeeze": "squeeze", "stack": "stack", "subtract": "subtract", "tanh": "tanh",
    "transpose": "transpose", "zeros_like": "zeros_like",
}  # fmt: skip
"""Functions of TensorFlow that `keras.ops` has with the same first two parameters, and their names there."""

SAME_PARAMETERS = frozenset({"axis", "keepdims", "x", "y", "shape"})

OTHER_PARAMETERS = {"perm": "axes"}
"""Parameters of TensorFlow and what `keras.ops` calls them."""


def check(program: Program) -> Iterator[Finding]:
    if program.keras != 3:
        return
    for operation in program.raw:
        short = operation.function.rpartition(".")[2]
        other = SAME_IN_OPS.get(short)
        yield Finding(
            operation.location,
            f"`{_shown(operation)}` is called on a symbolic tensor, which Keras 3 refuses",
            gives=operation.tensor.shape,
            fix=_fix(operation, other),
        )


def _shown(operation: RawOperation) -> str:
    spelled = operation.site.spelled if operation.site is not None else ""
    return spelled or operation.function.replace("tensorflow.", "tf.", 1)


def _fix(operation: RawOperation, other: str | None) -> Fix:
    if other is None:
        return Fix.advice("use the function of `keras.ops` that does it, or put it in a layer")
    title, site = f"use `keras.ops.{other}`", operation.site
    root = site.spelled.partition(".")[0] if site is not None else ""
    if site is None or root not in ("tf", "tensorflow") or _others(operation):
        return Fix.advice(title)
    renamed = [
        Edit(between(written.whole, written.value), f"{OTHER_PARAMETERS[name]}=")
        for name, written in site.arguments.items()
        if name in OTHER_PARAMETERS and written.whole != written.value
    ]
    return Fix(title, (Edit(site.function, f"{root}.keras.ops.{other}"), *renamed), Safety.SAFE)


def _others(operation: RawOperation) -> bool:
    """Whether it is given arguments by names that `keras.ops` does not know."""
    site = operation.site
    named = [name for name, written in site.arguments.items() if written.whole != written.value] if site else []
    return not SAME_PARAMETERS.union(OTHER_PARAMETERS).issuperset(named) or (site is not None and site.open)


ADVICE = "use `keras.ops`, or wrap the TensorFlow function in a layer (`Lambda`, or a class with `call`)"

MESSAGES = (
    Matcher(
        r"kerastensor cannot be used as input to a tensorflow function|"
        r"you are passing kerastensor\(.{0,300}to a tf api that does not allow|"
        r"cannot convert a symbolic keras input/output to a numpy array|"
        r"could not (?:build a typespec|convert) .{0,300}kerastensor|"
        r"inputs to a layer should be tensors\. got .{0,200}tensor_shape",
        cause="a TensorFlow or NumPy function is called on a symbolic tensor of Keras",
        fix=ADVICE,
        score=0.95,
    ),
    Matcher(
        r"'nonetype' object has no attribute '_inbound_nodes'|"
        r"output tensors (?:to|of) a (?:\w{1,20} )?model must be (?:keras tensors|the output of a (?:tensorflow|"
        r"keras) `?layer)|"
        r"'tensor' object has no attribute '_keras_history'",
        cause="a tensor that no Keras layer made stands inside the model",
        fix=ADVICE,
    ),
)

rule = Rule(
    check,
    family="shape",
    severity=Severity.ERROR,
    keras={3: "raises"},
    since="0.1",
    bad=BAD,
    good=GOOD,
    messages=MESSAGES,
)
