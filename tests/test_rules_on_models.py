"""Rules on saved models: the same facts without any source text."""

import io
import json
from typing import Any

import pytest

from rnnlint.engine import run
from rnnlint.facts import LayerLocation
from rnnlint.finding import Finding
from rnnlint.packs import load_rules
from rnnlint.readers import read
from rnnlint.readers.source import Source

Entry = dict[str, Any]


def layer(cls: str, **config: Any) -> Entry:
    """A layer as Keras 3 saves it, named after its class."""
    return {
        "module": "keras.layers",
        "class_name": cls,
        "config": {"name": cls.lower(), **config},
        "registered_name": None,
    }


def wrapped(cls: str, inner: Entry, **config: Any) -> Entry:
    return layer(cls, layer=inner, **config)


def sequential(*layers: Entry) -> list[Finding]:
    """What is found in a saved Sequential of these layers behind its input."""
    config = {"name": "sequential", "trainable": True, "layers": layers}
    text = json.dumps({"module": "keras", "class_name": "Sequential", "config": config, "registered_name": None})
    reading = read(Source("m.json", lambda: io.BytesIO(text.encode())))
    assert reading.status == "checked", reading.reason
    return run([reading], load_rules().values())


def given(*sizes: int | None) -> Entry:
    return layer("InputLayer", batch_shape=[None, *sizes], dtype="float32")


CASES: dict[str, tuple[list[Entry], list[tuple[str, str]]]] = {
    "stacked": ([given(5, 3), layer("LSTM", units=4), layer("GRU", units=2)], [("missing-return-sequences", "gru")]),
    "images": ([given(8, 8, 3), layer("LSTM", units=4)], [("rnn-input-rank", "lstm")]),
    "wrapper on a table": (
        [given(7), wrapped("TimeDistributed", layer("Dense", units=4))],
        [("time-distributed-rank", "timedistributed")],
    ),
    "needless wrapper": (
        [given(5, 3), wrapped("TimeDistributed", layer("Dense", units=4)), layer("LSTM", units=4)],
        [("redundant-time-distributed", "timedistributed")],
    ),
    "repeated sequence": (
        [given(5, 3), layer("LSTM", units=4, return_sequences=True), layer("RepeatVector", n=3)],
        [("repeat-vector-rank", "repeatvector")],
    ),
    "one step": ([given(1, 12), layer("LSTM", units=4)], [("single-timestep", "lstm")]),
    "reshaped": (
        [given(4, 16, 6), layer("Reshape", target_shape=[16, 24]), layer("GRU", units=4)],
        [("time-axis-lost", "reshape")],
    ),
    "mask dropped": (
        [
            given(9),
            layer("Embedding", input_dim=9, output_dim=4, mask_zero=True),
            layer("Conv1D", filters=4, kernel_size=2),
            layer("LSTM", units=4),
        ],
        [("mask-dropped", "conv1d")],
    ),
    "relu": ([given(5, 3), layer("LSTM", units=4, activation="relu")], [("relu-recurrence", "lstm")]),
    "off the kernel": ([given(5, 3), layer("GRU", units=4, recurrent_dropout=0.2)], [("cudnn-fallback", "gru")]),
    "unrolled": ([given(None, 3), layer("GRU", units=4, unroll=True)], [("unroll-misuse", "gru")]),
    "states inside": (
        [given(5, 3), layer("LSTM", units=4, return_state=True), layer("Dense", units=2)],
        [("return-state-in-sequential", "lstm")],
    ),
    "sound": ([given(5, 3), layer("LSTM", units=4, return_sequences=True), layer("GRU", units=2)], []),
    "ids by ids": (
        [given(6, 7), layer("Embedding", input_dim=9, output_dim=4), layer("LSTM", units=4)],
        [("embedding-input", "embedding")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_found_at_the_layer(name: str) -> None:
    layers, wanted = CASES[name]
    findings = sequential(*layers)
    assert [(finding.rule, finding.layer) for finding in findings] == wanted
    assert all(finding.location == LayerLocation("m.json", finding.layer or "") for finding in findings)


@pytest.mark.parametrize("name", CASES)
def test_a_fix_is_advice_where_there_is_no_text(name: str) -> None:
    for finding in sequential(*CASES[name][0]):
        assert finding.fix is None or finding.fix.edits == ()


def test_a_sequential_without_layers_is_no_crash() -> None:
    assert sequential(given(5, 3)) == []


def test_activation_of_ones_own_is_not_known() -> None:
    own = {"module": "mine", "class_name": "Steep", "config": {}, "registered_name": "mine>Steep"}
    assert sequential(given(5, 3), layer("LSTM", units=4, activation=own)) == []
