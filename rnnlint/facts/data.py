"""Data: arrays, datasets, sequences and generators, and where they come from."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from rnnlint.facts.location import CallSite, Location
from rnnlint.facts.models import NOWHERE
from rnnlint.facts.shapes import AnyShape, Shape
from rnnlint.facts.sizes import Dim, Linear, Size
from rnnlint.facts.unknown import UNKNOWN, Truth, Unknown


@dataclass(frozen=True, slots=True)
class Values:
    """What the numbers can be.

    Attributes:
        low, high: the smallest and the largest (both occur, or may well occur: `randint(0, 9)` is 0 to 8). An
            estimate that nothing need reach is no bound: UNKNOWN. `high` can be a form: ids 1 to `len(word_index)`.
        whole: whether all are whole numbers.
        one_hot: whether each row along the last axis holds one 1 and else 0.
    """

    low: int | float | Linear | Unknown = UNKNOWN
    high: int | float | Linear | Unknown = UNKNOWN
    whole: Truth = UNKNOWN
    one_hot: Truth = UNKNOWN


@dataclass(frozen=True, slots=True)
class Windows:
    """The rows are windows of a longer series.

    Attributes:
        source: identity of the series; equal for the x and y cut from one series.
        length: steps in a window.
        stride: steps from the start of a window to the start of the next.
        offset: from the start of the series to the first element of the first row, so that the distance between the
            windows of x and the targets in y is the difference of their offsets.
        rate: steps between two elements of a window.
        sequences: number of separate sequences that were cut, all alike; their windows lie in the rows as `order` says.
        order: `sequence`: all windows of one sequence, then those of the next; `window`: the first window of every
            sequence, then the second of every sequence.
        columns: which columns of the series are in it, by number or name; None: all; UNKNOWN: cannot tell.
        location: where a window is cut.
        asked: the call of the program's own function that cuts them; None: not looked at yet.
        site: how the call of Keras that cuts them is written.
    """

    source: int
    length: Size
    stride: Size = 1
    offset: Size = 0
    rate: Size = 1
    sequences: Size = 1
    order: str | Unknown = "sequence"
    columns: frozenset[int | str] | Unknown | None = UNKNOWN
    location: Location = field(default=NOWHERE, compare=False)
    asked: Location | None = field(default=None, compare=False)
    site: CallSite | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Reshaped:
    """It is other data in another shape, numbers in the same order.

    Attributes:
        before: the shape it had.
        location: where it was reshaped.
        site: how the call that reshaped it is written.
        windows: what it was windows of.
    """

    before: Shape
    location: Location = NOWHERE
    site: CallSite | None = None
    windows: Windows | None = None


@dataclass(frozen=True, slots=True)
class Padding:
    """Sequences were brought to one length.

    Attributes:
        side: where the padding stands: `pre`, `post`.
        value: what it is.
        clash: whether the value is among what the sequences held before, too (codes 0 to 19, padded with 0).
        empty: whether some sequence held nothing, so that its row is all padding.
        location: where they were padded.
        site: how the call that padded them is written (`pad_sequences`).
    """

    side: str | Unknown = UNKNOWN
    value: int | float | Unknown = 0
    clash: Truth = UNKNOWN
    empty: Truth = UNKNOWN
    location: Location = NOWHERE
    site: CallSite | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """It is a part of other data.

    Attributes:
        source: identity of the data that was split.
        part: `train`, `test`, or UNKNOWN.
        random: whether the rows were drawn at random.
        location: where it was split.
        site: how the call that split it is written.
    """

    source: int
    part: str | Unknown = UNKNOWN
    random: Truth = UNKNOWN
    location: Location = NOWHERE
    site: CallSite | None = None


@dataclass(frozen=True, slots=True)
class Batching:
    """How a dataset, sequence or generator gives its batches.

    Attributes:
        size: rows in a batch; None: not batched.
        partial: whether the last batch may be smaller.
        count: number of batches in one pass; UNKNOWN where it is not known.
        endless: whether it never ends (a `while True` generator, `repeat()`).
        restarts: whether each epoch can start it again from the front (a dataset, a Sequence); False: a generator.
        shuffled: whether the order of the rows changes.
        samples: number of rows in one pass.
        shuffled_at: where they are shuffled.
        shuffle_site: how the call that shuffles them is written.
        batched_at: where a dataset is batched.
        batch_site: how the call that batches it is written.
        loop: the loop that a generator ends with, where the program calls it here alone and the loop can be put into
            another.
    """

    size: Dim = UNKNOWN
    partial: Truth = UNKNOWN
    count: Size = UNKNOWN
    endless: Truth = UNKNOWN
    restarts: Truth = UNKNOWN
    shuffled: Truth = UNKNOWN
    samples: Size = UNKNOWN
    shuffled_at: Location = NOWHERE
    shuffle_site: CallSite | None = None
    batched_at: Location = NOWHERE
    batch_site: CallSite | None = None
    loop: Location = NOWHERE


@dataclass(frozen=True, slots=True)
class Data:
    """What is handed to `fit` and its kin.

    Attributes:
        kind: `array`, `frame`, `list`, `tensor`, `dataset`, `sequence` (keras Sequence/PyDataset), `generator`.
        shape: arrays: samples first. Batched kinds: of one batch, batch first.
        dtype: `float64`, `int32`, `str`, `object`...
        values: what the numbers can be.
        batching: for datasets, sequences and generators; None for arrays.
        windows: where the rows are windows of a series.
        padding: where they were padded.
        split: where it is a part of other data.
        shuffled: whether its rows were shuffled before it came here.
        ragged: whether its rows have different lengths.
        source: identity of the data: equal for the same data under two names.
        name: how the program calls it; empty where it has no name.
        location: where it was made.
        origins: identities of all the data it was computed from; empty: cannot tell. Data with disjoint origins have
            nothing in common.
        shuffled_at: where its rows were shuffled.
        reshaped: where it is other data in another shape; kept when rows of it are taken.
        site: how the call that made it is written, where that is known of ragged rows.
        pool: of how many rows its own were taken, in the last selection.
        first_step: where it begins on the second axis of what it was sliced from; in a loop a form of its counter.
    """

    kind: str = "array"
    shape: AnyShape = UNKNOWN
    dtype: str | Unknown = UNKNOWN
    values: Values = field(default_factory=Values)
    batching: Batching | None = None
    windows: Windows | None = None
    padding: Padding | None = None
    split: Split | None = None
    shuffled: Truth = UNKNOWN
    ragged: Truth = UNKNOWN
    source: int = 0
    name: str = ""
    location: Location = NOWHERE
    origins: frozenset[int] = frozenset()
    shuffled_at: Location = NOWHERE
    reshaped: Reshaped | None = None
    site: CallSite | None = None
    pool: Size = UNKNOWN
    first_step: Size = UNKNOWN

    @property
    def samples(self) -> Dim:
        """Number of rows; UNKNOWN for batched kinds without a count."""
        if self.batching is not None or not isinstance(self.shape, Shape):
            return UNKNOWN
        return self.shape.batch


@dataclass(frozen=True, slots=True)
class Use:
    """What the program does with data outside of a model, where it can go wrong.

    Attributes:
        kind: `reshape`, `inverse_transform`.
        data: what it is done to.
        wants: `reshape`: the shape that is asked for (-1 resolved); `inverse_transform`: the shape that the scaler was
            fitted on, (any, columns).
        location: of the call.
        made: where the other end was made: the scaler, fitted.
        site: how the call is written.
    """

    kind: str
    data: Data
    wants: AnyShape = UNKNOWN
    location: Location = NOWHERE
    made: Location = NOWHERE
    site: CallSite | None = None


@dataclass(frozen=True, slots=True)
class Slots:
    """The arrays given for the inputs (or outputs) of a model, in the order of the model.

    `unsure` is True where a nested structure was not understood; `items` then is empty.
    """

    items: tuple[Data | Unknown, ...] = ()
    unsure: bool = False

    def __iter__(self) -> Iterator[Data | Unknown]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def known(self) -> tuple[Data, ...]:
        """Those that are known."""
        return tuple(item for item in self.items if isinstance(item, Data))

    @property
    def samples(self) -> Dim:
        """Rows, from the first that tells."""
        for item in self.known:
            if item.samples is not UNKNOWN:
                return item.samples
        return UNKNOWN
