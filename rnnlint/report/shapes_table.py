"""The shape of every layer call, as a table for people."""

from collections.abc import Iterator, Sequence
from typing import TextIO

from rich.cells import cell_len
from rich.text import Text

from rnnlint.facts import UNKNOWN, Layer, LayerLocation, Model, Tensor, Unknown
from rnnlint.reading import Reading
from rnnlint.report.canvas import Canvas
from rnnlint.report.describe import described
from rnnlint.report.escape import escaped
from rnnlint.report.shapes_json import models_of

GAP = "  "


def write(readings: Sequence[Reading], stream: TextIO) -> None:
    """Writes a table for each model of each file."""
    canvas = Canvas(stream)
    for number, reading in enumerate(readings):
        if number:
            canvas.print(Text())
        canvas.print(*_file(reading, canvas))


def _file(reading: Reading, canvas: Canvas) -> Iterator[Text]:
    if reading.status != "checked":
        style = "bold red" if reading.status == "failed" else "bold"
        text = Text.assemble((reading.status, style), f" {escaped(reading.path)}: {escaped(reading.reason or '')}")
        yield from canvas.wrap(text, "  ", "")
        return
    keras = "" if isinstance(reading.keras, Unknown) else f", Keras {reading.keras}"
    yield from canvas.wrap(Text.assemble((escaped(reading.path), "bold"), f" ({reading.format}{keras})"), "  ", "")
    models = models_of(reading)
    for model in models:
        yield Text()
        yield from _model(model, canvas)
    if not models:
        yield Text("no models are made here")


def _model(model: Model, canvas: Canvas) -> Iterator[Text]:
    complete = "" if model.complete else ", not wholly understood"
    where = "" if isinstance(model.location, LayerLocation) else f", line {model.location.line}"
    title = Text.assemble((escaped(model.variable or model.name), "bold cyan"), f" {model.kind}{where}{complete}")
    yield from canvas.wrap(title, "  ", "")
    rows = [row for layer in model.layers for row in _rows(layer)]
    widths = [max((cell_len(row[column]) for row in rows), default=0) for column in range(4)]
    wide = [_wide(row, widths) for row in rows]
    if all(line.cell_len <= canvas.width for line in wide):
        yield from wide
    else:
        for row in rows:
            yield from _narrow(row, widths[0], canvas)


Row = tuple[str, str, str, str, str]
"""Line, layer, class, mask, shape; only the last two for a further output or call of a layer."""


def _rows(layer: Layer) -> Iterator[Row]:
    line = "" if isinstance(layer.location, LayerLocation) else str(layer.location.line)
    names = line, escaped(layer.path), escaped(described(layer))
    outputs = [output for call in layer.calls for output in call.outputs]
    if not outputs:
        yield *names, "", "?" if layer.calls else "not called"
    for output in outputs:
        yield *names, _mask(output), escaped(str(output.shape))
        names = "", "", ""


def _mask(output: Tensor) -> str:
    return "mask" if output.mask is True else "?" if output.mask is UNKNOWN else ""


def _wide(row: Row, widths: Sequence[int]) -> Text:
    """All in one line, in columns."""
    line, name, kind, mask, shape = row
    text = Text()
    if widths[0]:
        text.append(f"{line:>{widths[0]}}{GAP}", "blue")
    text.append(_padded(name, widths[1]) + GAP, "bold")
    text.append(_padded(kind, widths[2]) + GAP)
    if widths[3]:
        text.append(_padded(mask, widths[3]) + GAP, "magenta")
    text.append(shape)
    return text


def _narrow(row: Row, line_width: int, canvas: Canvas) -> Iterator[Text]:
    """The layer, and what it gives below it."""
    line, name, kind, mask, shape = row
    if name:
        number = f"{line:>{line_width}}{GAP}" if line_width else ""
        yield canvas.cut(Text.assemble((number, "blue"), (name, "bold"), f" {kind}"))
    yield from canvas.wrap(Text.assemble(shape, (f"  {mask}" if mask else "", "magenta")), "    ")


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))
