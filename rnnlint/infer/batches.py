"""How rows fall into batches, and what a model fixed to a batch size does with them.

Measured on Keras 3.15 and tf_keras 2.21 (tests/oracle/test_batches.py): a stateful model refuses batches of another
size, at the first batch or, for a remainder, at the end of the epoch; but a last batch of exactly one row is broadcast
against all stored states without a word. A stateless model takes any.
"""

from dataclasses import dataclass
from enum import Enum

from rnnlint.facts import UNKNOWN, Call, Dim, Linear, Size, Slots
from rnnlint.facts.sizes import divides, equal, is_known, less, remainder, symbol

MAX_DIVISORS = 4
"""So many batch sizes are offered."""


class Batches(Enum):
    """FULL: all batches have the size of the model; OTHER: already the first has another; PARTIAL: the last has;
    ONE: the last has one row; UNKNOWN: cannot tell."""

    FULL = "full"
    OTHER = "other"
    PARTIAL = "partial"
    ONE = "one"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Feed:
    """Rows that a call feeds: `training`, `validation`, or the call's own.

    Attributes:
        rows: how many.
        size: of a batch.
        partial: False: the last batch is dropped where it is smaller.
    """

    rows: Size
    size: Size
    partial: bool = True


def feed(call: Call) -> Feed:
    """What a call feeds in batches: fit without its validation data. Whole-batch calls have one batch of all rows."""
    batching = next((data.batching for data in call.x.known if data.batching is not None), None)
    if batching is not None:
        return Feed(batching.samples, _size(batching.size), batching.partial is not False)
    rows = call.rows if call.name == "fit" and call.rows is not UNKNOWN else _rows(call.x)
    if call.name == "fit" and call.validation is not None and call.rows is UNKNOWN:
        rows = rows if call.held_out is not None else UNKNOWN
    return Feed(rows, rows if call.batch_size is None else call.batch_size)


def validation_feed(call: Call) -> Feed:
    """What a fit feeds to validate."""
    validation = call.validated
    if validation is None:
        return Feed(UNKNOWN, UNKNOWN)
    batching = next((data.batching for data in validation.x.known if data.batching is not None), None)
    if batching is not None:
        return Feed(batching.samples, _size(batching.size), batching.partial is not False)
    return Feed(_rows(validation.x), _size(validation.batch_size))


def first_batch(fed: Feed) -> Size:
    """Rows of the first batch."""
    shorter = less(fed.rows, fed.size)
    if shorter is UNKNOWN:
        return UNKNOWN
    return fed.rows if shorter else fed.size


def judge_batches(fixed: Dim, fed: Feed) -> Batches:
    """How batches fall on a model that is fixed to `fixed` rows."""
    if not is_known(fixed) or fed.size is UNKNOWN or fed.rows == 0:
        return Batches.UNKNOWN
    first = first_batch(fed)
    fits = equal(first, fixed)
    if fits is False:
        return Batches.OTHER if equal(fed.size, fixed) is not True else _short(fed.rows)
    if fits is UNKNOWN:
        return Batches.OTHER if _never(fed, fixed) else _rest(fixed, fed)
    return _rest(fixed, fed)


def fitting_sizes(rows: Size, least: int = 2) -> list[int]:
    """Batch sizes that divide the rows, the largest below a thousand first."""
    if not isinstance(rows, int) or rows <= 0:
        return []
    found = [size for size in range(min(rows, 1000), least - 1, -1) if rows % size == 0]
    return found[:MAX_DIVISORS]


def fitting_rows(rows: Size, size: Size) -> list[int]:
    """The numbers of rows next to `rows` that make full batches: below and above."""
    if not isinstance(rows, int) or not isinstance(size, int) or size <= 0:
        return []
    below = rows // size * size
    return [count for count in (below, below + size) if count]


def _rows(slots: Slots) -> Size:
    return _size(slots.samples)


def _size(dim: Dim) -> Size:
    return UNKNOWN if dim is None else dim


def _never(fed: Feed, fixed: Dim) -> bool:
    """Whether no number of rows that is meant makes the first batch right: the batches are smaller than the model's,
    or larger and the rows are some number that is not just one batch."""
    if less(fed.size, fixed) is True:
        return True
    compound = isinstance(fed.rows, Linear) and fed.rows != symbol(str(fed.rows)) and len(str(fed.rows).split()) > 1
    return less(fixed, fed.size) is True and compound and equal(fed.rows, fixed) is UNKNOWN


def _rest(fixed: Dim, fed: Feed) -> Batches:
    if not fed.partial:
        return Batches.FULL
    whole = divides(fixed, fed.rows)
    if whole is UNKNOWN:
        return Batches.UNKNOWN
    if whole:
        return Batches.FULL
    return _short(remainder(fed.rows, fixed))


def _short(rows: Dim) -> Batches:
    one = equal(rows, 1)
    return Batches.ONE if one is True else Batches.PARTIAL
