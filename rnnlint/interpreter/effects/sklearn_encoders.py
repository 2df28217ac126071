"""scikit-learn: encoders of classes."""

from typing import Any

from rnnlint.facts import UNKNOWN, Values
from rnnlint.facts.sizes import is_known, subtract
from rnnlint.interpreter import arrays
from rnnlint.interpreter.arrays import like_rows, make, to_array
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.values import Array, List, Object, Value

P = "sklearn.preprocessing"
ENCODERS = (f"{P}.LabelEncoder", f"{P}.LabelBinarizer", f"{P}.OneHotEncoder", f"{P}.OrdinalEncoder",
            f"{P}.MultiLabelBinarizer", f"{P}.CategoricalEncoder")  # fmt: skip


@effect(*ENCODERS)
def encoder(at: Invocation) -> Value:
    """An encoder that was not fitted yet."""
    drop = at.kwargs.get("drop")
    return Object(at.path, {} if drop is None else {"[dropped]": True})


@effect(*(f"{path}.fit" for path in ENCODERS))
def fit(at: Invocation, fitted: Object, y: Value) -> Value:
    """Remembers the classes."""
    y = at.kwargs.get("X", y)
    _learn(at, fitted, y)
    return fitted


def _learn(at: Invocation, fitted: Value, y: Value) -> Array:
    """The classes that occur: how many, where all elements are known."""
    array = to_array(at, y) if isinstance(y, (Array, List, tuple)) else make(at, None, origins=frozenset())
    count: Any = at.machine.symbol("classes", least=1)
    if array.content is not None and (array.dims is None or len(array.dims) == 1 or array.dims[1:] == (1,)):
        count = len(set(arrays.flat(array.content)))
    if isinstance(fitted, Object):
        fitted.attributes["[classes]"] = count
        fitted.attributes["[columns]"] = array.dims[1] if array.dims is not None and len(array.dims) == 2 else 1
    return array


@effect(*(f"{path}.fit_transform" for path in ENCODERS))
def fit_transform(at: Invocation, fitted: Object, y: Value) -> Value:
    """The codes of what it learned from."""
    return _encoded(at, fitted, _learn(at, fitted, at.kwargs.get("X", y)))


@effect(*(f"{path}.transform" for path in ENCODERS))
def transform(at: Invocation, fitted: Object, y: Value) -> Value:
    """The codes."""
    y = at.kwargs.get("X", y)
    array = to_array(at, y) if isinstance(y, (Array, List, tuple)) else make(at, None, origins=frozenset())
    return _encoded(at, fitted, array)


def _encoded(at: Invocation, fitted: Value, array: Array) -> Array:
    classes = fitted.attributes.get("[classes]", UNKNOWN) if isinstance(fitted, Object) else UNKNOWN
    columns = fitted.attributes.get("[columns]", UNKNOWN) if isinstance(fitted, Object) else UNKNOWN
    rows = array.dims[0] if array.dims else UNKNOWN
    name = at.path.split(".")[2]
    highest = subtract(classes, 1)
    codes = Values(0, highest if is_known(highest) else UNKNOWN, True)
    if name == "LabelEncoder":
        return like_rows(at, array, None if array.dims is None else (rows,), dtype="int64", values=codes)
    if name == "OrdinalEncoder":
        values = codes if columns == 1 else Values(low=0, whole=True)
        return like_rows(at, array, array.dims, dtype="float64", values=values)
    if name == "LabelBinarizer":
        return _binarized(at, array, rows, classes)
    one = name == "OneHotEncoder" and columns == 1 and not fitted.attributes.get("[dropped]", False)
    width = classes if one else at.machine.symbol("classes", least=1)
    dtype = "float64" if name == "OneHotEncoder" else "int64"
    values = Values(0, 1, True, True if one else UNKNOWN)
    return like_rows(at, array, (rows, width), dtype=dtype, values=values, cut=None)


def _binarized(at: Invocation, array: Array, rows: Any, classes: Any) -> Array:
    """Two classes make one column, more a column each; how many there are is known of constants alone."""
    width: Any = UNKNOWN if not isinstance(classes, int) else 1 if classes <= 2 else classes
    if width is UNKNOWN:
        width = at.machine.symbol("classes", least=1)
    values = Values(0, 1, True, True if isinstance(width, int) and width > 1 else UNKNOWN)
    return like_rows(at, array, (rows, width), dtype="int64", values=values, cut=None)


@effect(*(f"{path}.inverse_transform" for path in ENCODERS))
def inverse_transform(at: Invocation, fitted: Value, y: Value) -> Value:
    """The classes of codes."""
    if not isinstance(y, (Array, List, tuple)):
        return make(at, None, origins=frozenset())
    array = to_array(at, y)
    name = at.path.split(".")[2]
    dims = array.dims
    if name in ("LabelEncoder", "LabelBinarizer") and dims:
        return like_rows(at, array, dims[:1], dtype=UNKNOWN, values=Values())
    return like_rows(at, array, None, dtype=UNKNOWN, values=Values())


@attribute(*(f"{P}.{name}.classes_" for name in ("LabelEncoder", "LabelBinarizer", "MultiLabelBinarizer")))
def classes(machine: Machine, fitted: Object) -> Value:
    """The classes it learned."""
    return make(Invocation(machine, None, "sklearn.classes"), (fitted.attributes.get("[classes]", UNKNOWN),))


@effect(f"{P}.label_binarize")
def label_binarize(at: Invocation, y: Value, classes: Value) -> Value:
    """A column for each class; two make one."""
    array = to_array(at, y) if isinstance(y, (Array, List, tuple)) else make(at, None, origins=frozenset())
    count = arrays.to_items(classes)
    rows = array.dims[0] if array.dims else UNKNOWN
    return _binarized(at, array, rows, len(count) if count is not None else UNKNOWN)


@effect("numpy.ndarray.toarray", "numpy.ndarray.todense")
def toarray(at: Invocation, array: Array) -> Value:
    """A sparse matrix as an array."""
    return array


VECTORIZERS = ("CountVectorizer", "TfidfVectorizer", "HashingVectorizer", "TfidfTransformer", "DictVectorizer")
_TEXT = ("sklearn.feature_extraction.text", "sklearn.feature_extraction")


@effect(*(f"{module}.{name}" for module in _TEXT for name in VECTORIZERS))
def vectorizer(at: Invocation) -> Value:
    """Makes rows of numbers of texts."""
    return Object(at.path)


@effect(*(f"{module}.{name}.fit" for module in _TEXT for name in VECTORIZERS))
def fit_vectorizer(at: Invocation, fitted: Value) -> Value:
    """Learns the words."""
    return fitted


@effect(*(f"{m}.{name}.{method}" for m in _TEXT for name in VECTORIZERS for method in ("fit_transform", "transform")))
def vectorized(at: Invocation, fitted: Value, raw_documents: Value) -> Value:
    """A row for each text, a column for each word."""
    documents = at.args[1] if len(at.args) > 1 else raw_documents
    array = to_array(at, documents) if isinstance(documents, (Array, List)) else make(at, None, origins=frozenset())
    rows = array.dims[0] if array.dims else UNKNOWN
    if isinstance(documents, List):
        rows = documents.size()
    width = UNKNOWN
    if isinstance(fitted, Object):
        width = fitted.attributes.setdefault("[width]", at.machine.symbol("len(vocabulary)"))
    weighed = at.path.split(".")[-2].startswith("Tfidf") and isinstance(fitted, Object)
    values = Values(low=0, whole=False if weighed else UNKNOWN)
    return like_rows(at, array, (rows, width), dtype=UNKNOWN, values=values, cut=None)
