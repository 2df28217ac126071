"""Number or width of initial states does not fit the layer.

An LSTM has two states, h and c; a GRU and a SimpleRNN have one; a Bidirectional layer has those of both halves, so four
for an LSTM. Each is (batch, units), with the units of the layer that is started with it. A decoder that is started
with an encoder's states needs the encoder's number of units (twice that behind a Bidirectional encoder whose halves are
concatenated). tf_keras refuses at the call; Keras 3 checks nothing when the model is built and fails at the first step,
and its GRU ignores extra states.

When to ignore this: never; the states do not reach the layer as written.
"""

from collections.abc import Iterator, Sequence

from rnnlint import Edit, Finding, Fix, Layer, LayerCall, Matcher, Note, Program, Rule, Safety, Severity, Shape, Tensor
from rnnlint.edits import PLAIN
from rnnlint.facts import RECURRENT
from rnnlint.questions.flow import Flow, made_elsewhere_too, place
from rnnlint.repairs import wrapped_in

BAD = """
encoder_inputs, decoder_inputs = Input((8, 5)), Input((9, 5))
_, h, c = LSTM(12, return_state=True)(encoder_inputs)
decoder = LSTM(16, return_sequences=True)
outputs = Dense(5)(decoder(decoder_inputs, initial_state=[h, c]))  # <-
model = Model([encoder_inputs, decoder_inputs], outputs)
model.predict([np.zeros((2, 8, 5)), np.zeros((2, 9, 5))])
"""

GOOD = """
encoder_inputs, decoder_inputs = Input((8, 5)), Input((9, 5))
_, h, c = LSTM(12, return_state=True)(encoder_inputs)
decoder = LSTM(12, return_sequences=True)
outputs = Dense(5)(decoder(decoder_inputs, initial_state=[h, c]))
model = Model([encoder_inputs, decoder_inputs], outputs)
model.predict([np.zeros((2, 8, 5)), np.zeros((2, 9, 5))])
"""


def check(program: Program) -> Iterator[Finding]:
    flow: Flow | None = None
    for _, layer, call in program.layer_calls():
        problem = next((problem for problem in call.problems if problem.kind in ("state-count", "state-width")), None)
        if problem is None:
            continue
        flow = flow or Flow(program)
        givers = {giver.id: giver for tensor in call.inputs[1:] if (giver := flow.source(tensor)) is not None}
        yield Finding(
            place(layer, call),
            problem.message or f"the initial states do not fit `{layer.name}`",
            notes=[
                Note(layer.location, "is started with the states", layer.path),
                *(Note(giver.location, "gives a state", giver.path) for giver in givers.values() if giver.recurrent),
            ],
            gives=problem.gives,
            needs=problem.needs,
            layer=layer.path,
            fix=_fix(flow, layer, call, problem.kind) or Fix.advice(_advice(layer, problem.kind)),
        )


def _fix(flow: Flow, layer: Layer, call: LayerCall, kind: str) -> Fix | None:
    states = call.inputs[len(call.inputs) - call.states :]
    if kind == "state-width":
        return _as_wide(flow, layer, states)
    giver = flow.source(states[0]) if states else None
    if giver is None or any(flow.source(state) is not giver for state in states):
        return None
    if layer.kind == "Bidirectional":
        return _both_directions(flow, layer, giver)
    return _first_state(call, giver, len(states)) if layer.kind in ("GRU", "SimpleRNN") else None


def _as_wide(flow: Flow, layer: Layer, states: Sequence[Tensor]) -> Fix | None:
    """As many units as the states have."""
    widths = {state.shape.dims[-1] for state in states if isinstance(state.shape, Shape) and state.shape.rank == 2}
    written = layer.site.arguments.get("units") if layer.site is not None else None
    width, units = widths.pop() if len(widths) == 1 else None, layer["units"]
    if layer.kind not in RECURRENT or layer.custom or written is None or made_elsewhere_too(flow.program, [layer]):
        return None
    if not isinstance(width, int) or not isinstance(units, int):
        return None
    named = not written.text.isdigit() and width == 2 * units
    if not written.text.isdigit() and not (named and PLAIN.fullmatch(written.text)):
        return None
    text = f"2 * {written.text}" if named else str(width)
    return Fix(f"give it the {width} units of its states", (Edit(written.value, text),), Safety.REVIEW)


def _both_directions(flow: Flow, layer: Layer, giver: Layer) -> Fix | None:
    """A layer in front that reads backwards too, where it has what one half of this one needs."""
    half = layer.inner
    alike = giver.kind == half.kind and giver["units"] == half["units"] and not giver.custom
    calls = [call.unpacking for call in giver.arrivals]
    if not alike or made_elsewhere_too(flow.program, [giver]) or any(it and not it.starred for it in calls):
        return None
    edits = wrapped_in(giver, "Bidirectional")
    return Fix(f"make `{giver.name}` Bidirectional too", edits, Safety.REVIEW) if edits else None


def _first_state(call: LayerCall, giver: Layer, count: int) -> Fix | None:
    """Of the h and c of an LSTM the h, where they are written out."""
    written = call.site.arguments.get("initial_state") if call.site is not None else None
    if written is None or giver.kind != "LSTM" or count != 2 or len(written.texts) != 2 or not written.texts[0]:
        return None
    return Fix("give it h alone", (Edit(written.value, written.texts[0]),), Safety.REVIEW)


def _advice(layer: Layer, kind: str) -> str:
    if kind == "state-width":
        return "give both layers the same number of units"
    if layer.kind == "Bidirectional":
        return "give the states of both directions: make the layer in front Bidirectional too"
    return "give h and c to an LSTM, one state to a GRU or SimpleRNN"


CAUSE = "the states that are passed do not fit the layer in number or width"
ADVICE = "pass one state for GRU, two for LSTM, four for a Bidirectional LSTM, each (batch, units) with its units"

MESSAGES = (
    Matcher(
        r"`?initial_state`? was passed that is not compatible with `?cell\.state_size`?"
        r"(?:\. received `?state_spec`?= ?(?:listwrapper\()?\[inputspec\(shape=(?P<gives>\([^()]{1,60}\)))?|"
        r"not compatible with `?cell\.state_size`?",
        CAUSE,
        ADVICE,
        score=0.95,
    ),
    Matcher(
        r"layer has \d{1,3} states but was passed \d{1,3} initial states|"
        r"layer [\"']?(?P<layer>[\w./-]{1,120}?)[\"']? expects \d{1,3} states?(?:\(s\))?, but it received "
        r"\d{1,3} state|"
        r"state \d{1,2} is incompatible with layer (?P<layer_too>[\w./-]{1,120}): expected shape|"
        r"rnn states? .{0,120}(?:not|in)compatible with",
        CAUSE,
        ADVICE,
        score=0.95,
    ),
    Matcher(
        r"dimensions must be equal, but are (?P<gives>\d{1,9}) and (?P<needs>\d{1,9}) for [^=]{0,300}"
        r"(?:lstm|gru|rnn)[^=/]{0,40}/matmul_1\b",
        cause="a state of {gives} units meets a layer of {needs}",
        fix=ADVICE,
        score=0.85,
    ),
    Matcher(
        r"layer [\"']?(?P<layer>[\w./-]{0,60}(?:lstm|gru|rnn|bidirectional)[\w./-]{0,60})[\"']? expects "
        r"(?P<needs>\d{1,3}) "
        r"inputs?(?:\(s\))?, but it received (?P<gives>\d{1,3}) input tensors",
        CAUSE,
        ADVICE,
        score=0.75,
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
