"""Reports made by hand, so that tests of how they are written need neither readers nor rules."""

from rnnlint.counts import Counts
from rnnlint.facts import (
    UNKNOWN,
    ArgumentSite,
    CallLocation,
    CallSite,
    Layer,
    LayerCall,
    LayerLocation,
    Model,
    Origin,
    Program,
    Shape,
    SourceLocation,
    Tensor,
)
from rnnlint.finding import Finding, Fix, Note, Safety, Severity
from rnnlint.linting import File, Report
from rnnlint.reading import Cell, NotUnderstood, Reading, failed, skipped

SCRIPT = """\
from keras import Sequential, layers

model = Sequential([
    layers.LSTM(32, input_shape=(10, 8)),
    layers.LSTM(16),
])
"""

CALL = "fit(x=(1000, 10, 8), y=(1000, 1), batch_size=32)"


def span(line: int, column: int, end: int, path: str = "train.py", end_line: int | None = None) -> SourceLocation:
    return SourceLocation(path, line, column, end_line or line, end)


def stacked(path: str = "train.py", down: int = 0) -> Finding:
    """An LSTM on an LSTM that gives only its last step, `down` lines further down."""
    first, second = span(4 + down, 5, 41, path), span(5 + down, 5, 20, path)
    whole, value = span(4 + down, 21, 40, path), span(4 + down, 33, 40, path)
    site = CallSite(
        location=first,
        insert=span(4 + down, 40, 40, path),
        prefix=", ",
        suffix="",
        function=span(4 + down, 5, 16, path),
        arguments={"input_shape": ArgumentSite(whole, value, span(4 + down, 19, 40, path))},
    )
    found = Finding(
        second,
        "`lstm_1` reads a sequence, but `lstm` gives only its last step",
        notes=[Note(first, "`lstm`", "lstm")],
        fix=Fix.argument(site, "return_sequences", "True", "return every step", Safety.SAFE),
        gives=Shape.of((None, 32), ("batch", "units")),
        needs=Shape.of((None, UNKNOWN, UNKNOWN)),
        layer="lstm_1",
    )
    return found.stamped("missing-return-sequences", "shape", Severity.ERROR, "an LSTM gives only its last step")


def script(text: str = SCRIPT, path: str = "train.py") -> File:
    return File(Reading(path, "script", "python", keras=3, text=text), Counts(1, 0, 2, 2))


def notebook() -> File:
    """The script as the second code cell, which is the third of all cells."""
    text = "import keras\n" + SCRIPT
    cells = (Cell(1, 1, 1), Cell(3, 2, 7))
    return File(Reading("train.ipynb", "notebook", "notebook", text=text, cells=cells), Counts(1, 0, 2, 2))


def model_file(path: str = "model.keras") -> File:
    step = Tensor(Shape.of((None, 1, 10)), origin=Origin(1, 0))
    last = Tensor(Shape.of((None, 32), ("batch", "units")), origin=Origin(2, 0))
    layers = (
        Layer(1, "input", "InputLayer", "InputLayer", calls=(LayerCall((), (step,)),)),
        Layer(2, "lstm", "LSTM", "LSTM", {"units": 32, "stateful": False}, calls=(LayerCall((step,), (last,)),)),
    )
    model = Model(1, "functional", "Functional", "functional", layers, location=LayerLocation(path))
    program = Program(path, "model", (model,))
    reading = Reading(path, "model", "keras", programs=(program,), keras=3, written_by="3.15.1")
    return File(reading, Counts(1, 0, 2, 2))


def one_step(path: str = "model.keras") -> Finding:
    found = Finding(
        LayerLocation(path, "lstm"),
        "`lstm` reads one step per sequence, so nothing recurs",
        fix=Fix.advice("if the ten features are ten steps of one series, give the input shape (10, 1)"),
    )
    return found.stamped("single-timestep", "shape", Severity.WARNING, None)


def remainder(path: str = "model.keras") -> Finding:
    found = Finding(
        CallLocation(path, 1, 1, 35, 1, 48),
        "1000 samples leave a last batch of 8",
        notes=[Note(LayerLocation(path, "lstm"), "keeps its state between batches")],
    )
    return found.stamped("partial-batch", "stateful", Severity.ERROR, None)


def everything() -> Report:
    """A report with each kind of file, place and finding."""
    half = Reading(
        "half.py", "script", "python", complete=False, not_understood=(NotUnderstood(31, "a call of `build`"),)
    )
    files = (
        script(),
        notebook(),
        model_file(),
        File(half, Counts()),
        File(skipped("weights.h5", "holds weights alone"), Counts()),
        File(failed("gone.keras", "there is no such file or folder"), Counts()),
    )
    findings = (remainder(), one_step(), stacked("train.ipynb", down=1), stacked())
    return Report(files, findings, (CALL,))
