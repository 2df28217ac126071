"""Images for Keras: generators that read, change and batch them; datasets from folders."""

from typing import Any

from rnnlint.facts import UNKNOWN, Batching, Data, Shape, Size, Truth, Values, negate
from rnnlint.facts.sizes import ceil_divide, divides, is_known
from rnnlint.interpreter import arrays
from rnnlint.interpreter.datasets import Batches, Dataset
from rnnlint.interpreter.effects.registry import Invocation, attribute, effect
from rnnlint.interpreter.values import Array, Dict, List, Object, Sequenced, Value, is_size

GENERATOR = "keras.preprocessing.image.ImageDataGenerator"
ITERATOR = "keras.preprocessing.image.Iterator"
_MODES = {"rgb": 3, "rgba": 4, "grayscale": 1}


@effect(GENERATOR)
def image_generator(at: Invocation, **settings: Value) -> Value:
    return Object(GENERATOR, dict(settings))


@effect(f"{GENERATOR}.fit")
def fit(at: Invocation) -> Value:
    return None


@effect(f"{GENERATOR}.flow")
def flow(
    at: Invocation,
    self: Value,
    x: Value = UNKNOWN,
    y: Value = None,
    batch_size: Value = 32,
    shuffle: Value = True,
    subset: Value = None,
) -> Value:
    """Batches of given images."""
    parts: list[Value] = []
    rows: Size = UNKNOWN
    size = batch_size if is_size(batch_size) else UNKNOWN
    for part in (x, y):
        found = at.machine.effect("numpy.asarray", part, node=at.node) if part is not None else None
        if not isinstance(found, Array) or not found.dims:
            parts.append(UNKNOWN)
            continue
        rows = found.dims[0] if rows is UNKNOWN else rows
        parts.append(arrays.derive(at, found, (size, *found.dims[1:])))
    element = parts[0] if y is None else tuple(parts)
    return _iterator(at, element, size, rows if subset is None else UNKNOWN, shuffle, {})


@effect(f"{GENERATOR}.flow_from_directory", f"{GENERATOR}.flow_from_dataframe")
def flow_from(
    at: Invocation,
    self: Value,
    directory: Value = None,
    target_size: Value = (256, 256),
    color_mode: Value = "rgb",
    classes: Value = None,
    class_mode: Value = "categorical",
    batch_size: Value = 32,
    shuffle: Value = True,
) -> Value:
    """Batches of images read from files; the classes are folders, so that their number is not known."""
    given = at.kwargs
    wanted = given.get("batch_size", batch_size if at.path.endswith("directory") else 32)
    size: Any = wanted if is_size(wanted) else UNKNOWN
    if at.path.endswith("dataframe"):
        target_size, color_mode = given.get("target_size", (256, 256)), given.get("color_mode", "rgb")
        classes, class_mode = given.get("classes"), given.get("class_mode", "categorical")
        shuffle = given.get("shuffle", True)
    x = _images(at, size, target_size, color_mode)
    count = at.machine.symbol("samples")
    kinds: Any = len(classes.items) if isinstance(classes, List) and classes.items else at.machine.symbol("classes")
    element: Value = x if class_mode is None else (x, _labels(at, class_mode, size, kinds, x))
    names = Dict(open=True, length=kinds)
    return _iterator(at, element, size, count, shuffle, {"num_classes": kinds, "class_indices": names})


def _images(at: Invocation, size: Size, target: Value, color_mode: Value) -> Array:
    wanted = arrays.to_dims(target)
    channels = _MODES.get(color_mode, UNKNOWN) if isinstance(color_mode, str) else UNKNOWN
    dims = (size, UNKNOWN, UNKNOWN, channels) if wanted is None or len(wanted) != 2 else (size, *wanted, channels)
    return arrays.make(at, dims, "float32")


def _labels(at: Invocation, mode: Value, size: Size, classes: Any, x: Value) -> Value:
    if mode == "input":
        return x
    if mode == "categorical":
        return arrays.make(at, (size, classes), "float32", Values(0, 1, True, True))
    if mode in ("binary", "int"):
        column = (1,) if mode == "binary" and at.path.endswith("dataset_from_directory") else ()
        return arrays.make(at, (size, *column), UNKNOWN, Values(0, UNKNOWN, True))
    if mode == "sparse":
        return arrays.make(at, (size,), "float32", Values(0, UNKNOWN, True))
    return UNKNOWN


def _iterator(
    at: Invocation, element: Value, size: Size, rows: Size, shuffle: Value, attributes: dict[str, Value]
) -> Batches:
    count = ceil_divide(rows, size)
    batching = Batching(
        size=size,
        partial=negate(divides(size, rows)),
        count=count if is_known(count) else UNKNOWN,
        endless=False,
        restarts=True,
        shuffled=shuffle if isinstance(shuffle, bool) else UNKNOWN,
        samples=rows,
        shuffled_at=at.machine.location(at.node),
    )
    attributes = {"samples": rows, "n": rows, "batch_size": size, **attributes}
    return Batches(ITERATOR, element, batching, attributes)


