"""return_state=True inside a Sequential.

With `return_state=True` a layer gives its output and its states: three tensors for an LSTM, two for a GRU. A Sequential
passes one tensor from layer to layer. tf_keras refuses such a layer ("should have a single output tensor"); Keras 3
hands the whole list to the next layer, which raises ("expects 1 input(s), but it received 3"), and where it is the last
layer the model has three outputs.

When to ignore this: in Keras 3, where the layer is the last one and the model is called for its states.
"""

from collections.abc import Iterator

from rnnlint import Finding, Fix, Layer, Matcher, Model, Note, Program, Rule, Safety, Severity
from rnnlint.finding import set_argument

BAD = """
model = Sequential([
    Input((8, 4)),
    GRU(16, return_state=True),  # <-
    Dense(1),
])
"""

GOOD = """
model = Sequential([
    Input((8, 4)),
    GRU(16),
    Dense(1),
])
"""


PASSES_ALL = frozenset({"Dropout"})
"""Layers that give each of several tensors on: the layer behind them reads all."""


def check(program: Program) -> Iterator[Finding]:
    seen: set[int] = set()
    for model, layers in _sequentials(program):
        for index, layer in enumerate(layers):
            gives_states = layer.inner.has("return_state", True) is True and layer.recurrent and not layer.custom
            if not gives_states or layer.id in seen:
                continue
            behind = next((later for later in layers[index + 1 :] if later.kind not in PASSES_ALL), None)
            severity = _severity(program, model, behind)
            if severity is None:
                continue
            seen.add(layer.id)
            count = max((len(call.outputs) for call in layer.arrivals), default=0)
            tensors = f"{count} tensors" if count > 1 else "its states besides its output"
            yield Finding(
                layer.location,
                f"`{layer.name}` gives {tensors}, but a Sequential passes on one",
                notes=[Note(behind.location, "reads one tensor", behind.path)] if behind is not None else [],
                severity=severity,
                layer=layer.path,
                fix=_fix(layer, severity),
            )


def _sequentials(program: Program) -> Iterator[tuple[Model, list[Layer]]]:
    """Every Sequential, nested ones too, with the layers that stand in it, without its InputLayer."""
    for model in program.models:
        nested = [(layer.model, f"{layer.path}/") for layer in model.layers if layer.model is not None]
        for inside, path in [(model, ""), *nested]:
            if inside.kind == "sequential":
                layers = [
                    layer
                    for layer in model.layers
                    if layer.path.startswith(path) and "/" not in layer.path[len(path) :] and layer.kind != "InputLayer"
                ]
                yield inside, layers


def _severity(program: Program, model: Model, behind: Layer | None) -> Severity | None:
    if program.keras == 2 or program.keras == 1:
        return Severity.ERROR
    if behind is not None:
        refused = any(problem.kind == "input-count" for call in behind.arrivals for problem in call.problems)
        return Severity.ERROR if refused else None
    trained = any(call.model.id == model.id for call in program.calls("fit", "evaluate", "train_on_batch"))
    return Severity.WARNING if trained and program.keras == 3 else None


def _fix(layer: Layer, severity: Severity) -> Fix:
    title = "leave the states inside"
    site = layer.inner.site
    if site is None or severity is not Severity.ERROR:
        return Fix.advice(f"{title}, without `return_state`, or use the functional API")
    return Fix(title, set_argument(site, "return_state", None), Safety.SAFE)


ADVICE = "leave `return_state=True` out, or build the model with the functional API"

MESSAGES = (
    Matcher(
        r"all layers in a sequential model should have a single output tensor",
        cause="a layer of the Sequential gives more than one output, as a recurrent one with `return_state=True` does",
        fix=ADVICE,
        score=0.95,
    ),
    Matcher(
        r"layer [\"']?(?P<layer>[\w./-]{1,120}?)[\"']? expects 1 inputs?(?:\(s\))?, but it received "
        r"(?P<count>[2-9]|\d\d) "
        r"input tensors",
        cause="{layer} reads one tensor, but gets {count}: most often the output and the states of a recurrent layer "
        "with `return_state=True`",
        fix=f"{ADVICE} and pass the output alone",
    ),
)

rule = Rule(
    check,
    family="shape",
    severity=Severity.ERROR,
    keras="raises",
    since="0.1",
    bad=BAD,
    good=GOOD,
    messages=MESSAGES,
)
