"""What people paste is taken apart: the last exception counts, programs and paths do not."""

import pytest

from rnnlint.explain import explain
from rnnlint.packs import load_rules
from rnnlint.tracebacks import LONGEST, messages

RULES = load_rules()

PYTHON = """\
2024-03-01 10:00:00.1: I tensorflow/core/platform/cpu_feature_guard.cc:182] This TensorFlow binary is optimized
Traceback (most recent call last):
  File "/home/me/expected ndim=3, found ndim=4/train.py", line 20, in <module>
    model.add(LSTM(16))  # was: indices[3,7] = 100 is not in [0, 100)
    ^^^^^^^^^^^^^^^^^^^
  File "/usr/lib/python3.11/site-packages/keras/src/models/sequential.py", line 120, in add
    self._maybe_rebuild()
  File "/usr/lib/python3.11/site-packages/keras/src/layers/input_spec.py", line 186, in assert_input_compatibility
    raise ValueError(
ValueError: Input 0 with name 'None' of layer 'lstm_1' is incompatible with the layer: expected ndim=3, found ndim=2. \
Full shape received: (None, 32)
"""

CHAINED = """\
Traceback (most recent call last):
  File "a.py", line 1, in <module>
    model.fit(x, y)
ValueError: Data cardinality is ambiguous:
  x sizes: 190
  y sizes: 200
Make sure all arrays contain the same number of samples.

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "a.py", line 3, in <module>
    model.reset_states()
AttributeError: 'Sequential' object has no attribute 'reset_states'
"""

UNTOLD = """\
Traceback (most recent call last):
  File "a.py", line 1, in <module>
    model.fit(x, y)
tensorflow.python.framework.errors_impl.InvalidArgumentError: indices[3,7] = 100 is not in [0, 100)
\t [[{{node sequential/embedding_2/embedding_lookup}}]]

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "a.py", line 3, in <module>
    raise RuntimeError("training failed") from error
RuntimeError: training failed
"""

NOTEBOOK = """\
---------------------------------------------------------------------------
ValueError                                Traceback (most recent call last)
<ipython-input-3-b43b82db1597> in <cell line: 15>()
     13 X_train = np.random.rand(100, 10, 3)
     14 print("Incompatible shapes: [12,40] vs. [32,40]")
---> 15 model.fit(X_train, y_train, epochs=1)

1 frames
/usr/local/lib/python3.10/dist-packages/keras/src/utils/traceback_utils.py in error_handler(*args, **kwargs)
    120             # To get the full stack trace, call:
    121             # `keras.config.disable_traceback_filtering()`
--> 122             raise e.with_traceback(filtered_tb) from None
    123         finally:
    124             del filtered_tb

\x1b[0;31mValueError\x1b[0m: When using `stateful=True` in a RNN, the batch size must be static. Found dynamic batch \
size: sequence.shape=(None, 24, 3)
"""

IN_USER_CODE = """\
Traceback (most recent call last):
  File "train.py", line 9, in <module>
    model.fit(x, y)
ValueError: in user code:

    File "/lib/keras/engine/training.py", line 1284, in train_function  *
        return step_function(self, iterator)
    /lib/keras/engine/training.py:571 train_step  **
        y_pred = self(x, training=True)
    File "/lib/keras/engine/input_spec.py", line 298, in assert_input_compatibility
        raise ValueError(

    ValueError: Input 0 of layer "model" is incompatible with the layer: expected shape=(None, 5, 30), found \
shape=(32, 30, 5)
"""

GRAPH = """\
Traceback (most recent call last):
  File "train.py", line 9, in <module>
    model.fit(x, y, batch_size=32)
InvalidArgumentError: Graph execution error:

Detected at node 'sequential/lstm_3/while/add' defined at (most recent call last):
    File "train.py", line 9, in <module>
      model.fit(x, y, batch_size=32)
    File "/lib/keras/src/backend.py", line 5149, in _step
      output, new_states = step_function(time)
Node: 'sequential/lstm_3/while/add'
2 root error(s) found.
  (0) INVALID_ARGUMENT:  Incompatible shapes: [7,64] vs. [32,64]
\t [[{{node sequential/lstm_3/while/add}}]]
  (1) CANCELLED:  Function was cancelled before it was started
0 successful operations. [Op:__inference_train_function_3994]
"""

