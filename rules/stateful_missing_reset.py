"""States are never reset between passes over the data.

Inside one `fit` a stateful layer keeps its states from epoch to epoch, and from one `fit` to the next. So the second
pass over a series starts where the first one ended (a0, a1, a2 are its pieces, one in each batch):

    epoch 1    a0 a1 a2        starts fresh
    epoch 2    a0 a1 a2        a0 goes on from a2, as if the end of the series came before its start

Train one epoch at a time and reset in between, or reset in a callback at the beginning of each epoch.

When to ignore this: where the end of the series leads into its start, as in a circle.
"""

from collections.abc import Iterator

from rnnlint import Call, Edit, Finding, Fix, Note, Program, Rule, Safety, Severity
from rnnlint.edits import after, between, resetting
from rnnlint.infer.states import idle_reset, ids, keepers, unreset_pass
from rnnlint.repairs import resetting_callback

BAD = """
x, y = np.random.rand(64, 10, 8), np.random.rand(64, 1)
model = Sequential([Input(batch_shape=(32, 10, 8)), LSTM(16, stateful=True), Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, batch_size=32, epochs=5, shuffle=False)  # <-
"""

GOOD = """
x, y = np.random.rand(64, 10, 8), np.random.rand(64, 1)
model = Sequential([Input(batch_shape=(32, 10, 8)), LSTM(16, stateful=True), Dense(1)])
model.compile("adam", "mse")
for epoch in range(5):
    model.fit(x, y, batch_size=32, epochs=1, shuffle=False)
    model.layers[0].reset_states()
"""

PROBE = """
# largest state in which the series is begun again
starts = [batch for batch, rows in zip(BATCHES, ORDER(x)) if rows[0] == 0]
max(np.abs(batch.states).max() for batch in starts[1:])
"""


def check(program: Program) -> Iterator[Finding]:
    spoken: set[int] = set()
    for call in program.calls("fit", "train_on_batch"):
        model = call.model.id
        if model in spoken or not keepers(call.model) or idle_reset(program, ids(call.model)) is not None:
            continue
        again = unreset_pass(program, call)
        if again is not None:
            spoken.add(model)
            yield _finding(program, call, inside=again is call)


def _finding(program: Program, call: Call, inside: bool) -> Finding:
    layers = keepers(call.model)
    cause = f"`epochs={call['epochs'].value}` goes" if inside else "the loop goes"
    reset = "`model.reset_states()`" if program.keras in (1, 2) else "`layer.reset_states()`"
    how = "train one epoch at a time" if inside else "reset at the end of the loop"
    return Finding(
        call["epochs"].location if inside and call["epochs"].given else call.location,
        f"{cause} through the data again and again, but `{layers[0].name}` is never reset in between",
        notes=[Note(layer.location, "keeps its state from pass to pass", layer.path) for layer in layers],
        layer=layers[0].path,
        fix=_fix(call, inside, f"{how}, with {reset} after each pass, or reset in a callback's `on_epoch_begin`"),
    )


def _fix(call: Call, inside: bool, title: str) -> Fix:
    """A reset behind a fit that stands in its loop; a loop around one that has its own."""
    lines = resetting(call, keepers(call.model))
    behind_it = after(call.site, lines) if call.name == "fit" else ()
    edits = _loop(call, lines) if inside else behind_it
    if inside and not edits:
        edits = resetting_callback(call, keepers(call.model), "on_epoch_begin")
    return Fix(title, edits, Safety.REVIEW) if edits else Fix.advice(title)


def _loop(call: Call, lines: list[str]) -> tuple[Edit, ...]:
    """A loop of one epoch each, around a statement of one line that is nothing but the call."""
    site = call.site
    epochs = site.arguments.get("epochs") if site is not None else None
    if site is None or site.row is None or epochs is None or not site.bare or not lines or not epochs.text:
        return ()
    if site.row.line != site.row.end_line or call["initial_epoch"].given or call["callbacks"].given:
        return ()
    head = Edit(between(site.row, site.row), f"for epoch in range({epochs.text}):\n{' ' * (site.row.column + 3)}")
    return (head, Edit(epochs.value, "1"), *after(site, lines, deeper=True))


rule = Rule(
    check,
    family="stateful",
    severity=Severity.WARNING,
    keras="silent",
    since="0.1",
    bad=BAD,
    good=GOOD,
    probe=PROBE,
)
