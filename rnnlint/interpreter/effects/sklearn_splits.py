"""scikit-learn: splitting data into parts, and shuffling it."""

import math
from dataclasses import replace
from typing import Any

from rnnlint.facts import UNKNOWN, Data, Split, Truth, Values
from rnnlint.facts.sizes import add, divides, floor_divide, is_known, subtract, term
from rnnlint.interpreter import arrays, frames
from rnnlint.interpreter.arrays import like_rows, make, to_array, to_size
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.values import Array, List, Object, Sequenced, Value


@effect("sklearn.model_selection.train_test_split", "sklearn.cross_validation.train_test_split",
        "sklearn.model_selection._split.train_test_split")  # fmt: skip
def train_test_split(at: Invocation, *given: Value, test_size: Value = None, train_size: Value = None,
                     shuffle: Value = True, stratify: Value = None) -> Value:  # fmt: skip
    """A part to train and a part to test of each array, drawn at random unless `shuffle=False`."""
    if not given or at.open:
        return UNKNOWN
    rows = next((size for size in (_rows(data) for data in given) if is_known(size)), UNKNOWN)
    train, test = split_sizes(rows, test_size, train_size)
    parts: list[Value] = []
    for data in given:
        parts += [_part(at, data, "train", train, shuffle), _part(at, data, "test", test, shuffle, train)]
    return at.machine.make_list(parts)


def split_sizes(rows: Any, test_size: Value, train_size: Value) -> tuple[Any, Any]:
    """Rows of the training part and of the test part, as scikit-learn counts them."""
    if test_size is None and train_size is None:
        test_size = 0.25
    test = None if test_size is None else _share(rows, test_size, math.ceil)
    train = None if train_size is None else _share(rows, train_size, math.floor)
    if test is None:
        test = subtract(rows, train)
    if train is None:
        train = subtract(rows, test)
    return train, test


def _share(rows: Any, share: Value, rounding: Any) -> Any:
    if isinstance(share, float):
        if not 0 < share < 1:
            return UNKNOWN
        if isinstance(rows, int):
            return rounding(share * rows)
        return term(f"{rounding.__name__}({share}*({rows}))", rows) if is_known(rows) else UNKNOWN
    return to_size(share)


def _rows(data: Value) -> Any:
    if isinstance(data, Array):
        return data.dims[0] if data.dims else UNKNOWN
    return data.size() if isinstance(data, List) else len(data) if isinstance(data, tuple) else UNKNOWN


def _part(at: Invocation, data: Value, part: str, size: Any, shuffle: Value, start: Any = None) -> Value:
    if isinstance(data, (List, tuple)):
        return _part_of_list(at, data, part, size, shuffle)
    if not isinstance(data, Array):
        return UNKNOWN
    random: Truth = shuffle if isinstance(shuffle, bool) else UNKNOWN
    where = at.machine.location(at.node)
    split = Split(data.fact.source, part, random, where, at.machine.site(at, ()))
    if random is False:
        rows = slice(None, size) if part == "train" else slice(start, add(start, size))
        found = frames.take_rows(at, data, rows) if is_known(size) and data.dims is not None else _same(at, data, size)
    else:
        found = _same(at, data, size)
        found.cut = None
    fact = replace(found.fact, split=split)
    if random is not False:
        fact = replace(fact, shuffled=True if random is True else UNKNOWN, shuffled_at=where)
    found.fact = fact
    if isinstance(found, frames.Frame):
        found.held = {name: _held(held, fact) for name, held in found.held.items()}
    return found


def _held(column: Data, table: Data) -> Data:
    return replace(column, split=table.split, shuffled=table.shuffled, shuffled_at=table.shuffled_at)


def _same(at: Invocation, data: Array, size: Any) -> Array:
    dims = None if data.dims is None else (size, *data.dims[1:])
    found = like_rows(at, data, dims)
    return frames.with_rows(data, found) if data.path.startswith("pandas") else found


def _part_of_list(at: Invocation, data: Value, part: str, size: Any, shuffle: Value) -> Value:
    """A part of a list: as an array where its elements make one, since what becomes of it is an array in the end."""
    array = to_array(at, data)
    if array.dims is not None and array.fact.ragged is False and len(array.dims) > 1:
        return _part(at, array, part, size, shuffle, UNKNOWN)
    element = data.element if isinstance(data, List) and data.items is None else UNKNOWN
    if element is UNKNOWN and array.dims is not None and len(array.dims) == 1 and array.fact.ragged is False:
        element = arrays.derive(at, array, ())
    return at.machine.make_list(None, size, element)


