"""Repairs of many kinds, to the letter: what a program is after a fix, beside the examples of the rules themselves."""

from dataclasses import dataclass

import pytest

from rnnlint.check_rule import edited, lint_text
from rnnlint.packs import load_rules

RULES = load_rules()

HEAD = """import numpy as np
import tensorflow as tf
from tensorflow.keras.layers import Bidirectional, Dense, Embedding, Flatten, GRU, Input, LSTM, TimeDistributed
from tensorflow.keras.models import Model, Sequential

"""


@dataclass(frozen=True, slots=True)
class Repair:
    """Lines of a program, and those that stand in their place once a finding of the rule is mended."""

    rule: str
    program: str
    before: str
    after: str
    keras: int | None = None
    head: str = HEAD


REPAIRS = {
    "a stray reset": Repair(
        "reset-without-state",
        "model = Sequential([Input((5, 2)), LSTM(4)])\nmodel.compile('sgd', 'mse')\n"
        "for epoch in range(3):\n    model.fit(np.ones((8, 5, 2)), np.ones((8, 4)))\n    model.reset_states()\n",
        "    model.reset_states()\n",
        "",
        keras=2,
    ),
    "a chain of layers that has a name for none": Repair(
        "predict-without-reset",
        "i = Input(batch_shape=(4, 5, 2))\nnet = Model(i, Dense(1)(LSTM(4, stateful=True)(i)))\n"
        "net.compile('sgd', 'mse')\nnet.fit(np.random.rand(8, 5, 2), np.ones((8, 1)), batch_size=4, shuffle=False)\n"
        "print(net.evaluate(np.random.rand(4, 5, 2), np.ones((4, 1)), batch_size=4))\n",
        "print(net.evaluate(",
        "net.layers[1].reset_states()\nprint(net.evaluate(",
    ),
    "a reset at each epoch where the result is kept": Repair(
        "stateful-missing-reset",
        "model = Sequential([Input(batch_shape=(4, 5, 2)), LSTM(4, stateful=True)])\nmodel.compile('sgd', 'mse')\n"
        "x = np.ones((8, 5, 2))\nkept = model.fit(x, np.ones((8, 4)), batch_size=4, epochs=3, shuffle=False)\n",
        "shuffle=False)",
        "shuffle=False, callbacks=[tf.keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: "
        "model.layers[0].reset_states())])",
    ),
    "a reset out of the loop over batches": Repair(
        "reset-misplaced",
        "model = Sequential([LSTM(4, batch_input_shape=(1, 1, 2), stateful=True)])\nmodel.compile('sgd', 'mse')\n"
        "x, y = np.ones((8, 1, 2)), np.ones((8, 4))\nfor epoch in range(3):\n    for i in range(8):\n"
        "        model.train_on_batch(x[i:i + 1], y[i:i + 1])\n        model.reset_states()\n",
        "        model.reset_states()",
        "    model.reset_states()",
        keras=2,
    ),
    "both halves joined": Repair(
        "missing-return-state",
        "a, b = Input((5, 2)), Input((5, 3))\nout, h, c = Bidirectional(LSTM(4, return_state=True))(a)\n"
        "LSTM(8)(b, initial_state=[h, c])\n",
        "out, h, c = Bidirectional(LSTM(4, return_state=True))(a)\n",
        "out, forward_h, forward_c, backward_h, backward_c = Bidirectional(LSTM(4, return_state=True))(a)\n"
        "h = tf.keras.layers.Concatenate()([forward_h, backward_h])\n"
        "c = tf.keras.layers.Concatenate()([forward_c, backward_c])\n",
    ),
    "h alone for a GRU": Repair(
        "initial-state-shape",
        "a, b = Input((5, 2)), Input((5, 3))\nout, h, c = LSTM(4, return_state=True)(a)\n"
        "GRU(4)(b, initial_state=[h, c])\n",
        "initial_state=[h, c]",
        "initial_state=h",
    ),
    "twice the units": Repair(
        "initial-state-shape",
        "units = 4\na, b = Input((5, 2)), Input((5, 3))\n"
        "state = Dense(2 * units)(a[:, -1])\nGRU(units)(b, initial_state=state)\n",
        "GRU(units)",
        "GRU(2 * units)",
    ),
    "a decoder that reads both ways": Repair(
        "initial-state-shape",
        "a, b = Input((5, 2)), Input((5, 3))\nstates = LSTM(4, return_state=True)(a)[1:]\n"
        "Bidirectional(LSTM(4))(b, initial_state=states)\n",
        "states = LSTM(4, return_state=True)(a)",
        "states = Bidirectional(LSTM(4, return_state=True))(a)",
    ),
    "as many units as columns": Repair(
        "target-shape",
        "model = Sequential([Input((5, 2)), LSTM(4), Dense(3)])\nmodel.compile('sgd', 'mse')\n"
        "model.fit(np.ones((8, 5, 2)), np.ones((8, 4)))\n",
        "Dense(3)",
        "Dense(4)",
    ),
    "a column for the scaler": Repair(
        "inverse-transform-width",
        "from sklearn.preprocessing import MinMaxScaler\nscaler = MinMaxScaler()\n"
        "scaled = scaler.fit_transform(np.random.rand(30, 1))\ntarget = scaled[10:, 0]\n"
        "model = Sequential([Input((5, 2)), LSTM(4)])\nprint(scaler.inverse_transform(target))\n",
        "inverse_transform(target)",
        "inverse_transform(target.reshape(-1, 1))",
    ),
    "the shape of all data": Repair(
        "batch-in-input-shape",
        "x, y = np.random.rand(40, 5, 2), np.random.rand(40, 4)\n"
        "model = Sequential([LSTM(4, input_shape=x.shape)])\nmodel.compile('sgd', 'mse')\nmodel.fit(x, y)\n",
        "x.shape)",
        "x.shape[1:])",
    ),
    "rows of the validation": Repair(
        "partial-batch",
        "model = Sequential([Input(batch_shape=(4, 5, 2)), LSTM(4, stateful=True)])\nmodel.compile('sgd', 'mse')\n"
        "x, y, u, v = np.ones((10, 5, 2)), np.ones((10, 4)), np.ones((6, 5, 2)), np.ones((6, 4))\n"
        "model.fit(x, y, batch_size=4, shuffle=False, validation_data=(u, v))\n",
        "model.fit(x, y, batch_size=4, shuffle=False, validation_data=(u, v))",
        "model.fit(x[:8], y[:8], batch_size=4, shuffle=False, validation_data=(u[:4], v[:4]))",
    ),
    "a dataset drops its rest": Repair(
        "partial-batch",
        "model = Sequential([Input(batch_shape=(4, 5, 2)), LSTM(4, stateful=True)])\nmodel.compile('sgd', 'mse')\n"
        "data = tf.data.Dataset.from_tensor_slices((np.ones((10, 5, 2)), np.ones((10, 4)))).batch(4)\n"
        "model.fit(data)\n",
        ".batch(4)",
        ".batch(4, drop_remainder=True)",
    ),
    "names of a split": Repair(
        "sample-count-mismatch",
        "from sklearn.model_selection import train_test_split\n"
        "x, y = np.random.rand(40, 5, 2), np.random.rand(40, 4)\na, b, c, d = train_test_split(x, y, test_size=0.2)\n"
        "model = Sequential([Input((5, 2)), LSTM(4)])\nmodel.compile('sgd', 'mse')\nmodel.fit(a, b)\n",
        "a, b, c, d = ",
        "a, c, b, d = ",
    ),
    "axes that a reshape does not exchange": Repair(
        "swapped-axes",
        "x, y = np.random.rand(40, 2, 5), np.random.rand(40, 4)\nx = np.reshape(x, (40, 5, 2))\n"
        "model = Sequential([Input((5, 2)), LSTM(4)])\nmodel.compile('sgd', 'mse')\nmodel.fit(x, y)\n",
        "np.reshape(x, (40, 5, 2))",
        "np.transpose(x, (0, 2, 1))",
    ),
    "each frame by itself": Repair(
        "rnn-input-rank",
        "i = Input((5, 8, 8, 1))\nx = TimeDistributed(tf.keras.layers.Conv2D(2, 3))(i)\nx = Flatten()(x)\nLSTM(4)(x)\n",
        "Flatten()(x)",
        "TimeDistributed(Flatten())(x)",
    ),
    "steps joined to one": Repair(
        "rnn-input-rank",
        "i = Input((5,))\nx = Embedding(9, 4)(i)\nx = Flatten()(x)\nLSTM(4)(x)\n",
        "x = Flatten()(x)\n",
        "",
    ),
    "a wrapper that is one too many": Repair(
        "time-distributed-rank",
        "model = Sequential([Input((5, 2)), TimeDistributed(LSTM(4)), Dense(1)])\n",
        "TimeDistributed(LSTM(4))",
        "LSTM(4)",
    ),
    "numbers in place of ids": Repair(
        "embedding-input",
        "model = Sequential([Embedding(9, 4), LSTM(4)])\nmodel.compile('sgd', 'mse')\n"
        "model.fit(np.random.rand(8, 5), np.ones((8, 4)))\n",
        "Embedding(9, 4),",
        "Input(shape=(5, 1)),",
    ),
    "sequences of unequal length": Repair(
        "ragged-input",
        "rows = [[0.5, 0.25], [0.5], [0.125]]\nmodel = Sequential([Input((None, 1)), LSTM(4)])\n"
        "model.compile('sgd', 'mse')\nmodel.fit(np.array(rows, dtype=object), np.ones((3, 4)))\n",
        "Sequential([Input((None, 1)), LSTM(4)])\nmodel.compile('sgd', 'mse')\nmodel.fit(np.array(rows, dtype=object),",
        "Sequential([Input((None, 1)), tf.keras.layers.Masking(mask_value=0.0), LSTM(4)])\n"
        "model.compile('sgd', 'mse')\nmodel.fit(tf.keras.preprocessing.sequence.pad_sequences(rows, "
        'padding="post", dtype="float32"),',
    ),
    "targets behind the windows that Keras cuts": Repair(
        "window-target-misaligned",
        "series = np.random.rand(90, 1)\nsteps = 5\n"
        "data = tf.keras.utils.timeseries_dataset_from_array(series, series[:, 0], sequence_length=steps)\n"
        "model = Sequential([Input((5, 1)), LSTM(4), Dense(1)])\nmodel.compile('sgd', 'mse')\nmodel.fit(data)\n",
        "series[:, 0], ",
        "series[:, 0][steps:], ",
    ),
    "forward alone, as states are reset": Repair(
        "stateful-bidirectional",
        "i = Input(batch_shape=(4, 5, 2))\nmodel = Model(i, Bidirectional(LSTM(4, stateful=True))(i))\n"
        "model.compile('sgd', 'mse')\nfor epoch in range(3):\n"
        "    model.fit(np.ones((8, 5, 2)), np.ones((8, 8)), batch_size=4, shuffle=False)\n"
        "    model.layers[1].reset_states()\n",
        "Bidirectional(LSTM(4, stateful=True))",
        "LSTM(8, stateful=True)",
    ),
    "a class that has another name today": Repair(
        "keras3-removed-argument",
        "model = Sequential([CuDNNLSTM(4), CuDNNLSTM(4)])\n",
        "CuDNNLSTM\n\nmodel = Sequential([CuDNNLSTM(4), CuDNNLSTM(4)])\n",
        "LSTM\n\nmodel = Sequential([LSTM(4), LSTM(4)])\n",
        keras=3,
        head="from keras.models import Sequential\nfrom keras.layers import CuDNNLSTM\n\n",
    ),
    "a class that is imported with others": Repair(
        "time-axis-lost",
        "model = Sequential([\n    Input((4, 16, 6)),\n    Reshape((16, 24)),\n    GRU(8),\n])\n",
        "Reshape\n\nmodel = Sequential([\n    Input((4, 16, 6)),\n",
        "Reshape, Permute\n\nmodel = Sequential([\n    Input((4, 16, 6)),\n    Permute((2, 1, 3)),\n",
        head="from keras.models import Sequential\nfrom keras.layers import GRU, Input, Reshape\n\n",
    ),
    "a generator that goes on": Repair(
        "generator-exhausted",
        "def batches(x, y):\n    size = 4\n    for i in range(0, 8, size):\n        rows = slice(i, i + size)\n"
        "        yield x[rows], y[rows]\n\nmodel = Sequential([Input((5, 2)), LSTM(4)])\nmodel.compile('sgd', 'mse')\n"
        "model.fit(batches(np.ones((8, 5, 2)), np.ones((8, 4))), steps_per_epoch=2, epochs=3)\n",
        "    for i in range(0, 8, size):\n        rows = slice(i, i + size)\n        yield x[rows], y[rows]\n",
        "    while True:\n        for i in range(0, 8, size):\n            rows = slice(i, i + size)\n"
        "            yield x[rows], y[rows]\n",
    ),
    "steps and features by their old names": Repair(
        "keras3-removed-argument",
        "model = Sequential([LSTM(4, input_dim=3, input_length=10)])\n",
        "input_dim=3, input_length=10",
        "input_shape=(10, 3)",
        keras=3,
    ),
    "a last step where every step was asked for": Repair(
        "unused-sequences",
        "i = Input((5, 2))\nx = LSTM(4, return_sequences=True)(i)\nx = x[:, -1]\nmodel = Model(i, Dense(1)(x))\n",
        "LSTM(4, return_sequences=True)(i)\nx = x[:, -1]\n",
        "LSTM(4)(i)\n",
    ),
    "a first layer with an input shape": Repair(
        "missing-return-sequences",
        "model = Sequential([LSTM(4, input_shape=(5, 2)), LSTM(3)])\n",
        "LSTM(4, input_shape=(5, 2))",
        "LSTM(4, input_shape=(5, 2), return_sequences=True)",
    ),
    "validation between resets": Repair(
        "stateful-validation",
        "model = Sequential([Input(batch_shape=(4, 5, 2)), LSTM(4, stateful=True)])\nmodel.compile('sgd', 'mse')\n"
        "for epoch in range(3):\n    model.fit(np.random.rand(8, 5, 2), np.ones((8, 4)), batch_size=4, shuffle=False, "
        "validation_data=(np.random.rand(4, 5, 2), np.ones((4, 4))))\n    model.layers[0].reset_states()\n",
        ", validation_data=(np.random.rand(4, 5, 2), np.ones((4, 4))))\n",
        ")\n    model.layers[0].reset_states()\n"
        "    model.evaluate(np.random.rand(4, 5, 2), np.ones((4, 4)), batch_size=4)\n"
        "    model.layers[0].reset_states()\n",
    ),
    "parameters that have another name": Repair(
        "tf-op-on-keras-tensor",
        "i = Input((5, 2))\nx = tf.transpose(i, perm=[0, 2, 1])\n",
        "tf.transpose(i, perm=[0, 2, 1])",
        "tf.keras.ops.transpose(i, axes=[0, 2, 1])",
        keras=3,
    ),
}


