"""Why a tensor has another rank than its reader wants: each such problem has one cause, and one rule speaks of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from rnnlint.facts import UNKNOWN, Layer, LayerCall, Model, Problem, Program, Shape
from rnnlint.questions.counted import CountedBatch, counted_batches
from rnnlint.questions.flow import Flow


class Cause(Enum):
    """What is to be mended: a recurrent layer in front that gives its last step alone; an input shape that counts the
    batch; an Embedding in front that added an axis to more than (batch, steps); nothing in particular."""

    LAST_STEP = "last step"
    COUNTED_BATCH = "counted batch"
    EMBEDDED_AXIS = "embedded axis"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class RankProblem:
    """A call that got another rank than it reads.

    Attributes:
        givers: the layers in front that are to blame.
        counted: the input shape that counts the batch.
    """

    model: Model | None
    layer: Layer
    call: LayerCall
    problem: Problem
    cause: Cause
    givers: tuple[Layer, ...] = ()
    counted: CountedBatch | None = None

    @property
    def gives(self) -> Shape | None:
        """What arrives."""
        return self.problem.gives if isinstance(self.problem.gives, Shape) else None


def rank_problems(program: Program) -> Iterator[RankProblem]:
    """Every rank problem with its cause. One that only follows from another in front is left out."""
    flow: Flow | None = None
    counted: dict[int, CountedBatch] = {}
    for model, layer, call in program.layer_calls():
        for problem in call.problems:
            if problem.kind != "rank":
                continue
            if flow is None:
                flow = Flow(program)
                counted = {found.layer.id: found for found in counted_batches(program)}
            explained = _explained(flow, counted, RankProblem(model, layer, call, problem, Cause.PLAIN))
            if not _follows(flow, explained, counted):
                yield explained


def _explained(flow: Flow, counted: dict[int, CountedBatch], plain: RankProblem) -> RankProblem:
    model, layer, call, problem = plain.model, plain.layer, plain.call, plain.problem
    if plain.gives is None or problem.needs is None or problem.input >= len(call.inputs):
        return plain
    tensor = call.inputs[problem.input]
    more = plain.gives.rank - problem.needs.rank
    if more == -1 and (givers := flow.last_steps(tensor)):
        return RankProblem(model, layer, call, problem, Cause.LAST_STEP, tuple(givers))
    _, source = flow.behind(tensor)
    if more == 1 and source is not None:
        if source.id in counted:
            return RankProblem(model, layer, call, problem, Cause.COUNTED_BATCH, (source,), counted[source.id])
        if source.kind == "Embedding" and not source.custom and _rank_in(source) == plain.gives.rank - 1:
            return RankProblem(model, layer, call, problem, Cause.EMBEDDED_AXIS, (source,))
    return plain


def _follows(flow: Flow, found: RankProblem, counted: dict[int, CountedBatch]) -> bool:
    """Whether the layer in front had a problem itself, so that what it gives is a guess."""
    if found.cause is Cause.LAST_STEP:
        return any(_may_be_wrapped(flow, giver, counted) for giver in found.givers)
    if found.cause is not Cause.PLAIN:
        return False
    tensor, _ = flow.behind(found.call.input)
    before = flow.call(tensor)
    return before is not None and bool(before.problems)


def _may_be_wrapped(flow: Flow, giver: Layer, counted: dict[int, CountedBatch]) -> bool:
    """Whether a recurrent layer got so many axes that it may belong into a TimeDistributed: then it gives steps."""
    for call in giver.arrivals:
        for problem in call.problems:
            gives, needs = problem.gives, problem.needs
            if isinstance(gives, Shape) and needs is not None and gives.rank > needs.rank:
                _, source = flow.behind(call.input)
                return source is None or source.id not in counted
    return False


def _rank_in(layer: Layer) -> int | None:
    shapes = [call.input.shape for call in layer.arrivals]
    known = {shape.rank for shape in shapes if shape is not UNKNOWN}
    return known.pop() if len(known) == 1 else None
