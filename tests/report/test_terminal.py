"""The report for people, letter for letter."""

import io
from dataclasses import replace

import pytest

from rnnlint.counts import Counts
from rnnlint.finding import Fix, Note
from rnnlint.linting import File, Report
from rnnlint.reading import NotUnderstood, Reading, skipped
from rnnlint.report.terminal import write
from tests.report import samples


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


def printed(report: Report, verbose: bool = False, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors="backslashreplace", newline="\n")
    write(report, stream, verbose)
    stream.flush()
    return raw.getvalue().decode(encoding)


def test_a_finding_in_a_script() -> None:
    assert (
        printed(Report((samples.script(),), (samples.stacked(),)))
        == """\
error[missing-return-sequences] `lstm_1` reads a sequence, but `lstm` gives only its last step
  ┌─ train.py:5:5
4 │     layers.LSTM(32, input_shape=(10, 8)),
  │     ------------------------------------ `lstm`
5 │     layers.LSTM(16),
  │     ^^^^^^^^^^^^^^^ `lstm_1`
  gives  (batch=None,            units=32)
  needs  (batch=None, time=?, features=?)
  why  an LSTM gives only its last step
  fix  return every step (safe: as it stands it cannot work)
     -     layers.LSTM(32, input_shape=(10, 8)),
     +     layers.LSTM(32, input_shape=(10, 8), return_sequences=True),

1 error in 1 file (2 layers, all with known shapes).  1 fix with --fix.
More: rnnlint explain missing-return-sequences
"""
    )


def test_a_finding_in_a_model_file() -> None:
    assert (
        printed(Report((samples.model_file(),), (samples.one_step(),)))
        == """\
warning[single-timestep] `lstm` reads one step per sequence, so nothing recurs
  ┌─ model.keras
0 │ input  InputLayer  (batch=None, time=1, features=10)
1 │ lstm   LSTM(32)    (batch=None, units=32)
  │ ^^^^
  fix  if the ten features are ten steps of one series, give the input shape (10, 1)

1 warning in 1 file (2 layers, all with known shapes).  More: rnnlint explain single-timestep
"""
    )


def test_a_finding_in_a_call() -> None:
    assert (
        printed(Report((samples.model_file(),), (samples.remainder(),), (samples.CALL,)))
        == """\
error[partial-batch] 1000 samples leave a last batch of 8
  ┌─ --call 1:35
1 │ fit(x=(1000, 10, 8), y=(1000, 1), batch_size=32)
  │                                   ^^^^^^^^^^^^^
  ┌─ model.keras
0 │ input  InputLayer  (batch=None, time=1, features=10)
1 │ lstm   LSTM(32)    (batch=None, units=32)
  │ ---- keeps its state between batches

1 error in 1 file (2 layers, all with known shapes).  More: rnnlint explain partial-batch
"""
    )


def test_in_a_notebook_the_cell_and_its_lines_are_named() -> None:
    text = printed(Report((samples.notebook(),), (samples.stacked("train.ipynb", down=1),)))
    assert "  ┌─ train.ipynb cell 3:5:5\n4 │     layers.LSTM(32" in text


def test_on_a_narrow_terminal_nothing_is_wider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    text = printed(samples.everything(), verbose=True)
    assert max(map(len, text.splitlines())) <= 40
    assert (
        """\
error[missing-return-sequences]
  `lstm_1` reads a sequence, but `lstm`
  gives only its last step
  ┌─ train.py:5:5
4 │ …layers.LSTM(32, input_shape=(10, 8…
  │  ----------------------------------
  │  `lstm`
5 │     layers.LSTM(16),
  │     ^^^^^^^^^^^^^^^ `lstm_1`
  gives  (batch=None, units=32)
  needs  (batch=None, time=?,
         features=?)
  fix  return every step (safe: as it
       stands it cannot work)
     -     layers.LSTM(32,
           input_shape=(10, 8)),
     +     layers.LSTM(32,
           input_shape=(10, 8),
           return_sequences=True),
"""
        in text
    )
    assert (
        """\
0 │ input  InputLayer
  │    (batch=None, time=1, features=10)
1 │ lstm  LSTM(32)
  │    (batch=None, units=32)
  │ ^^^^
"""
        in text
    )


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_where_frames_cannot_be_written_they_are_ascii(encoding: str) -> None:
    text = printed(Report((samples.script(),), (samples.stacked(),)), encoding=encoding)
    assert text.isascii()
    assert "  +- train.py:5:5\n4 |     layers.LSTM(32, input_shape=(10, 8)),\n  |     ----" in text