@pytest.mark.parametrize("repair", REPAIRS.values(), ids=REPAIRS.keys())
def test_what_a_repair_leaves(repair: Repair) -> None:
    text = repair.head + repair.program
    assert text.count(repair.before) == 1
    findings = [found for found in lint_text(text, list(RULES.values()), repair.keras) if found.rule == repair.rule]
    assert findings
    assert findings[0].fix is not None
    assert edited(text, findings[0].fix.edits) == text.replace(repair.before, repair.after)


SILENT = {
    "two states could be halves": (
        "missing-return-state",
        "out, f, b = Bidirectional(LSTM(4, return_state=True))(Input((5, 2)))\n",
    ),
    "a layer that a loop makes again": (
        "initial-state-shape",
        "a, b = Input((5, 2)), Input((5, 3))\nout, state = GRU(4, return_state=True)(a)\n"
        "for _ in range(2):\n    GRU(8)(b, initial_state=state)\n",
    ),
    "features that nothing shows to be steps": (
        "single-timestep",
        "x = np.random.rand(8, 5).reshape(8, 1, 5)\nmodel = Sequential([Input((1, 5)), LSTM(4)])\n"
        "model.compile('sgd', 'mse')\nmodel.fit(x, np.ones((8, 4)))\n",
    ),
    "data that were trained on otherwise": (
        "data-shape",
        "model = Sequential([Input((5, 2)), LSTM(4)])\nmodel.compile('sgd', 'mse')\n"
        "model.fit(np.ones((8, 5, 2)), np.ones((8, 4)))\nmodel.predict(np.ones((8, 5, 3)))\n",
    ),
    "a half alone is reset": (
        "stateful-bidirectional",
        "model = Sequential([Input(batch_shape=(4, 5, 2)), Bidirectional(LSTM(4, stateful=True))])\n"
        "model.compile('sgd', 'mse')\nfor epoch in range(3):\n"
        "    model.fit(np.ones((8, 5, 2)), np.ones((8, 8)), batch_size=4, shuffle=False)\n"
        "    model.layers[0].forward_layer.reset_states()\n",
    ),
}


@pytest.mark.parametrize(("rule", "program"), SILENT.values(), ids=SILENT.keys())
def test_where_a_person_must_choose(rule: str, program: str) -> None:
    findings = [found for found in lint_text(HEAD + program, list(RULES.values())) if found.rule == rule]
    assert findings
    assert all(found.fix is not None and not found.fix.edits for found in findings)
