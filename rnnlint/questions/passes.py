"""How often a call goes through its data: steps, epochs, and the batches that one pass gives."""

from collections.abc import Iterator
from dataclasses import dataclass

from rnnlint.facts import UNKNOWN, Argument, Batching, Call, Data, Size, Unknown
from rnnlint.facts.sizes import ceil_divide, equal, is_known, less, multiply
from rnnlint.infer.states import more_than_one


@dataclass(frozen=True, slots=True)
class Pass:
    """Data that a call reads in batches, and how many it is asked to read.

    Attributes:
        steps: batches in an epoch, as the argument says; `steps.value` None: to the end of the data.
        name: of that argument.
        epochs: how many epochs read them.
        batches: batches in one pass over the data.
        rows: samples in one pass.
        size: samples in a batch.
    """

    call: Call
    data: Data
    steps: Argument
    name: str
    epochs: Size
    batches: Size
    rows: Size
    size: Size

    @property
    def counts_samples(self) -> bool:
        """Whether the number of steps is the number of samples, of which a batch holds several."""
        steps = self.steps.value
        if not is_known(steps) or more_than_one(self.size) is not True:
            return False
        if self._drawn_for_ever and equal(steps, self.data.pool) is True:
            return True
        if self.batches == 1 or equal(steps, self.batches) is True:
            return False
        if self.rows is not UNKNOWN:
            return equal(steps, self.rows) is True
        return equal(ceil_divide(steps, self.size), self.batches) is True

    @property
    def _drawn_for_ever(self) -> bool:
        """Whether it never ends, and one batch after the other is taken from the rows of an array."""
        batching = self.data.batching
        if batching is None or batching.endless is not True:
            return False
        return self.batches == 1 or (self.data.kind == "dataset" and self.batches is UNKNOWN)

    @property
    def enough(self) -> Size:
        """Batches that read all samples once."""
        if self._drawn_for_ever:
            count = ceil_divide(self.data.pool, self.size) if is_known(self.data.pool) else None
            return UNKNOWN if count is None else count
        return self.batches


def passes(call: Call) -> Iterator[Pass]:
    """Each of the data that a call reads by batches, with the argument that says how many."""
    if call.name == "fit":
        epochs = call["epochs"].value
        number: Size = epochs if is_known(epochs) else UNKNOWN
        yield from _pass(call, call.x.known, "steps_per_epoch", number)
        if call.held_out is not None:
            yield from _pass(call, call.held_out.x.known, "validation_steps", number)
    elif call.name in ("evaluate", "predict"):
        yield from _pass(call, call.x.known, "steps", 1)


def exhausted(read: Pass, keras: int | Unknown) -> str | None:
    """Why the data end before the epochs do; None where they do not, or that cannot be told.

    A dataset starts again with each epoch, in Keras 2 only without `steps_per_epoch`; a generator never does.
    """
    batching, steps = read.data.batching, read.steps.value
    if read.data.kind == "sequence" and (keras == 1 or read.call.spelled.endswith("_generator")):
        return None  # it was read in a circle
    if batching is None or batching.endless is not False or not is_known(read.batches):
        return None
    if is_known(steps) and less(read.batches, steps) is True:
        return f"an epoch takes {steps} batches"
    if more_than_one(read.epochs) is not True:
        return None
    if batching.restarts is False:
        if steps is None:
            return f"the first of {read.epochs} epochs takes all of them"
        if is_known(steps) and less(read.batches, multiply(steps, read.epochs)) is True:
            return f"{read.epochs} epochs take {multiply(steps, read.epochs)}"
    if not _goes_on(read, keras) or not is_known(steps) or equal(steps, read.batches) is not False:
        return None
    total = multiply(steps, read.epochs)
    return f"{read.epochs} epochs of {steps} take {total}" if less(read.batches, total) is True else None


def _goes_on(read: Pass, keras: int | Unknown) -> bool:
    """Whether an epoch of so many steps goes on where the one before stopped."""
    known = isinstance(keras, int) and keras != 3
    return known and read.data.kind == "dataset" and read.name == "steps_per_epoch"


def _pass(call: Call, data: tuple[Data, ...], name: str, epochs: Size) -> Iterator[Pass]:
    item = next((item for item in data if item.batching is not None), None)
    if item is None or item.batching is None or name not in call.arguments:
        return
    batching = item.batching
    batch = UNKNOWN if batching.size is None else batching.size
    yield Pass(call, item, call[name], name, epochs, _batches(batching, batch), batching.samples, batch)


def _batches(batching: Batching, size: Size) -> Size:
    if batching.count is not UNKNOWN:
        return batching.count
    if batching.partial is True:
        count = ceil_divide(batching.samples, size)
        return UNKNOWN if count is None else count
    return UNKNOWN