def _setting(name: str) -> None:
    attribute(f"{ITERATOR}.{name}")(lambda machine, self: self.attributes.get(name, UNKNOWN))


for _name in ("samples", "n", "batch_size", "num_classes", "class_indices"):
    _setting(_name)


@effect(f"{ITERATOR}.next", f"{ITERATOR}.__next__", f"{ITERATOR}.__getitem__")
def next_batch(at: Invocation, self: Value) -> Value:
    return self.element if isinstance(self, Batches) else UNKNOWN


@effect(f"{ITERATOR}.__len__")
def length(at: Invocation, self: Value) -> Value:
    return self.batching.count if isinstance(self, Batches) else UNKNOWN


@effect(f"{ITERATOR}.__iter__")
def rows(at: Invocation, self: Value) -> Value:
    """Without end, once it is iterated over."""
    return Sequenced(None, UNKNOWN, self.element if isinstance(self, Batches) else UNKNOWN, of_data=True)


@effect(f"{ITERATOR}.reset", f"{ITERATOR}.on_epoch_end")
def reset(at: Invocation) -> Value:
    return None


@effect("keras.utils.image_dataset_from_directory", "keras.preprocessing.image_dataset_from_directory")
def image_dataset(
    at: Invocation,
    directory: Value = UNKNOWN,
    labels: Value = "inferred",
    label_mode: Value = "int",
    class_names: Value = None,
    color_mode: Value = "rgb",
    batch_size: Value = 32,
    image_size: Value = (256, 256),
    shuffle: Value = True,
) -> Value:
    """Batches of images read from folders of classes."""
    size = None if batch_size is None else batch_size if is_size(batch_size) else UNKNOWN
    count = at.machine.symbol("samples")
    rows_of_batch: Size = UNKNOWN if size is None else size
    x = _images(at, rows_of_batch, image_size, color_mode)
    classes = at.machine.symbol("classes")
    y = _labels(at, label_mode, rows_of_batch, classes, x) if labels is not None and label_mode is not None else None
    shuffled: Truth = shuffle if isinstance(shuffle, bool) else UNKNOWN
    batches = ceil_divide(count, size)
    made = Dataset(
        count=count if size is None else batches if is_known(batches) else UNKNOWN,
        batch=size,
        samples=count,
        partial=False if size is None else UNKNOWN,
        shuffled=shuffled,
        shuffled_at=at.machine.location(at.node),
        born=at.machine.new_id(),
    )
    parts = [_as_tensor(part, size is None) for part in ((x,) if y is None else (x, y))]
    made.element = parts[0] if y is None else tuple(parts)
    return made


@effect("keras.utils.text_dataset_from_directory", "keras.preprocessing.text_dataset_from_directory")
def text_dataset(
    at: Invocation,
    directory: Value = UNKNOWN,
    labels: Value = "inferred",
    label_mode: Value = "int",
    class_names: Value = None,
    batch_size: Value = 32,
    max_length: Value = None,
    shuffle: Value = True,
) -> Value:
    """Batches of texts read from folders of classes."""
    made = image_dataset(at, directory, labels, label_mode, class_names, "rgb", batch_size, UNKNOWN, shuffle)
    if not isinstance(made, Dataset):
        return UNKNOWN
    size: Size = UNKNOWN if made.batch is None else made.batch
    strings = arrays.make(at, () if made.batch is None else (size,), "str", kind="tensor")
    strings.path = "tensorflow.Tensor"
    made.element = (strings, made.element[1]) if isinstance(made.element, tuple) else strings
    return made


def _as_tensor(part: Value, single: bool) -> Value:
    if not isinstance(part, Array):
        return UNKNOWN
    fact = part.fact
    dims = part.dims
    shape = Shape.of(dims[1:]) if single and dims else fact.shape
    return Array(Data("tensor", shape, fact.dtype, fact.values, origins=fact.origins), "tensorflow.Tensor")


@effect("keras.utils.load_img", "keras.preprocessing.image.load_img")
def load_image(at: Invocation, path: Value = UNKNOWN, color_mode: Value = "rgb", target_size: Value = None) -> Value:
    if at.kwargs.get("grayscale") is True:
        color_mode = "grayscale"
    wanted = arrays.to_dims(target_size) if target_size is not None else None
    dims = (UNKNOWN, UNKNOWN) if wanted is None or len(wanted) < 2 else wanted[:2]
    channels = _MODES.get(color_mode, UNKNOWN) if isinstance(color_mode, str) else UNKNOWN
    return Object("PIL.Image.Image", {"dims": (*dims, channels)})


@effect("keras.utils.img_to_array", "keras.preprocessing.image.img_to_array")
def image_to_array(at: Invocation, image: Value = UNKNOWN) -> Value:
    if isinstance(image, Object) and isinstance(image.attributes.get("dims"), tuple):
        return arrays.make(at, image.attributes["dims"], "float32")
    if isinstance(image, Array) and image.dims is not None and len(image.dims) in (2, 3):
        dims = image.dims if len(image.dims) == 3 else (*image.dims, 1)
        return arrays.derive(at, image, dims, dtype="float32")
    return arrays.make(at, (UNKNOWN, UNKNOWN, UNKNOWN), "float32")
