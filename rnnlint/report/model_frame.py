"""Layers of a saved model in a frame: those around the layer at fault, with their shapes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from rnnlint.facts import Layer, LayerLocation, Model
from rnnlint.finding import Finding
from rnnlint.report.canvas import Canvas, message
from rnnlint.report.describe import described, output_shapes, shape_text
from rnnlint.report.escape import escaped
from rnnlint.report.frame import FRAME, NOTE, header
from rnnlint.report.sources import Sources

MOST_ROWS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A layer by its number in the model, and what is said of it."""

    number: int
    layer: Layer
    labels: tuple[tuple[str, str, str], ...] = ()
    """Mark, text, style."""


def model_frames(finding: Finding, sources: Sources, canvas: Canvas, style: str) -> Iterator[Text]:
    """A frame for each model file that the finding and its notes point into."""
    places = [(finding.location, "^", "", style)]
    places += [(note.location, "-", note.message, NOTE) for note in finding.notes]
    paths: dict[str, list[tuple[str, str, str, str]]] = {}
    for location, mark, text, its_style in places:
        if isinstance(location, LayerLocation) and location.path:
            paths.setdefault(location.path, []).append((location.layer, mark, text, its_style))
    for path, marks in paths.items():
        yield from _frame(path, marks, sources, canvas)


def _frame(path: str, marks: Sequence[tuple[str, str, str, str]], sources: Sources, canvas: Canvas) -> Iterator[Text]:
    model = _model(path, marks, sources)
    rows = _rows(model, marks) if model else []
    gutter = max((len(str(row.number)) for row in rows), default=1)
    yield from header(path, gutter, canvas)
    for text in _general(marks):
        bar = Text(f"{'':>{gutter}} {canvas.glyphs.bar} ", FRAME)
        yield from canvas.wrap(message(text, NOTE), " " * (gutter + 3), bar)
    columns = [(row, escaped(row.layer.path), escaped(described(row.layer)), _shape(row.layer)) for row in rows]
    names = max((cell_len(name) for _, name, _, _ in columns), default=0)
    kinds = max((cell_len(kind) for _, _, kind, _ in columns), default=0)
    before = None
    for row, name, kind, shape in columns:
        if before is not None and row.number > before + 1:
            yield Text(f"{'':>{gutter}} {canvas.glyphs.gap}", FRAME)
        before = row.number
        yield from _layer(row, (name, kind, shape), (names, kinds), gutter, canvas)


def _layer(
    row: Row, texts: tuple[str, str, str], widths: tuple[int, int], gutter: int, canvas: Canvas
) -> Iterator[Text]:
    name, kind, shape = texts
    number = Text(f"{row.number:>{gutter}} {canvas.glyphs.bar} ", FRAME)
    bar = Text(f"{'':>{gutter}} {canvas.glyphs.bar} ", FRAME)
    pieces = [name + " " * (widths[0] - cell_len(name)), kind + " " * (widths[1] - cell_len(kind)), shape]
    line = Text.assemble(number, "  ".join(pieces).rstrip())
    if line.cell_len <= canvas.width:
        yield line
    else:
        yield canvas.cut(Text.assemble(number, f"{name}  {kind}"))
        yield from canvas.wrap(Text(shape), f"{'':>{gutter}} {canvas.glyphs.bar}    ")
    for mark, text, style in row.labels:
        marks = Text(mark * min(max(cell_len(name), 1), canvas.width - gutter - 3), style)
        if text and bar.cell_len + marks.cell_len + 1 + cell_len(text) > canvas.width:
            yield Text.assemble(bar, marks)
            yield from canvas.wrap(message(text, style), f"{'':>{gutter}} {canvas.glyphs.bar} ")
        else:
            yield Text.assemble(bar, marks, " " if text else "", message(text, style))


def _shape(layer: Layer) -> str:
    return escaped(shape_text(output_shapes(layer)))


def _general(marks: Sequence[tuple[str, str, str, str]]) -> list[str]:
    """What notes say of the model itself."""
    return [text for layer, _, text, _ in marks if not layer and text]


def _model(path: str, marks: Sequence[tuple[str, str, str, str]], sources: Sources) -> Model | None:
    """The model that holds the first of the layers."""
    reading = sources.reading(path)
    models = [model for program in reading.programs for model in program.models] if reading else []
    wanted = [layer for layer, *_ in marks if layer]
    return next((model for model in models if wanted and _nearest(model, wanted[0]) is not None), None)


def _nearest(model: Model, path: str) -> int | None:
    """The number of the layer of that path, or of the one that wraps it."""
    best: tuple[int, int] | None = None
    for number, layer in enumerate(model.layers):
        if layer.path == path:
            return number
        if path.startswith(f"{layer.path}/") and (best is None or len(layer.path) > best[0]):
            best = len(layer.path), number
    return best[1] if best else None


def _rows(model: Model, marks: Sequence[tuple[str, str, str, str]]) -> list[Row]:
    """The layers that are spoken of, and what they read."""
    labels: dict[int, list[tuple[str, str, str]]] = {}
    for path, mark, text, style in marks:
        number = _nearest(model, path) if path else None
        if number is not None:
            labels.setdefault(number, []).append((mark, text, style))
    numbers = {layer.id: number for number, layer in enumerate(model.layers)}
    shown = set(labels)
    for number in labels:
        layer = model.layers[number]
        for call in layer.arrivals or layer.calls:
            shown |= {numbers[it.origin.layer] for it in call.inputs if it.origin and it.origin.layer in numbers}
    kept = sorted(sorted(shown, key=lambda number: (number not in labels, number))[:MOST_ROWS])
    return [Row(number, model.layers[number], tuple(labels.get(number, ()))) for number in kept]