FOLDS = ("KFold", "StratifiedKFold", "GroupKFold", "StratifiedGroupKFold", "RepeatedKFold", "LeaveOneOut")
DRAWS = ("ShuffleSplit", "StratifiedShuffleSplit", "GroupShuffleSplit")


@effect(*(f"sklearn.model_selection.{name}" for name in FOLDS), "sklearn.cross_validation.KFold")
def folds(at: Invocation, n_splits: Value = 5, shuffle: Value = False) -> Value:
    """Folds: each in turn to test on, the others to train on."""
    return Object("sklearn.folds", {"count": n_splits, "random": shuffle, "kind": at.path.rpartition(".")[2]})


@effect(*(f"sklearn.model_selection.{name}" for name in DRAWS))
def draws(at: Invocation, n_splits: Value = 10, test_size: Value = None, train_size: Value = None) -> Value:
    """Random parts, drawn several times."""
    sizes = {"test_size": 0.1 if test_size is None and train_size is None else test_size, "train_size": train_size}
    return Object("sklearn.draws", {"count": n_splits} | sizes)


@effect("sklearn.model_selection.TimeSeriesSplit")
def time_series_split(at: Invocation, n_splits: Value = 5) -> Value:
    """Folds that are tested on after all before them were trained on."""
    return Object("sklearn.folds", {"count": n_splits, "random": False, "kind": "TimeSeriesSplit"})


@effect("sklearn.folds.split")
def split_folds(at: Invocation, splitter: Object, X: Value) -> Value:
    """The numbers of the rows to train on, and of those to test on."""
    rows, count, kind = _rows(X), splitter.attributes["count"], splitter.attributes["kind"]
    test: Any = UNKNOWN
    if kind in ("KFold", "StratifiedKFold") and isinstance(count, int) and divides(count, rows) is True:
        test = floor_divide(rows, count) if kind == "KFold" else UNKNOWN
    elif kind == "TimeSeriesSplit" and isinstance(count, int) and isinstance(rows, int):
        test = rows // (count + 1)
    elif kind == "LeaveOneOut":
        test, count = 1, rows
    train = UNKNOWN if kind == "TimeSeriesSplit" else subtract(rows, test)
    random: Truth = splitter.attributes["random"] if isinstance(splitter.attributes["random"], bool) else UNKNOWN
    pair = (_numbers(at, train, "train", random, False), _numbers(at, test, "test", random, False))
    return Sequenced(None, to_size(count), pair)


@effect("sklearn.draws.split")
def split_draws(at: Invocation, splitter: Object, X: Value) -> Value:
    """The numbers of the rows to train on, and of those to test on, in random order."""
    found = splitter.attributes
    train, test = split_sizes(_rows(X), found["test_size"], found["train_size"])
    pair = (_numbers(at, train, "train", True, True), _numbers(at, test, "test", True, True))
    return Sequenced(None, to_size(found["count"]), pair)


@effect("sklearn.folds.get_n_splits", "sklearn.draws.get_n_splits")
def get_n_splits(at: Invocation, splitter: Object) -> Value:
    """How many folds there are."""
    return splitter.attributes["count"]


def _numbers(at: Invocation, size: Any, part: str, random: Truth, shuffled: bool) -> Array:
    where = at.machine.location(at.node)
    split = Split(0, part, random, where)
    facts: dict[str, Any] = {"split": split, "shuffled": shuffled, "ragged": False}
    if shuffled:
        facts["shuffled_at"] = where
    return make(at, (size,), "int64", Values(low=0, whole=True), **facts)


@effect("sklearn.utils.shuffle")
def shuffle(at: Invocation, *given: Value) -> Value:
    """The same rows in random order; of several arrays in the same order."""
    found = [_shuffled(at, data) for data in given]
    return found[0] if len(found) == 1 else at.machine.make_list(found)


def _shuffled(at: Invocation, data: Value) -> Value:
    if isinstance(data, List):
        from rnnlint.interpreter.effects.numpy_random import shuffle_list

        copied = at.machine.make_list(None if data.items is None else list(data.items), data.length, data.element)
        shuffle_list(at, copied)
        return copied
    if not isinstance(data, Array):
        return UNKNOWN
    found = _same(at, data, _rows(data))
    found.cut = None
    found.fact = replace(found.fact, shuffled=True, shuffled_at=at.machine.location(at.node))
    return found


@effect("sklearn.utils.resample")
def resample(at: Invocation, *given: Value, n_samples: Value = None) -> Value:
    """Rows drawn again."""
    found = [
        _same(at, data, _rows(data) if n_samples is None else to_size(n_samples))
        if isinstance(data, Array)
        else UNKNOWN
        for data in given
    ]
    for part in found:
        if isinstance(part, Array):
            part.cut = None
    return found[0] if len(found) == 1 else at.machine.make_list(found)
