"""The time axis is destroyed or mixed in front of a recurrent layer.

`Reshape` moves no number: it reads them in the order they lie in memory and cuts them anew. To turn (height, width,
channels) into (width, height * channels) with it gives the sizes of a sequence over the width, but each "step" is a
piece of a row:

    image of two rows              a1 a2 a3
                                   b1 b2 b3
    Reshape to three steps         a1 a2 | a3 b1 | b2 b3
    Permute, then Reshape          a1 b1 | a2 b2 | a3 b3        each step is a column

The model trains on this without a word, only worse. `Permute` exchanges axes; a Reshape behind it may then fold the
last ones.

A Reshape to one step, (1, time * features), keeps the numbers in order and leaves nothing to recur over.

When to ignore this: where steps and features are exchanged on purpose and the order of the numbers does not matter.
"""

from collections.abc import Iterator

from rnnlint import Finding, Fix, Note, Program, Rule, Safety, Severity, Shape
from rnnlint.questions.flow import Flow, place
from rnnlint.questions.steps import LostSteps, lost_steps
from rnnlint.repairs import new_layer

BAD = """
model = Sequential([
    Input((4, 16, 6)),
    Reshape((16, 24)),  # <-
    GRU(8),
])
"""

GOOD = """
model = Sequential([
    Input((4, 16, 6)),
    Permute((2, 1, 3)),
    Reshape((16, 24)),
    GRU(8),
])
"""

PROBE = """
# steps that one column of the image reaches
image = np.zeros((1, 4, 16, 6))
image[:, :, 0] = 1
steps = keras.Model(model.inputs, model.layers[-2].output).predict(image)
steps.any(axis=-1).sum()
"""


def check(program: Program) -> Iterator[Finding]:
    for found in lost_steps(Flow(program)):
        yield Finding(
            place(found.layer, found.call),
            _message(found),
            notes=[Note(found.reader.location, "reads the result step by step", found.reader.path)],
            layer=found.layer.path,
            fix=_fix(found),
        )


def _message(found: LostSteps) -> str:
    name, reader = found.layer.name, found.reader.name
    before, after = _tuple(found.before), _tuple(found.after)
    if found.kind == "merged":
        return f"`{name}` makes one step of all, {before} to {after}, so nothing recurs in `{reader}`"
    return f"`{name}` cuts {before} anew into {after} and exchanges no axes, so `{reader}` reads mixed steps"


def _fix(found: LostSteps) -> Fix:
    if found.kind == "merged":
        return Fix.advice("keep the axis of steps: drop the Reshape, or give it (steps, features)")
    order = _order(found)
    edits = new_layer(found.layer, found.call, "Permute", order)
    title = f"exchange the axes first, with `Permute({order})`"
    return Fix(title, edits, Safety.REVIEW) if edits else Fix.advice(title)


def _order(found: LostSteps) -> str:
    sizes = found.before.dims[1:]
    first = sizes.index(next(size for size in found.after.dims[1:] if size != 1))
    order = [first + 1, *(i + 1 for i in range(len(sizes)) if i != first)]
    return f"({', '.join(map(str, order))})"


def _tuple(shape: Shape) -> str:
    return f"({', '.join(map(str, shape.dims[1:]))})"


rule = Rule(
    check,
    family="shape",
    severity=Severity.WARNING,
    keras="silent",
    since="0.1",
    bad=BAD,
    good=GOOD,
    probe=PROBE,
)
