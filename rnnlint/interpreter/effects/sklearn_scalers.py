"""scikit-learn: scalers and other transformers of tables, which remember how many columns they were fitted on."""

from typing import Any

from rnnlint.facts import NOWHERE, UNKNOWN, Location, Shape, Use, Values
from rnnlint.facts.sizes import is_known
from rnnlint.interpreter import arrays, dtypes
from rnnlint.interpreter.arrays import like_rows, make, to_array, to_items
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.unknown_shape import unknown_size
from rnnlint.interpreter.values import Array, List, Object, Value

SCALERS = (
    "sklearn.preprocessing.StandardScaler", "sklearn.preprocessing.MinMaxScaler", "sklearn.preprocessing.RobustScaler",
    "sklearn.preprocessing.MaxAbsScaler", "sklearn.preprocessing.PowerTransformer",
    "sklearn.preprocessing.QuantileTransformer",
)  # fmt: skip
SCATTERS = frozenset({"StandardScaler", "MinMaxScaler", "RobustScaler"})
OTHERS = (
    "sklearn.preprocessing.Normalizer", "sklearn.preprocessing.Binarizer", "sklearn.preprocessing.Imputer",
    "sklearn.impute.SimpleImputer", "sklearn.impute.KNNImputer", "sklearn.preprocessing.FunctionTransformer",
)  # fmt: skip


@effect(*SCALERS, *OTHERS)
def scaler(at: Invocation, feature_range: Value = (0, 1)) -> Value:
    """A scaler that was not fitted yet."""
    return Object(at.path, {"[range]": feature_range})


@effect(*(f"{path}.fit" for path in (*SCALERS, *OTHERS)), *(f"{path}.partial_fit" for path in SCALERS))
def fit(at: Invocation, fitted: Object, X: Value) -> Value:
    """Remembers the columns."""
    _remember(at, fitted, X)
    return fitted


def _remember(at: Invocation, fitted: Value, X: Value) -> Array | None:
    if not isinstance(fitted, Object):
        return None
    array = to_array(at, X) if isinstance(X, (Array, List, tuple)) else None
    dims = None if array is None else _table_dims(array)
    columns = UNKNOWN if dims is None else dims[1]
    fitted.attributes["[columns]"] = columns
    fitted.attributes["[made]"] = at.machine.location(at.node)
    return array


@effect(*(f"{path}.fit_transform" for path in (*SCALERS, *OTHERS)))
def fit_transform(at: Invocation, fitted: Object, X: Value) -> Value:
    """The scaled rows."""
    array = _remember(at, fitted, X)
    if array is None:
        return make(at, None, "float64", origins=frozenset())
    values = _scattered(at)
    bounds = to_items(fitted.attributes.get("[range]")) if isinstance(fitted, Object) else None
    if at.path.startswith("sklearn.preprocessing.MinMaxScaler") and bounds is not None and len(bounds) == 2:
        plain = all(isinstance(bound, (int, float)) for bound in bounds)
        values = Values(bounds[0], bounds[1], False) if plain else values
    return _scaled(at, array, values)


@effect(*(f"{path}.transform" for path in (*SCALERS, *OTHERS)))
def transform(at: Invocation, fitted: Object, X: Value) -> Value:
    """The scaled rows."""
    if not isinstance(X, (Array, List, tuple)):
        return make(at, None, "float64", origins=frozenset())
    return _scaled(at, to_array(at, X), _scattered(at))


def _scattered(at: Invocation) -> Values:
    """What is divided by a deviation or a range is not whole any more."""
    return Values(whole=False if at.path.split(".")[2] in SCATTERS else UNKNOWN)


def _table_dims(array: Array) -> Any:
    """Its sizes: scikit-learn takes two axes alone, so one of unknown rank has two."""
    if array.dims is None:
        return unknown_size(array, 0), unknown_size(array, 1)
    return array.dims if len(array.dims) == 2 else None


def _scaled(at: Invocation, array: Array, values: Values) -> Array:
    dtype = "float32" if array.fact.dtype == "float32" else dtypes.as_float(array.fact.dtype)
    padding = arrays.padding_changed(array.fact.padding)
    return like_rows(at, array, _table_dims(array), dtype=dtype, values=values, padding=padding)


