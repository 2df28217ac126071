"""The shape of every layer call, as a table for people."""

from collections.abc import Iterator, Sequence
from typing import TextIO

from rich.cells import cell_len
from rich.text import Text

from rnnlint.facts import Layer, LayerCall, LayerLocation, Model, Unknown
from rnnlint.reading import Reading
from rnnlint.report.canvas import Canvas
from rnnlint.report.describe import described, masks_text, shape_text
from rnnlint.report.escape import escaped

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
        yield Text("no models")


def models_of(reading: Reading) -> list[Model]:
    """The models of all ways through the file, each once: those that several ways share are the same in both."""
    seen: set[object] = set()
    models = []
    for program in reading.programs:
        for model in program.models:
            key = (model.location, _trace(model))
            if key not in seen:
                seen.add(key)
                models.append(model)
    return models


def _trace(model: Model) -> str:
    return "\n".join(
        f"{layer.path} {described(layer)} {shape_text([output.shape for output in call.outputs])}"
        for layer in model.layers
        for call in layer.calls
    )


def _model(model: Model, canvas: Canvas) -> Iterator[Text]:
    complete = "" if model.complete else ", not wholly understood"
    where = "" if isinstance(model.location, LayerLocation) else f", line {model.location.line}"
    title = Text.assemble((escaped(model.variable or model.name), "bold cyan"), f" {model.kind}{where}{complete}")
    yield from canvas.wrap(title, "  ", "")
    rows = [row for layer in model.layers for row in _rows(layer)]
    widths = [max((cell_len(row[column]) for row in rows), default=0) for column in range(4)]
    for row in rows:
        yield from _row(row, widths, canvas)


Row = tuple[str, str, str, str, str]
"""Line, layer, class, mask, shape."""


def _rows(layer: Layer) -> Iterator[Row]:
    line = "" if isinstance(layer.location, LayerLocation) else str(layer.location.line)
    names = line, escaped(layer.path), escaped(described(layer))
    if not layer.calls:
        yield *names, "", "not called"
    for number, call in enumerate(layer.calls):
        first = names if number == 0 else ("", "", "")
        yield *first, masks_text(call), _shape(call)


def _shape(call: LayerCall) -> str:
    return escaped(shape_text([output.shape for output in call.outputs]))


def _row(row: Row, widths: Sequence[int], canvas: Canvas) -> Iterator[Text]:
    line, name, kind, mask, shape = row
    text = Text()
    if widths[0]:
        text.append(f"{line:>{widths[0]}}{GAP}", "blue")
    text.append(_padded(name, widths[1]) + GAP, "bold")
    text.append(_padded(kind, widths[2]) + GAP)
    wide = text.copy()
    if widths[3]:
        wide.append(_padded(mask, widths[3]) + GAP, "magenta")
    wide.append(shape)
    if wide.cell_len <= canvas.width:
        wide.rstrip()
        yield wide
        return
    narrow = Text.assemble((f"{line:>{widths[0]}}{GAP}" if widths[0] else "", "blue"), (name, "bold"), f" {kind}")
    narrow.rstrip()
    yield canvas.cut(narrow)
    yield from canvas.wrap(Text.assemble(shape, ("  " + mask if mask else "", "magenta")), "    ")


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))
