"""Which rows are windows of a series: found where pieces of one array are laid above each other."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rnnlint.facts import NOWHERE, UNKNOWN, Linear, Location, Size, Symbol, Unknown, Windows
from rnnlint.facts.sizes import add, divides, equal, floor_divide, is_known, multiply, substitute, subtract, symbols
from rnnlint.interpreter.values import PLACE, Array, Cut, Value


def windows_of_like(element: Value, born: int) -> Windows | None:
    """Windows that a loop made: `element` is what a round adds, with the loop's counter in its cut.

    Args:
        born: when the list was made. The counter is younger than it; sizes that the loop does not change are older.
    """
    if not isinstance(element, Array) or element.cut is None:
        return None
    cut = element.cut
    young = [symbol for symbol in symbols(cut.start) if symbol.key > born]
    if len(young) != 1 or young[0].name == PLACE:
        return None
    steps = _steps(cut.start, young[0])
    if steps is None or young[0] in symbols(_length(cut)):
        return None
    offset, stride = steps
    found = _windows(cut, stride, offset, sequences=UNKNOWN if _nested(cut, born) else 1)
    return replace(found, location=element.fact.location)


def windows_of_rows(items: Sequence[Value]) -> Windows | None:
    """Windows whose rows are known one by one."""
    cuts = [item.cut for item in items if isinstance(item, Array) and item.cut is not None]
    if len(cuts) != len(items) or len(cuts) < 2:
        return None
    sources = list(dict.fromkeys(cut.source for cut in cuts))
    count, more = divmod(len(cuts), len(sources))
    if more or count < 2:
        return None
    apart = 1 if cuts[1].source == cuts[0].source else len(sources)
    stride = subtract(cuts[apart].start, cuts[0].start)
    if not is_known(stride) or stride == 0:
        return None
    for number, cut in enumerate(cuts):
        sequence, place = divmod(number, count) if apart == 1 else reversed(divmod(number, len(sources)))
        start = _size(add(cuts[0].start, multiply(stride, place)))
        if cut != replace(cuts[0], source=sources[sequence], start=start):
            return None
    found = _windows(cuts[0], stride, cuts[0].start, len(sources))
    where = items[0].fact.location if isinstance(items[0], Array) else NOWHERE
    return replace(found, order="sequence" if apart == 1 else "window", location=where)


def windows_of_shifts(cuts: Sequence[Cut], location: Location) -> Windows | None:
    """Windows whose steps stand side by side: the same rows again and again, each time a step further."""
    rate = subtract(cuts[1].start, cuts[0].start) if len(cuts) > 1 else UNKNOWN
    if not isinstance(rate, int) or rate < 1:
        return None
    first = cuts[0]
    for place, cut in enumerate(cuts):
        if cut != replace(first, start=_size(add(first.start, rate * place))):
            return None
    return replace(_windows(replace(first, length=len(cuts)), first.step, first.start), rate=rate, location=location)


def windows_without_gaps(windows: Windows | None) -> Windows | None:
    """Of the rows that have all their steps, where the first ones begin before the series does."""
    if windows is None or not isinstance(windows.offset, int) or not isinstance(windows.stride, int):
        return windows
    lacking = max(0, -(windows.offset // windows.stride))
    return sliced_rows(windows, lacking, 1)


def sliced_rows(windows: Windows | None, start: Any, step: int) -> Windows | None:
    """Of the rows `start`, `start + step`..."""
    if windows is None:
        return None
    if windows.sequences != 1:
        return windows if start == 0 and step == 1 else replace(windows, offset=UNKNOWN, sequences=UNKNOWN)
    offset = add(windows.offset, multiply(start, windows.stride))
    stride = multiply(windows.stride, step)
    return replace(windows, offset=_size(offset), stride=_size(stride))


def sliced_steps(windows: Windows | None, size: Any, start: Any, length: Any, step: int) -> Windows | None:
    """Of the elements `start`, `start + step`... of each window, along the second axis, which has `size` elements.

    Where several columns of a series stand side by side for each step, `size` is a multiple of the steps of a window.
    """
    if windows is None:
        return None
    if equal(windows.length, size) is not True:
        return _sliced_flat(windows, size, start, length) if step == 1 else None
    offset = add(windows.offset, multiply(start, windows.rate))
    rate = multiply(windows.rate, step)
    return replace(windows, offset=_size(offset), length=_size(length), rate=_size(rate))


def _sliced_flat(windows: Windows, size: Any, start: Any, length: Any) -> Windows | None:
    """Whole steps out of windows of which each step is several columns wide."""
    if not is_known(windows.length) or divides(windows.length, size) is not True:
        return None
    width = floor_divide(size, windows.length)
    first, count = floor_divide(start, width), floor_divide(length, width)
    if equal(multiply(first, width), start) is not True or not is_known(count):
        return None
    if equal(multiply(count, width), length) is not True:
        return None
    return replace(windows, offset=_size(add(windows.offset, multiply(first, windows.rate))), length=_size(count))


def _windows(cut: Cut, stride: Any, offset: Any, sequences: Size = 1) -> Windows:
    columns = cut.columns if cut.columns is None or isinstance(cut.columns, Unknown) else frozenset(cut.columns)
    return Windows(
        cut.source,
        _length(cut),
        _size(stride),
        _size(offset),
        rate=cut.step,
        sequences=sequences,
        order="sequence" if sequences == 1 else UNKNOWN,
        columns=columns,
    )


def _length(cut: Cut) -> Size:
    return 1 if cut.length is None else cut.length


def _nested(cut: Cut, born: int) -> bool:
    """Whether what it was cut from was made after the list: then each of several sequences was cut."""
    return cut.source > born


def _steps(start: Size, counter: Symbol) -> tuple[Size, Size] | None:
    """The start in the first round, and how much it grows from round to round; None where it does not grow evenly."""
    at = [substitute(start, {counter: round}) for round in range(3)]
    first, second = subtract(at[1], at[0]), subtract(at[2], at[1])
    if not is_known(first) or first != second or first == 0 or not is_known(at[0]):
        return None
    return at[0], first


def _size(size: Any) -> Size:
    return size if isinstance(size, (int, Linear)) else UNKNOWN
