"""A layer that reads steps stands on a recurrent layer that gives only its last step.

By default a recurrent layer gives the output of its last step alone, (batch, units). Another recurrent layer,
`TimeDistributed` or `Conv1D` behind it needs all of them, (batch, time, units), and Keras refuses to build the model
("expected ndim=3, found ndim=2"). In a stack every recurrent layer but the last needs `return_sequences=True`.

When to ignore this: never; the model cannot be built. If the last step is meant to be repeated, as between an encoder
and a decoder, put `RepeatVector(steps)` in between instead.
"""

from collections.abc import Iterator

from rnnlint import Edit, Finding, Fix, Layer, Matcher, Note, Program, Rule, Safety, Severity
from rnnlint.finding import set_argument
from rnnlint.messages import Told
from rnnlint.questions.flow import KEEPS_STEPS, Flow, made_elsewhere_too, place
from rnnlint.questions.ranks import Cause, RankProblem, rank_problems
from rnnlint.wordings import OLDEST_RANK, SEQUENTIAL_TD, THEANO_AXES, WRONG_RANK

BAD = """
model = Sequential([
    Input((10, 8)),
    LSTM(32),
    LSTM(16),  # <-
    Dense(1),
])
"""

GOOD = """
model = Sequential([
    Input((10, 8)),
    LSTM(32, return_sequences=True),
    LSTM(16),
    Dense(1),
])
"""


def check(program: Program) -> Iterator[Finding]:
    found = [problem for problem in rank_problems(program) if problem.cause is Cause.LAST_STEP]
    blamed = {giver.id: giver for problem in found for giver in problem.givers}
    shared = made_elsewhere_too(program, blamed.values()) if found else False
    for problem in found:
        names = " and ".join(f"`{giver.name}`" for giver in problem.givers)
        verb, whose = ("gives", "its") if len(problem.givers) == 1 else ("give", "their")
        yield Finding(
            place(problem.layer, problem.call),
            f"`{problem.layer.name}` reads a sequence, but {names} {verb} only {whose} last step",
            notes=[Note(giver.location, "gives only its last step", giver.path) for giver in problem.givers],
            gives=problem.gives,
            needs=problem.problem.needs,
            layer=problem.layer.path,
            fix=_fix(program, problem, shared),
        )


def _fix(program: Program, problem: RankProblem, shared: bool) -> Fix:
    edits = [edit for giver in problem.givers for edit in _every_step(giver)]
    title = "return every step"
    if shared or not edits:
        return Fix.advice("set `return_sequences=True` on every recurrent layer whose output is read step by step")
    return Fix(title, tuple(edits), Safety.SAFE if _one_repair(program, problem) else Safety.REVIEW)


def _every_step(giver: Layer) -> tuple[Edit, ...]:
    site = giver.inner.site
    return () if site is None else set_argument(site, "return_sequences", "True")


def _one_repair(program: Program, problem: RankProblem) -> bool:
    """A Dense in between speaks for a code of the whole sequence, which could also be meant to be repeated; a
    TimeDistributed may be what is one too many."""
    if problem.layer.kind == "TimeDistributed":
        return False
    _, source = Flow(program).behind(problem.call.inputs[problem.problem.input], KEEPS_STEPS - {"Dense"})
    straight = source is not None and source.id in {giver.id for giver in problem.givers}
    return straight and not any("return_sequences" in giver.inner.arguments for giver in problem.givers)


CAUSE = "the recurrent layer below {layer} gives only its last step, (batch, units)"
ADVICE = "set `return_sequences=True` on the recurrent layer below"


def _without_steps(told: Told) -> bool:
    return told.number("ndim") == 3 and told.number("found") == 2 and told.kind in ("recurrent", "reads_steps", None)


MESSAGES = (
    Matcher(
        WRONG_RANK, CAUSE, ADVICE, when=lambda told: _without_steps(told) and told.kind is not None and not told.first
    ),
    Matcher(WRONG_RANK, CAUSE, ADVICE, score=0.8, when=_without_steps),
    Matcher(
        WRONG_RANK,
        CAUSE,
        ADVICE,
        when=lambda told: told.kind in ("time_distributed", "conv_lstm") and told.number("found") == 2,
    ),
    Matcher(
        OLDEST_RANK,
        CAUSE,
        ADVICE,
        score=0.8,
        when=lambda told: told.number("ndim") == 3 and len(told.dims("gives") or ()) == 2,
    ),
    Matcher(THEANO_AXES, CAUSE, ADVICE, score=0.75, when=lambda told: told.number("found") == 2),
    Matcher(
        WRONG_RANK,
        CAUSE,
        ADVICE,
        score=0.75,
        when=lambda told: "3d" in (told.layer or "") and (told.number("ndim"), told.number("found")) == (5, 4),
    ),
    Matcher(SEQUENTIAL_TD, CAUSE, ADVICE, score=0.92, when=lambda told: len(told.dims("gives") or ()) == 2),
)

rule = Rule(
    check,
    family="shape",
    severity=Severity.ERROR,
    keras="raises",
    since="0.1",
    bad=BAD,
    good=GOOD,
    why="a recurrent layer gives (batch, units), its last step alone, unless `return_sequences=True`",
    messages=MESSAGES,
)
