"""A line for each finding."""

from dataclasses import replace

from rnnlint.linting import Report
from rnnlint.report.short import short
from tests.report import samples


def test_every_kind_of_place() -> None:
    assert short(samples.everything()) == (
        "gone.keras: failed: there is no such file or folder\n"
        "model.keras: --call 1:35: error: 1000 samples leave a last batch of 8 [partial-batch]\n"
        "model.keras: lstm: warning: `lstm` reads one step per sequence, so nothing recurs [single-timestep]\n"
        "train.ipynb:cell 3:5:5: error: `lstm_1` reads a sequence, but `lstm` gives only its last step"
        " [missing-return-sequences]\n"
        "train.py:5:5: error: `lstm_1` reads a sequence, but `lstm` gives only its last step"
        " [missing-return-sequences]\n"
    )


def test_a_finding_stays_on_its_line() -> None:
    odd = replace(samples.stacked("a\nb.py"), message="a\r\nb\u2028c")
    assert short(Report((), (odd,))) == "a\\nb.py:5:5: error: a\\r\\nb\\u2028c [missing-return-sequences]\n"
