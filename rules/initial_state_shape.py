"""Number or width of initial states does not fit the layer.

An LSTM has two states, h and c; a GRU and a SimpleRNN have one; a Bidirectional layer has those of both halves, so four
for an LSTM. Each is (batch, units), with the units of the layer that is started with it. A decoder that is started
with an encoder's states needs the encoder's number of units (twice that behind a Bidirectional encoder whose halves are
concatenated). tf_keras refuses at the call; Keras 3 checks nothing when the model is built and fails at the first step,
and its GRU ignores extra states.

When to ignore this: never; the states do not reach the layer as written.
"""

from collections.abc import Iterator

from rnnlint import Finding, Fix, Layer, Matcher, Note, Program, Rule, Severity
from rnnlint.questions.flow import Flow, place

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
            fix=Fix.advice(_advice(layer, problem.kind)),
        )


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
