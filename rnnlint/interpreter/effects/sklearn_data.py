"""scikit-learn: its data sets, real and made."""

from typing import Any

from rnnlint.facts import UNKNOWN, Values
from rnnlint.interpreter.arrays import make, to_size
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.values import Object, Value

D = "sklearn.datasets"
REAL = {
    "load_iris": (150, 4, 3), "load_digits": (1797, 64, 10), "load_wine": (178, 13, 3),
    "load_breast_cancer": (569, 30, 2), "load_diabetes": (442, 10, None), "load_boston": (506, 13, None),
    "fetch_california_housing": (20640, 8, None), "fetch_covtype": (581012, 54, None),
    "fetch_olivetti_faces": (400, 4096, 40),
}  # fmt: skip
"""Rows, columns, and classes (None: a number is to be learned, or classes do not start at 0)."""


@effect(*(f"{D}.{name}" for name in REAL))
def real(at: Invocation, return_X_y: Value = False, n_class: Value = 10) -> Value:
    """Data and target of a well-known data set."""
    rows, columns, classes = REAL[at.path.rpartition(".")[2]]
    return_both = at.kwargs.get("return_X_y", False)
    if at.kwargs.get("as_frame", False) is not False or at.kwargs.get("n_class", 10) != 10:
        return UNKNOWN
    data = make(at, (rows, columns), "float64", ragged=False)
    target = _target(at, (rows,), classes, data.fact.source)
    if return_both is True:
        return data, target
    found: dict[str, Any] = {"data": data, "target": target}
    if classes is not None:
        found["target_names"] = make(at, (classes,), "str")
    found["feature_names"] = at.machine.make_list(None, columns, UNKNOWN)
    return Object("sklearn.utils.Bunch", found) if return_both is False else UNKNOWN


def _target(at: Invocation, dims: tuple[Any, ...], classes: Any, source: int) -> Value:
    if classes is None:
        return make(at, dims, UNKNOWN, origins=frozenset({source}))
    high = classes - 1 if isinstance(classes, int) else UNKNOWN
    return make(at, dims, "int64", Values(0, high, True), origins=frozenset({source}), ragged=False)


@effect("sklearn.utils.Bunch.__getitem__")
def bunch_item(at: Invocation, bunch: Object, key: Value) -> Value:
    """A part of a data set."""
    return bunch.attributes.get(key, UNKNOWN) if isinstance(key, str) else UNKNOWN


@effect(f"{D}.make_classification")
def make_classification(at: Invocation, n_samples: Value = 100, n_features: Value = 20) -> Value:
    """Made data with classes."""
    classes = at.kwargs.get("n_classes", 2)
    return _pair(at, (to_size(n_samples), to_size(n_features)), classes)


@effect(f"{D}.make_blobs")
def make_blobs(at: Invocation, n_samples: Value = 100, n_features: Value = 2, centers: Value = 3) -> Value:
    """Made data with classes."""
    return _pair(at, (to_size(n_samples), to_size(n_features)), 3 if centers is None else centers)


@effect(f"{D}.make_moons", f"{D}.make_circles")
def make_moons(at: Invocation, n_samples: Value = 100) -> Value:
    """Made data with two classes on a plane."""
    return _pair(at, (to_size(n_samples), 2), 2)


def _pair(at: Invocation, dims: tuple[Any, ...], classes: Value) -> Value:
    data = make(at, dims, "float64", ragged=False)
    return data, _target(at, dims[:1], classes if isinstance(classes, int) else UNKNOWN, data.fact.source)


@effect(f"{D}.make_regression")
def make_regression(at: Invocation, n_samples: Value = 100, n_features: Value = 100) -> Value:
    """Made data with a number to learn."""
    rows, targets = to_size(n_samples), at.kwargs.get("n_targets", 1)
    data = make(at, (rows, to_size(n_features)), "float64", ragged=False)
    dims = (rows,) if targets == 1 else (rows, to_size(targets))
    target = make(at, dims, "float64", origins=frozenset({data.fact.source}), ragged=False)
    return (data, target) if at.kwargs.get("coef", False) is False else UNKNOWN
