"""A method is called that the Keras in use no longer has.

`Model.reset_states()` was taken out of Keras 3: the line raises "object has no attribute 'reset_states'", often after
the first epoch. The recurrent layers keep the method, as `layer.reset_states()` and `layer.reset_state()`.
`fit_generator`, `evaluate_generator` and `predict_generator` are gone as well; `fit`, `evaluate` and `predict` take
generators. `predict_classes` and `predict_proba` are gone too. The other way round, `reset_state` of layers is unknown
to Keras 2.

When to ignore this: never under the Keras in question; the line raises.
"""

from collections.abc import Iterator

from rnnlint import Call, Edit, Finding, Fix, Layer, Matcher, Note, Program, Rule, Safety, Severity
from rnnlint.facts import CallLocation
from rnnlint.infer.methods import lacks

BAD = """
x, y = np.random.rand(40, 5, 3), np.random.rand(40, 1)
model = Sequential([Input(batch_shape=(8, 5, 3)), LSTM(4, stateful=True), Dense(1)])
model.compile("adam", "mse")
for epoch in range(2):
    model.fit(x, y, batch_size=8, shuffle=False, verbose=0)
    model.reset_states()  # <-
"""

GOOD = """
x, y = np.random.rand(40, 5, 3), np.random.rand(40, 1)
model = Sequential([Input(batch_shape=(8, 5, 3)), LSTM(4, stateful=True), Dense(1)])
model.compile("adam", "mse")
for epoch in range(2):
    model.fit(x, y, batch_size=8, shuffle=False, verbose=0)
    model.layers[0].reset_states()
"""

INSTEAD = {
    "fit_generator": "give the generator to `fit`",
    "evaluate_generator": "give the generator to `evaluate`",
    "predict_generator": "give the generator to `predict`",
    "predict_classes": "take `predict(x).argmax(axis=-1)`, or `predict(x) > 0.5` of a single unit",
    "predict_proba": "call `predict`, which gives the same",
    "reset_state": "call `reset_states`",
}


def check(program: Program) -> Iterator[Finding]:
    for call in program.calls():
        for one in (call, *call.each_epoch, *call.each_batch, *call.each_validation):
            if lacks(program, one) and not isinstance(one.location, CallLocation):
                yield _finding(program, one)


def _finding(program: Program, call: Call) -> Finding:
    stateful = call.model.where(stateful=True) if call.resets else []
    owner = "a model" if call.layer is None else f"`{call.layer.name}`"
    state = "gone in Keras 3" if program.keras == 3 else f"unknown to Keras {program.keras}"
    return Finding(
        call.location,
        f"`{call.spelled}` of {owner} is {state}",
        notes=[Note(layer.location, "keeps its state between batches", layer.path) for layer in stateful],
        fix=_through_layer(call, stateful) if program.keras == 3 and call.resets else Fix.advice(INSTEAD[call.spelled]),
    )


def _through_layer(call: Call, stateful: list[Layer]) -> Fix:
    """`model.reset_states` becomes `model.layers[0].reset_states` where one layer alone keeps a state."""
    title, site = "reset the layers that keep states", call.site
    ends = site is not None and site.spelled.endswith(".reset_states")
    if len(stateful) != 1 or site is None or not ends or "/" in stateful[0].path:
        return Fix.advice(f"{title}: `for layer in model.layers: if layer.stateful: layer.reset_states()`")
    shown = [layer for layer in call.model.layers if "/" not in layer.path]
    if call.model.kind == "sequential":
        shown = [layer for layer in shown if layer.kind != "InputLayer"]
    receiver = site.spelled.removesuffix(".reset_states")
    index = next(i for i, layer in enumerate(shown) if layer.id == stateful[0].id)
    return Fix(title, (Edit(site.function, f"{receiver}.layers[{index}].reset_states"),), Safety.SAFE)


MESSAGES = (
    Matcher(
        r"'(?P<class>\w{1,60})' object has no attribute '(?P<name>reset_states?)'",
        cause="`{class}` has no `{name}` in the Keras in use",
        fix="reset the layers: `layer.reset_states()` for each stateful one (`reset_state()` is unknown to Keras 2)",
        score=0.97,
    ),
    Matcher(
        r"object has no attribute '(?P<name>(?:fit|evaluate|predict)_generator)'",
        cause="`{name}` is gone",
        fix="`fit`, `evaluate` and `predict` take generators",
        score=0.97,
    ),
    Matcher(
        r"object has no attribute '(?P<name>predict_(?:classes|proba))'",
        cause="`{name}` is gone since TensorFlow 2.6",
        fix="take `predict`, and `argmax(axis=-1)` of it for classes",
        score=0.85,
    ),
)

rule = Rule(
    check,
    family="migration",
    severity=Severity.ERROR,
    keras={3: "raises"},
    since="0.1",
    bad=BAD,
    good=GOOD,
    messages=MESSAGES,
)
