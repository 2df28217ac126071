"""What a fix changes, line by line."""

from rnnlint.facts import CallLocation
from rnnlint.finding import Edit
from rnnlint.linting import Report
from rnnlint.report.changes import Change, changes
from rnnlint.report.sources import Sources
from tests.report import samples


def changed(*edits: Edit) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    sources = Sources(Report((samples.script(), samples.model_file()), (), (samples.CALL,)))
    return [(change.removed, change.added) for change in changes(edits, sources)]


def edit(line: int, column: int, end: int, text: str, end_line: int | None = None) -> Edit:
    return Edit(samples.span(line, column, end, end_line=end_line), text)


def test_a_line_that_changes() -> None:
    assert changed(edit(5, 17, 19, "8")) == [(("    layers.LSTM(16),",), ("    layers.LSTM(8),",))]


def test_two_edits_in_one_line_are_one_change() -> None:
    assert changed(edit(5, 17, 19, "8"), edit(5, 12, 16, "GRU")) == [
        (("    layers.LSTM(16),",), ("    layers.GRU(8),",))
    ]


def test_edits_in_different_lines_are_two_changes_in_order() -> None:
    assert changed(edit(5, 17, 19, "8"), edit(4, 17, 19, "8")) == [
        (("    layers.LSTM(32, input_shape=(10, 8)),",), ("    layers.LSTM(8, input_shape=(10, 8)),",)),
        (("    layers.LSTM(16),",), ("    layers.LSTM(8),",)),
    ]


def test_a_line_that_goes() -> None:
    assert changed(edit(5, 1, 21, "")) == [(("    layers.LSTM(16),",), ())]


def test_a_line_that_comes() -> None:
    assert changed(edit(5, 21, 21, "\n    layers.Dense(1),")) == [((), ("    layers.Dense(1),",))]


def test_of_several_lines_only_those_that_change() -> None:
    assert changed(edit(3, 1, 3, "model = Sequential([\n    layers.GRU(3),\n])", end_line=6)) == [
        (
            ("    layers.LSTM(32, input_shape=(10, 8)),", "    layers.LSTM(16),"),
            ("    layers.GRU(3),",),
        )
    ]


def test_the_same_edit_twice_is_one() -> None:
    assert changed(edit(5, 17, 19, "8"), edit(5, 17, 19, "8")) == [
        (("    layers.LSTM(16),",), ("    layers.LSTM(8),",))
    ]


def test_edits_that_overlap_change_nothing() -> None:
    assert changed(edit(5, 12, 19, "GRU(4"), edit(5, 17, 19, "8")) == []


def test_edits_beyond_the_text_change_nothing() -> None:
    assert changed(edit(50, 1, 2, "x")) == []


def test_an_edit_of_a_call() -> None:
    place = CallLocation("model.keras", 1, 1, 46, 1, 48)
    sources = Sources(Report((samples.model_file(),), (), (samples.CALL,)))
    assert changes([Edit(place, "20")], sources) == [
        Change(place, (samples.CALL,), (samples.CALL.replace("batch_size=32", "batch_size=20"),))
    ]
