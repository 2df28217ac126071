"""States are unpacked from a layer that returns none, or too few or many.

A recurrent layer gives one tensor, its output. With `return_state=True` it gives its states as well: an LSTM its
output, h and c (three), a GRU or SimpleRNN its output and one state (two), a Bidirectional LSTM the states of both
halves (five). Unpacking another number raises; unpacking the lone output raises too, as a symbolic tensor cannot be
iterated over.

When to ignore this: never; the line raises.
"""

from collections.abc import Iterator

from rnnlint import UNKNOWN, Edit, Finding, Fix, Layer, LayerCall, Matcher, Note, Program, Rule, Safety, Severity
from rnnlint.edits import after
from rnnlint.facts import NOWHERE
from rnnlint.finding import set_argument
from rnnlint.infer.catalogue import bind
from rnnlint.questions.flow import made_elsewhere_too, place
from rnnlint.repairs import named

BAD = """
inputs = Input((8, 4))
encoder = LSTM(16)
outputs, h, c = encoder(inputs)  # <-
model = Model(inputs, [h, c])
"""

GOOD = """
inputs = Input((8, 4))
encoder = LSTM(16, return_state=True)
outputs, h, c = encoder(inputs)
model = Model(inputs, [h, c])
"""

TARGETS = {"LSTM": 3, "GRU": 2, "SimpleRNN": 2, "ConvLSTM1D": 3, "ConvLSTM2D": 3, "ConvLSTM3D": 3}
"""How many tensors each layer gives with its states."""


def check(program: Program) -> Iterator[Finding]:
    for _, layer, call in program.layer_calls():
        unpacking = call.unpacking
        if unpacking is None or not layer.recurrent or layer.custom or not call.outputs or _strange(layer):
            continue
        count = len(call.outputs)
        wrong = count == 1 or (count < unpacking.targets - 1 if unpacking.starred else count != unpacking.targets)
        if not wrong or unpacking.targets < 2:
            continue
        gives = "one tensor" if count == 1 else f"{count} tensors"
        yield Finding(
            unpacking.location if unpacking.location != NOWHERE else place(layer, call),
            f"{unpacking.targets} names for what `{layer.name}` gives: {gives}",
            notes=[Note(layer.location, f"gives {gives}", layer.path)],
            layer=layer.path,
            fix=_fix(program, layer, call),
        )


def _hands_on(program: Program) -> bool:
    """Whether a layer is started with states: then those that are named are h and c, not two halves."""
    calls = [call for _, layer, call in program.layer_calls() if layer.recurrent and call.site is not None]
    return any("initial_state" in call.site.arguments for call in calls if call.site is not None)


def _both_halves(layer: Layer, call: LayerCall) -> Fix | None:
    """The states of both halves of a Bidirectional, joined under the names that are given for one."""
    names, site, half = (call.unpacking.names if call.unpacking else ()), call.site, layer.inner.kind
    if layer.kind != "Bidirectional" or len(names) != TARGETS.get(half) or len(set(names)) < len(names):
        return None
    found = named(site, "Concatenate")
    if site is None or site.targets != names or site.targets_at is None or found is None:
        return None
    states, (join, imports) = names[1:], found
    every = [names[0], *(f"{side}_{state}" for side in ("forward", "backward") for state in states)]
    lines = [f"{state} = {join}()([forward_{state}, backward_{state}])" for state in states]
    joined = after(site, lines)
    if not joined:
        return None
    edits = (*imports, Edit(site.targets_at, ", ".join(every)), *joined)
    return Fix("join the states of both halves", edits, Safety.REVIEW)


def _strange(layer: Layer) -> bool:
    """Whether it is given an argument that no Keras's class of that name has: then it may give anything."""
    every = bind(layer.cls, (), dict.fromkeys(layer.arguments), UNKNOWN).mismatches
    return any(mismatch.kind == "unknown" for mismatch in every)


def _fix(program: Program, layer: Layer, call: LayerCall) -> Fix:
    full = TARGETS.get(layer.inner.kind, 0)
    if layer.kind == "Bidirectional" and full:
        full = 2 * full - 1
    if len(call.outputs) > 1 and _hands_on(program) and (both := _both_halves(layer, call)) is not None:
        return both
    if len(call.outputs) > 1 or not full:
        return Fix.advice(f"take as many names as there are tensors: {len(call.outputs)}")
    unpacking, site = call.unpacking, layer.inner.site
    assert unpacking is not None
    if site is None or made_elsewhere_too(program, [layer]) or not (unpacking.starred or unpacking.targets == full):
        return Fix.advice(f"set `return_state=True` and take {full} names")
    return Fix("return the states", set_argument(site, "return_state", "True"), Safety.SAFE)


ADVICE = "set `return_state=True`, and take as many names as there are: LSTM gives output, h, c; GRU output and state"

MESSAGES = (
    Matcher(
        r"iterating over a symbolic (?:kerastensor|`?tf\.tensor`?|tensor)|cannot iterate over a (?:keras)?tensor\b|"
        r"iterating over `?tf\.tensor`? is not allowed|'?kerastensor'? object is not iterable|"
        r"tensor objects are (?:only|not) iterable|cannot iterate over a tensor with unknown first dimension|"
        r"tensortype does not support iteration|cannot iterate over a shape with unknown rank",
        cause="one tensor is unpacked into several names: the layer returns no states",
        fix=ADVICE,
    ),
    Matcher(
        r"(?:too many values to unpack|not enough values to unpack|need more than \d{1,2} values? to unpack)"
        r"(?: \(expected \d{1,2}(?:, got \d{1,3})?\))?",
        cause="as many names stand on the left as the layer returns no tensors",
        fix=ADVICE,
        score=0.65,
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