R = """\
Error in py_call_impl(callable, dots$args, dots$keywords) : 
  ValueError: Input 0 is incompatible with layer lstm_4: expected ndim=3, found ndim=2

Detailed traceback: 
  File "/lib/keras/models.py", line 492, in add
    output_tensor = layer(self.outputs[0])
"""  # noqa: W291

JAVASCRIPT = """\
Uncaught (in promise) Error: Error when checking input: expected lstm_LSTM1_input to have 3 dimension(s). but got \
array with shape 1606,73
    at new ValueError (errors.js:42:28)
    at standardizeInputData (training.js:131:27)
"""

PYTEST = """\
    def test_training():
>       model.fit(x, y)
E       ValueError: Data cardinality is ambiguous. Make sure all arrays contain the same number of samples.'x' sizes: 30
E       'y' sizes: 40

tests/test_training.py:5: ValueError
=========================== short test summary info ============================
"""

PASTED = [
    (PYTHON, "missing-return-sequences", "lstm_1"),
    (CHAINED, "removed-reset-api", None),
    (UNTOLD, "embedding-input", "embedding_2"),
    (NOTEBOOK, "stateful-needs-batch-shape", None),
    (IN_USER_CODE, "swapped-axes", "model"),
    (GRAPH, "partial-batch", "lstm_3"),
    (R, "missing-return-sequences", "lstm_4"),
    (JAVASCRIPT, "data-rank", "lstm_LSTM1"),
    (PYTEST, "sample-count-mismatch", None),
]


@pytest.mark.parametrize(("text", "rule", "layer"), PASTED)
def test_the_last_exception_that_anything_fits_is_explained(text: str, rule: str, layer: str | None) -> None:
    best = explain(text, RULES.values())[0]
    assert (best.rule, best.layer) == (rule, layer)


@pytest.mark.parametrize(("text", "rule", "layer"), PASTED)
def test_line_ends_and_one_line_make_no_difference(text: str, rule: str, layer: str | None) -> None:
    assert explain(text.replace("\n", "\r\n"), RULES.values())[0].rule == rule
    if text not in (CHAINED, NOTEBOOK, PYTHON):
        assert explain(" ".join(text.split()), RULES.values())[0].rule == rule


def test_programs_and_paths_are_left_out() -> None:
    for text in (PYTHON, NOTEBOOK, IN_USER_CODE):
        told = " ".join(messages(text))
        for part in ("model.add(LSTM", "train.py", "X_train", "Incompatible", "raise ValueError", "step_function"):
            assert part not in told


def test_the_last_exception_comes_first_and_everything_last() -> None:
    first, second, *_, everything = messages(CHAINED)
    assert first == "AttributeError: 'Sequential' object has no attribute 'reset_states'"
    assert second.startswith("ValueError: Data cardinality is ambiguous: x sizes: 190 y sizes: 200")
    assert first in everything and second in everything


def test_a_bare_message_is_one() -> None:
    assert messages("  expected ndim=3,\n found ndim=2 ") == ["expected ndim=3, found ndim=2"]


def test_typographic_quotes_are_plain() -> None:
    assert messages("layer \u2018lstm\u2019 \u201cx\u201d\xa0y") == ["layer 'lstm' \"x\" y"]


@pytest.mark.parametrize("text", ["", " \n\t\n", "\x1b[0m"])
def test_nothing_is_no_message(text: str) -> None:
    assert messages(text) == []


def test_long_messages_keep_their_beginning_and_end() -> None:
    (told,) = messages("ValueError: begins " + "x " * LONGEST + "ends")
    assert told.startswith("ValueError: begins")
    assert told.endswith("ends")
    assert len(told) <= LONGEST + 1


def test_the_end_of_a_very_long_text_counts() -> None:
    text = "log line\n" * 500_000 + PYTHON
    assert explain(text, RULES.values())[0].rule == "missing-return-sequences"