@effect(*(f"{path}.inverse_transform" for path in SCALERS))
def inverse_transform(at: Invocation, fitted: Object, X: Value) -> Value:
    """The rows as they were before they were scaled."""
    if not isinstance(X, (Array, List, tuple)):
        return make(at, None, origins=frozenset())
    array = to_array(at, X)
    columns = fitted.attributes.get("[columns]", UNKNOWN) if isinstance(fitted, Object) else UNKNOWN
    if is_known(columns):
        made: Location = fitted.attributes.get("[made]", NOWHERE)
        where, site = at.machine.location(at.node), at.machine.site(at, ("X",))
        at.machine.uses.append(Use("inverse_transform", array.fact, Shape.of((None, columns)), where, made, site))
    return like_rows(at, array, array.dims, values=Values())


def _statistic(machine: Machine, fitted: Object) -> Value:
    columns = fitted.attributes.get("[columns]", UNKNOWN)
    return make(Invocation(machine, None, "sklearn.statistic"), (columns,), "float64")


STATISTICS = ("scale_", "min_", "mean_", "var_", "data_min_", "data_max_", "data_range_", "center_", "max_abs_")

attribute(*(f"{path}.{name}" for path in SCALERS for name in STATISTICS))(_statistic)


@attribute(*(f"{path}.n_features_in_" for path in SCALERS))
def n_features_in(machine: Machine, fitted: Object) -> Value:
    """Number of columns it was fitted on."""
    return fitted.attributes.get("[columns]", UNKNOWN)


@effect("sklearn.preprocessing.scale", "sklearn.preprocessing.minmax_scale", "sklearn.preprocessing.normalize",
        "sklearn.preprocessing.robust_scale", "sklearn.preprocessing.maxabs_scale")  # fmt: skip
def scale(at: Invocation, X: Value) -> Value:
    """The scaled numbers."""
    array = to_array(at, X)
    values = Values(0, 1, False) if at.path.endswith("minmax_scale") else Values()
    return like_rows(at, array, array.dims, dtype=dtypes.as_float(array.fact.dtype), values=values)


REDUCERS = (
    "sklearn.decomposition.PCA", "sklearn.decomposition.TruncatedSVD", "sklearn.decomposition.KernelPCA",
    "sklearn.decomposition.FastICA", "sklearn.decomposition.NMF", "sklearn.decomposition.IncrementalPCA",
    "sklearn.decomposition.SparsePCA", "sklearn.manifold.TSNE", "sklearn.feature_selection.SelectKBest",
    "sklearn.discriminant_analysis.LinearDiscriminantAnalysis", "sklearn.random_projection.GaussianRandomProjection",
)  # fmt: skip
_DEFAULTS = {"TSNE": 2, "TruncatedSVD": 2, "SelectKBest": 10}


@effect(*REDUCERS)
def reducer(at: Invocation, n_components: Value = None) -> Value:
    """Makes another number of columns of a table."""
    name = at.path.rpartition(".")[2]
    columns = at.kwargs.get("k", UNKNOWN if at.args else None) if name == "SelectKBest" else n_components
    return Object(at.path, {"[width]": _DEFAULTS.get(name, UNKNOWN) if columns is None else columns})


@effect(*(f"{path}.fit" for path in REDUCERS))
def fit_reducer(at: Invocation, fitted: Value) -> Value:
    """Learns which columns to make."""
    return fitted


@effect(*(f"{path}.{name}" for path in REDUCERS for name in ("fit_transform", "transform")))
def reduce(at: Invocation, fitted: Value, X: Value) -> Value:
    """Rows of the new columns."""
    width: Any = fitted.attributes.get("[width]", UNKNOWN) if isinstance(fitted, Object) else UNKNOWN
    array = to_array(at, X) if isinstance(X, (Array, List)) else make(at, None, origins=frozenset())
    rows = array.dims[0] if array.dims else UNKNOWN
    width = (
        width
        if isinstance(width, int) and not isinstance(width, bool)
        else arrays.to_size(width)
        if is_known(width)
        else UNKNOWN
    )
    return like_rows(at, array, (rows, width), dtype=UNKNOWN, values=Values())
