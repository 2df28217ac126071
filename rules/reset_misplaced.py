"""The reset stands where it cuts a sequence, or where it cannot help.

States carry a sequence over several batches. A reset after every batch throws that away: with one step to a batch the
layer never sees more than one step. A reset in front of the loop over epochs runs once, when there is nothing to reset
yet. Two passes over pieces a0, a1, a2 (`>` hands the state on, `|` is a reset):

    after each batch      a0 | a1 | a2 | a0 | a1 | a2        nothing is handed on
    before all epochs     | a0 > a1 > a2 > a0 > a1 > a2      the second pass goes on from the end of the first
    after each epoch      a0 > a1 > a2 | a0 > a1 > a2 |      right

So the place is inside the loop over epochs, outside of the loop over batches.

When to ignore this: where each batch holds whole sequences, and the states serve another use of the model.
"""

from collections.abc import Iterator
from dataclasses import replace

from rnnlint import Call, Data, Edit, Finding, Fix, Note, Program, Rule, Safety, Severity, Shape
from rnnlint.edits import after, behind, resetting, without_statement
from rnnlint.facts import Linear, Loop, SourceLocation
from rnnlint.facts.sizes import equal, substitute, subtract, symbols
from rnnlint.infer.batches import feed
from rnnlint.infer.states import (
    Continuation,
    continuation,
    idle_reset,
    ids,
    keepers,
    resets,
    runs,
    steps,
    unreset_pass,
)

BAD = """
x, y = np.random.rand(64, 10, 8), np.random.rand(64, 1)
model = Sequential([Input(batch_shape=(32, 10, 8)), LSTM(16, stateful=True), Dense(1)])
model.compile("adam", "mse")
model.layers[0].reset_states()  # <-
for epoch in range(5):
    model.fit(x, y, batch_size=32, epochs=1, shuffle=False)
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

Wrong = tuple[Call, str, Fix]
"""The reset, what is wrong with it, and how to mend it."""


def check(program: Program) -> Iterator[Finding]:
    spoken: set[int] = set()
    for call in program.calls():
        layers = ids(call.model)
        if not layers:
            continue
        found = _too_early(program, call, layers) or _cuts(program, call, layers)
        if found is not None and (found[0].id not in spoken):
            spoken.add(found[0].id)
            yield _finding(call, *found)


def _too_early(program: Program, call: Call, layers: frozenset[int]) -> Wrong | None:
    """A reset of fresh states, while the passes behind it have none."""
    if call.name not in ("fit", "train_on_batch") or unreset_pass(program, call) is None:
        return None
    reset = idle_reset(program, layers)
    if reset is None:
        return None
    return (
        reset,
        "resets states that are still fresh, and nothing resets them between the passes that follow",
        Fix("move it into the loop over epochs, behind the training", _moved_in(call, reset)),
    )


def _moved_in(call: Call, reset: Call) -> tuple[Edit, ...]:
    """The reset behind the fit."""
    taken, site = without_statement(reset.site), reset.site
    if not taken or site is None or call.name != "fit":
        return ()
    owner, same = site.spelled.rpartition(".")[0], call.site.spelled.rpartition(".")[0] if call.site else ""
    lines = [f"{site.spelled}()"] if owner == same else resetting(call, keepers(call.model))
    placed = after(call.site, lines) if call["epochs"].value == 1 else ()
    return (*taken, *placed) if placed else ()


def _cuts(program: Program, call: Call, layers: frozenset[int]) -> Wrong | None:
    """A reset behind every batch of a sequence that goes on."""
    if not runs(call, layers) or not _goes_on(call):
        return None
    reset = next((inner for inner in call.each_batch if resets(inner, layers)), None)
    reset = reset or _after_each(program, call, layers)
    if reset is None:
        return None
    return (
        reset,
        "resets the states after every batch, so no sequence goes on from one to the next",
        Fix("reset between two passes over the data, not between two batches", _moved_out(program, reset)),
    )


def _moved_out(program: Program, reset: Call) -> tuple[Edit, ...]:
    """The reset behind the innermost loop over batches."""
    around, site = program.timeline.around(reset), reset.site
    loop = around[-1].location if around else None
    if site is None or not isinstance(site.row, SourceLocation) or not isinstance(loop, SourceLocation):
        return ()
    taken, row = without_statement(site), site.row
    if not taken or row.path != loop.path or not loop.line < row.line <= row.end_line <= loop.end_line:
        return ()
    indent = " " * (loop.column - 1)
    if row.end_line == loop.end_line:
        return (Edit(replace(row, column=1, end_line=row.line, end_column=row.column), indent),)
    return (*taken, Edit(behind(loop), f"\n{indent}{site.spelled}()"))


def _goes_on(call: Call) -> bool:
    """Whether the next batch surely goes on with the sequence of this one."""
    if steps(call) == 1 and not any(data.windows for data in call.x.known):
        return True
    if any(_next_piece(data) for data in call.x.known):
        return True
    fed = feed(call)
    windows = next((data.windows for data in call.x.known if data.windows is not None), None)
    return windows is not None and continuation(windows, fed.size, fed.rows) is Continuation.CONTINUES


def _next_piece(data: Data) -> bool:
    """Whether the next round of the loop hands over the steps that follow: `x[:, t:t + 10]`, ten further each time."""
    if not isinstance(data.shape, Shape) or data.shape.rank < 2 or not isinstance(data.first_step, Linear):
        return False
    counters = symbols(data.first_step)
    if len(counters) != 1:
        return False
    counter = next(iter(counters))
    first, second = (substitute(data.first_step, {counter: round}) for round in range(2))
    return equal(subtract(second, first), data.shape.dims[1]) is True


def _after_each(program: Program, call: Call, layers: frozenset[int]) -> Call | None:
    """The reset that stands beside a call on single batches, the only one in the same innermost loop."""
    around = program.timeline.around(call)
    if call.name not in ("train_on_batch", "predict", "predict_on_batch") or not around:
        return None
    loop = around[-1]
    if not isinstance(loop, Loop) or loop.over == "epochs" or loop.times in (0, 1):
        return None
    if any(other.id != call.id and runs(other, layers) for other, _ in loop.body.walk()):
        return None
    return next((event for event in loop.body.events if isinstance(event, Call) and resets(event, layers)), None)


def _finding(call: Call, reset: Call, message: str, fix: Fix) -> Finding:
    layer = keepers(call.model)[0]
    return Finding(
        reset.location,
        message,
        notes=[
            Note(call.location, f"`{call.spelled or call.name}` runs the layer"),
            Note(layer.location, "keeps its state between batches", layer.path),
        ],
        layer=layer.path,
        fix=replace(fix, safety=Safety.REVIEW if fix.edits else Safety.MANUAL),
    )


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
