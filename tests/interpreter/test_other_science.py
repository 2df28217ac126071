"""Effects of scipy and kin."""

import pytest

from tests.interpreter.science import dims, interpret


@pytest.mark.parametrize("call", ["savgol_filter(x, 11, 2)", "medfilt(x, 3)", "lfilter([1.0], [1.0], x)"])
def test_filters_give_a_number_for_each_number(call: str) -> None:
    names = interpret(f"import numpy as np\nfrom scipy import signal\nx = np.random.rand(90)\ny = signal.{call}")
    assert dims(names["y"]) == (90,)


def test_arrays_of_a_matlab_file_are_not_known() -> None:
    names = interpret("import scipy.io as sio\nx = sio.loadmat('f.mat')['x'].reshape(-1, 127, 1)")
    assert dims(names["x"]) == ("?", 127, 1)