def test_a_stream_that_is_no_terminal_gets_no_colour() -> None:
    assert "\x1b" not in printed(samples.everything())


def test_force_color_and_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31merror[missing-return-sequences]" in printed(samples.everything())
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[1;31m" not in printed(samples.everything())


def test_why_is_said_once_for_a_rule() -> None:
    twice = Report((samples.script(samples.SCRIPT * 2),), (samples.stacked(), samples.stacked(down=6)))
    assert printed(twice).count("  why  an LSTM gives only its last step") == 1


def test_nothing_found_says_how_much_was_seen() -> None:
    unsure = File(Reading("b.py", "script", "python"), Counts(1, 1, 3, 2))
    assert printed(Report((samples.script(), unsure))) == "nothing found in 2 files (5 layers, 4 with known shapes).\n"


def test_failed_and_skipped_files_are_named_with_their_reason() -> None:
    text = printed(samples.everything())
    assert "failed gone.keras: there is no such file or folder\n" in text
    assert "skipped weights.h5: holds weights alone\n" in text
    assert "3 errors, 1 warning in 4 files (6 layers, all with known shapes); 1 failed." in text


def test_many_skipped_files_are_counted_unless_asked_for() -> None:
    report = Report(tuple(File(skipped(f"{n}.py", "a script without Keras"), Counts()) for n in range(5)))
    assert printed(report) == "5 files skipped (--verbose says why)\nnothing found in 0 files.\n"
    assert printed(report, verbose=True).count("a script without Keras") == 5


def test_what_was_not_understood_is_one_line_unless_asked_for() -> None:
    places = (NotUnderstood(3, "a call of `build`"), NotUnderstood(9, "`exec`"))
    reading = Reading("a.py", "script", "python", complete=False, not_understood=places)
    report = Report((File(reading, Counts()),))
    assert printed(report) == ("not understood: 2 places in a.py (--verbose lists them)\nnothing found in 1 file.\n")
    assert "not understood: a.py:3: a call of `build`\nnot understood: a.py:9: `exec`\n" in printed(
        report, verbose=True
    )


def test_one_place_that_was_not_understood_is_told_at_once() -> None:
    assert "not understood: half.py:31: a call of `build`\n" in printed(samples.everything())


def test_names_from_files_reach_no_terminal() -> None:
    evil = "a\x1b[31m\x07\x9b\x7f\u202e\u2066\nb"
    found = replace(samples.one_step(evil), message=f"`{evil}`", notes=[Note(samples.span(1, 1, 3, evil), evil, evil)])
    report = Report(
        (samples.model_file(evil), File(skipped(evil, evil), Counts())),
        (found, replace(samples.stacked(), layer=evil, fix=Fix.advice(evil))),
    )
    text = printed(report, verbose=True)
    assert all(character.isprintable() or character == "\n" for character in text)
    assert "a\\x1b[31m\\x07\\x9b\\x7f\\u202e\\u2066\\nb" in text


def test_control_characters_in_a_source_line_are_written_out() -> None:
    text = printed(Report((samples.script(samples.SCRIPT.replace("16", "16\x1b")),), (samples.stacked(),)))
    assert "5 │     layers.LSTM(16\\x1b),\n" in text


def test_underlines_lie_below_wide_characters_and_tabs() -> None:
    source = samples.SCRIPT.replace("    layers.LSTM(16)", "\t层 = LSTM(16)  ")
    found = replace(samples.stacked(), location=samples.span(5, 6, 14), notes=(), fix=None)
    text = printed(Report((samples.script(source),), (found,)))
    assert "5 │     层 = LSTM(16)  ,\n  │          ^^^^^^^^ `lstm_1`\n" in text


def test_two_things_of_one_place_share_an_underline() -> None:
    place = samples.span(5, 5, 20)
    found = replace(samples.stacked(), notes=[Note(place, "made here")], fix=None)
    assert "  │     ^^^^^^^^^^^^^^^ `lstm_1`, made here\n" in printed(Report((samples.script(),), (found,)))
    unnamed = replace(found, layer=None)
    assert "  │     ^^^^^^^^^^^^^^^ made here\n" in printed(Report((samples.script(),), (unnamed,)))
