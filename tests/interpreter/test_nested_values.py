"""Values that hold each other many times over, or themselves: whatever is done with them ends at once.

A tuple of itself twice, 64 times over, has 2**64 parts; each of these tests would run for years.
"""

import ast

import pytest

from rnnlint.facts import UNKNOWN
from rnnlint.interpreter.datasets import leaves, rebuilt
from rnnlint.interpreter.join import join, join_elements
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.running import run
from rnnlint.interpreter.state import FUEL
from rnnlint.interpreter.values import List, Module, Value, is_constant

PRELUDE = """
import copy
import numpy as np
import tensorflow as tf
t = ()
for i in range(8):
    for j in range(8):
        t = (t, t)
x, y = [0] * 200, [1] * 200
for i in range(12):
    x, y = [x] * 200, [y] * 200
me = []
me.append(me)
keys = {}
keys["a"] = keys
model = tf.keras.Sequential([tf.keras.layers.Dense(3)])
"""

USES = """
r = t == t, t != x, t in [t], t < t
r = {t: 1}, dict([(t, 1)]), set([t]), [t].index(t), [t, t].count(t)
r = sorted([t, t]), max(t, t), sum([t, t]), list(t), tuple(t), isinstance(t, tuple)
r = str(t), '%s' % (t,), f'{t}', repr(me)
r = copy.deepcopy(t), copy.deepcopy(x), copy.deepcopy(me), copy.deepcopy(keys), copy.copy(x)
r = np.array(t), np.array(x), np.array(me), np.stack(x), np.concatenate(x)
r = [a for a in [x, y]], [z for z in (x, y, me, keys)]
r = tf.data.Dataset.from_tensor_slices(t).map(lambda *a: a).batch(3)
r = tf.data.Dataset.from_tensor_slices((x, y)).batch(3), tf.data.Dataset.from_tensors(me)
r = tf.data.Dataset.zip(t), tf.data.Dataset.zip(me)
r = tf.keras.utils.pad_sequences(x), tf.keras.utils.pad_sequences(me), tf.keras.utils.to_categorical(t)
r = tf.keras.Sequential(t), tf.keras.Sequential(me), tf.keras.Model(t, me)
r = model.fit(t, t), model.fit(x, y), model.fit(me), model.fit(keys, validation_data=t)
r = model.compile(t, t), model.compile(me, keys), model(t), model(me)
r = [len(a) for a in [t, x, me, keys]], any(x), all(me), min(x), divmod(t, t)
"""


@pytest.mark.parametrize("text", USES.strip().splitlines())
def test_it_ends(text: str) -> None:
    text = PRELUDE + text
    machine = Machine(Module("script.py", "__main__", ast.parse(text), text), 3)
    assert run(machine), "the bounds were reached"
    assert FUEL - machine.fuel < 60_000


def test_lists_that_grow_by_such_values() -> None:
    text = PRELUDE + "z = []\nfor line in open('f'):\n    z.append(x)\n    z.append(y)\n    z.append(me)\n"
    machine = Machine(Module("script.py", "__main__", ast.parse(text), text), 3)
    assert run(machine)


def doubled(value: Value, times: int) -> Value:
    for _ in range(times):
        value = (value, value)
    return value


def test_what_has_too_many_parts_is_not_followed() -> None:
    assert is_constant(doubled(1, 8))
    assert not is_constant(doubled(1, 64))
    assert list(leaves(doubled(1, 4))) == [1] * 16
    assert list(leaves(doubled(1, 64))) == []
    assert rebuilt(doubled(1, 3), lambda leaf: leaf + 1) == doubled(2, 3)
    assert rebuilt(doubled(1, 64), lambda leaf: leaf + 1) is UNKNOWN


def test_a_join_looks_at_so_many_parts() -> None:
    assert join(doubled(1, 5), doubled(1, 5)) == doubled(1, 5)
    a, b = List([1]), List([2])
    for _ in range(20):
        a, b = List([a] * 100), List([b] * 100)
    assert isinstance(join(a, b), List)
    assert isinstance(join_elements(a, b), List)
