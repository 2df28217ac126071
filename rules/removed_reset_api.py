"""A method is called that the Keras in use no longer has.

`Model.reset_states()` was taken out of Keras 3: the line raises "object has no attribute 'reset_states'", often after
the first epoch. The recurrent layers keep the method, as `layer.reset_states()` and `layer.reset_state()`.
`fit_generator`, `evaluate_generator` and `predict_generator` are gone as well; `fit`, `evaluate` and `predict` take
generators. The other way round, `reset_state` of layers is unknown to Keras 2.

When to ignore this: never under the Keras in question; the line raises.
"""

from collections.abc import Iterator

from rnnlint import Call, Edit, Finding, Fix, Layer, Matcher, Note, Program, Rule, Safety, Severity
from rnnlint.facts import CallLocation

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

GENERATORS = {"fit_generator": "fit", "evaluate_generator": "evaluate", "predict_generator": "predict"}


def check(program: Program) -> Iterator[Finding]:
    for call in program.calls():
        inside = (call, *call.each_epoch, *call.each_batch, *call.each_validation)
        for one in inside:
            if isinstance(one.location, CallLocation):
                continue
            if program.keras == 3 and one.layer is None and one.spelled == "reset_states":
                yield _model_reset(one)
            elif program.keras == 3 and one.spelled in GENERATORS:
                yield _generator(one)
            elif program.keras == 2 and one.spelled == "reset_state":
                owner = "a model" if one.layer is None else f"`{one.layer.name}`"
                yield Finding(
                    one.location,
                    f"`reset_state` of {owner} is unknown to Keras 2",
                    fix=Fix.advice("call `reset_states`"),
                )


def _model_reset(call: Call) -> Finding:
    stateful = call.model.where(stateful=True)
    return Finding(
        call.location,
        "`reset_states` of a model is gone in Keras 3",
        notes=[Note(layer.location, "keeps its state between batches", layer.path) for layer in stateful],
        fix=_through_layer(call, stateful),
    )


def _generator(call: Call) -> Finding:
    name = GENERATORS[call.spelled]
    return Finding(
        call.location, f"`{call.spelled}` is gone in Keras 3", fix=Fix.advice(f"give the generator to `{name}`")
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
