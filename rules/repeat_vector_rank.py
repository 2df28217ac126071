"""RepeatVector stands on anything but (batch, features).

`RepeatVector(n)` makes n equal steps of one vector for each sample, as a decoder reads them. A whole sequence, (batch,
time, features), cannot be repeated, and Keras says "expected ndim=2, found ndim=3". Nearly always the encoder in front
has a `return_sequences=True` too many: the vector that is meant is its last step.

When to ignore this: never; the model cannot be built. If the decoder shall read the whole sequence, drop the
RepeatVector.
"""

from collections.abc import Iterator

from rnnlint import Finding, Fix, Layer, Matcher, Note, Program, Rule, Safety, Severity
from rnnlint.finding import set_argument
from rnnlint.questions.flow import Flow, made_elsewhere_too, place
from rnnlint.questions.ranks import RankProblem, rank_problems
from rnnlint.repairs import behind_tensor
from rnnlint.wordings import WRONG_RANK

BAD = """
model = Sequential([
    Input((7, 16)),
    LSTM(32, return_sequences=True),
    RepeatVector(5),  # <-
    LSTM(32, return_sequences=True),
    Dense(16),
])
"""

GOOD = """
model = Sequential([
    Input((7, 16)),
    LSTM(32),
    RepeatVector(5),
    LSTM(32, return_sequences=True),
    Dense(16),
])
"""


def check(program: Program) -> Iterator[Finding]:
    for found in rank_problems(program):
        if found.layer.kind != "RepeatVector":
            continue
        encoder = _encoder(program, found)
        notes = [Note(encoder.location, "returns every step, not only the last", encoder.path)] if encoder else []
        yield Finding(
            place(found.layer, found.call),
            f"`{found.layer.name}` repeats one vector (batch, features), but gets {found.gives or 'another rank'}",
            notes=notes,
            gives=found.gives,
            needs=found.problem.needs,
            layer=found.layer.path,
            fix=_fix(program, found, encoder) if encoder else Fix.advice("give it one vector a sample"),
        )


def _encoder(program: Program, found: RankProblem) -> Layer | None:
    """The recurrent layer whose whole sequence arrives."""
    _, source = Flow(program).behind(found.call.input)
    return source if source is not None and source.recurrent and source.has("return_sequences", True) is True else None


def _fix(program: Program, found: RankProblem, encoder: Layer) -> Fix:
    site = encoder.inner.site
    shared = made_elsewhere_too(program, [encoder])
    last = behind_tensor(found.call, "[:, -1]") if shared and encoder.kind != "Bidirectional" else ()
    if last:
        return Fix("repeat the last step alone", last, Safety.REVIEW)
    if site is None or shared:
        return Fix.advice(f"set `return_sequences=False` on `{encoder.name}`: its last step is what is repeated")
    return Fix("repeat the last step alone", set_argument(site, "return_sequences", None), Safety.REVIEW)


MESSAGES = (
    Matcher(
        WRONG_RANK,
        cause="{layer} repeats a vector, (batch, features), but a sequence arrives",
        fix="let the recurrent layer below give its last step alone (`return_sequences=False`), or leave "
        "RepeatVector out",
        score=0.95,
        when=lambda told: told.kind == "repeat_vector",
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
