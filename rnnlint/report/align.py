"""Two shapes, one above the other, axis below axis."""

from rnnlint.facts import AnyShape, Axis, Shape

MOST_AXES = 12
"""Shapes with more axes are shown as they are."""

Column = tuple[Axis | None, Axis | None]


def aligned(above: AnyShape, below: AnyShape) -> tuple[str, str]:
    """Both shapes as text, axes that belong together in one column.

    >>> aligned(Shape.of((None, 32), ("batch", "units")), Shape.of((None, 7, 8)))
    ('(batch=None,            units=32)', '(batch=None, time=7, features=8)')
    """
    if not isinstance(above, Shape) or not isinstance(below, Shape) or max(above.rank, below.rank) > MOST_AXES:
        return str(above), str(below)
    columns = _columns(above.axes, below.axes)
    cells = [_cells(column) for column in columns]
    first, second = ("".join(pair[side] for pair in cells).rstrip() for side in (0, 1))
    return f"({_closed(first)})", f"({_closed(second)})"


def _columns(above: tuple[Axis, ...], below: tuple[Axis, ...]) -> list[Column]:
    """The pairs that fit best: equal names belong together, equal sizes where there is no name, and the last axes."""
    best: dict[tuple[int, int], tuple[int, list[Column]]] = {(len(above), len(below)): (0, [])}
    for i in range(len(above), -1, -1):
        for j in range(len(below), -1, -1):
            options = []
            if i < len(above):
                score, rest = best[i + 1, j]
                options.append((score, [(above[i], None), *rest]))
            if j < len(below):
                score, rest = best[i, j + 1]
                options.append((score, [(None, below[j]), *rest]))
            if i < len(above) and j < len(below):
                score, rest = best[i + 1, j + 1]
                options.append((score + _affinity(above, below, i, j), [(above[i], below[j]), *rest]))
            if options:
                best[i, j] = max(options, key=lambda option: option[0])
    return best[0, 0][1]


def _affinity(above: tuple[Axis, ...], below: tuple[Axis, ...], i: int, j: int) -> int:
    a, b = above[i], below[j]
    unnamed = a.name.startswith("axis") or b.name.startswith("axis")
    if a.name == b.name or (unnamed and isinstance(a.size, int) and a.size == b.size):
        return 4
    return 3 if (i, j) == (len(above) - 1, len(below) - 1) else 1


def _cells(column: Column) -> tuple[str, str]:
    """Both cells of a column, equally wide, the `=` one above the other."""
    name_width = max(len(axis.name) for axis in column if axis)
    size_width = max(len(str(axis.size)) for axis in column if axis)
    first, second = (
        f"{axis.name:>{name_width}}={f'{axis.size},':<{size_width + 1}} "
        if axis
        else " " * (name_width + size_width + 3)
        for axis in column
    )
    return first, second


def _closed(text: str) -> str:
    return text.removesuffix(",")
