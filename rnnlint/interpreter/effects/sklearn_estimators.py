"""scikit-learn: estimators, metrics and whatever else has no effect on data that is followed."""

from rnnlint.facts import UNKNOWN
from rnnlint.interpreter.arrays import make
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.values import Array, Object, Value


@effect("sklearn.*")
def anything(at: Invocation, *given: Value) -> Value:
    """A new estimator; what an estimator predicts; a number that is not known."""
    name = at.path.rpartition(".")[2]
    owner = given[0] if given and isinstance(given[0], Object) else None
    if owner is not None and at.path.startswith(owner.path + "."):
        return _method(at, owner, name, given[1:])
    return Object(at.path) if name[:1].isupper() else UNKNOWN


def _method(at: Invocation, owner: Object, name: str, given: tuple[Value, ...]) -> Value:
    if name in ("fit", "partial_fit", "set_params"):
        return owner
    data = given[0] if given else UNKNOWN
    rows = data.dims[0] if isinstance(data, Array) and data.dims else UNKNOWN
    if name in ("fit_transform", "transform", "predict_proba") and isinstance(data, Array):
        return make(at, (rows, UNKNOWN), origins=data.fact.origins) if len(data.dims or ()) == 2 else make(at, None)
    return UNKNOWN


@effect("sklearn.metrics.confusion_matrix")
def confusion_matrix(at: Invocation) -> Value:
    """A square of counts."""
    size = at.machine.symbol("classes", least=1)
    return make(at, (size, size), "int64")


@effect("sklearn.utils.class_weight.compute_class_weight", "sklearn.utils.compute_class_weight")
def compute_class_weight(at: Invocation) -> Value:
    """A weight for each class."""
    return make(at, (at.machine.symbol("classes", least=1),), "float64")


@effect("sklearn.utils.class_weight.compute_sample_weight")
def compute_sample_weight(at: Invocation, class_weight: Value, y: Value) -> Value:
    """A weight for each row."""
    rows = y.dims[0] if isinstance(y, Array) and y.dims else UNKNOWN
    return make(at, (rows,), "float64")
