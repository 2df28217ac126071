"""keras.applications: networks that give features of images. Only what goes in and what comes out is known."""

from dataclasses import dataclass
from typing import Any

from rnnlint.facts import UNKNOWN, Shape, Tensor
from rnnlint.interpreter.effects.registry import Invocation, effect
from rnnlint.interpreter.keras_records import opaque_call
from rnnlint.interpreter.keras_sequential import new_input_layer
from rnnlint.interpreter.keras_values import LayerValue, ModelValue, TensorValue, items_of, new_name, session
from rnnlint.interpreter.values import Value, is_size


@dataclass(frozen=True, slots=True)
class _Network:
    """Side of the images it was made for, channels of its features, how the sides shrink."""

    size: int
    channels: int
    shrink: str = "up"


def _all(names: str, *network: Any) -> dict[str, _Network]:
    return {name: _Network(*network) for name in names.split()}


NETWORKS: dict[str, _Network] = {
    **_all("VGG16 VGG19", 224, 512, "down"),
    **_all("ResNet50 ResNet101 ResNet152 ResNet50V2 ResNet101V2 ResNet152V2", 224, 2048),
    **_all("InceptionV3", 299, 2048, "inception"),
    **_all("InceptionResNetV2", 299, 1536, "inception"),
    **_all("Xception", 299, 2048, "xception"),
    **_all("MobileNet", 224, 1024, "mobile"),
    **_all("MobileNetV2", 224, 1280),
    **_all("MobileNetV3Small", 224, 576),
    **_all("MobileNetV3Large", 224, 960),
    **_all("DenseNet121", 224, 1024, "dense"),
    **_all("DenseNet169", 224, 1664, "dense"),
    **_all("DenseNet201", 224, 1920, "dense"),
    **_all("EfficientNetB0", 224, 1280),
    **_all("EfficientNetB1", 240, 1280),
    **_all("EfficientNetB2", 260, 1408),
    **_all("EfficientNetB3", 300, 1536),
    **_all("EfficientNetB4", 380, 1792),
    **_all("EfficientNetB5", 456, 2048),
    **_all("EfficientNetB6", 528, 2304),
    **_all("EfficientNetB7", 600, 2560),
}
"""`shrink`: to a 32nd, rounded up or down; the others in steps of their own."""


@effect("keras.applications.*")
def network(
    at: Invocation,
    include_top: Value = True,
    weights: Value = None,
    input_tensor: Value = None,
    input_shape: Value = None,
    pooling: Value = None,
    classes: Value = 1000,
    **rest: Value,
) -> Value:
    """`VGG16(include_top=False, input_shape=(224, 224, 3))`."""
    name = at.path.rpartition(".")[2]
    if not name[:1].isupper():
        return UNKNOWN
    known = NETWORKS.get(name)
    machine = at.machine
    images = input_tensor
    if not isinstance(images, TensorValue):
        dims = (None, *_image(known, include_top, input_shape))
        images = new_input_layer(machine, dims, location=machine.location(at.node)).nodes[0].outputs[0]
    shape = _features(known, images.fact, include_top, pooling, classes)
    layer = LayerValue(
        machine.new_id(), name, name, new_name(machine, name), custom=True, location=machine.location(at.node)
    )
    out = opaque_call(machine, layer, images, Tensor(shape, "float32", False), at.node)
    made = ModelValue(
        machine.new_id(),
        "functional",
        "Functional",
        layer.name,
        inputs=[images],
        outputs=[out],
        location=layer.location,
    )
    session(machine).changed()
    return made


def _image(known: _Network | None, include_top: Value, input_shape: Value) -> tuple[Any, ...]:
    items = items_of(input_shape)
    if items is not None and len(items) == 3:
        return tuple(size if size is None or is_size(size) else UNKNOWN for size in items)
    if input_shape is None and include_top is True and known is not None:
        return (known.size, known.size, 3)
    return (None, None, 3) if input_shape is None else (UNKNOWN, UNKNOWN, UNKNOWN)


def _features(known: _Network | None, images: Tensor, include_top: Value, pooling: Value, classes: Value) -> Any:
    if include_top is True:
        return Shape.of((None, classes if is_size(classes) else UNKNOWN))
    if include_top is not False and include_top != 0:
        return UNKNOWN
    channels = UNKNOWN if known is None else known.channels
    if pooling in ("avg", "max"):
        return Shape.of((None, channels))
    if pooling is not None or not isinstance(images.shape, Shape) or images.shape.rank != 4:
        return UNKNOWN
    sides = [UNKNOWN if known is None else _shrunk(size, known.shrink) for size in images.shape.dims[1:3]]
    return Shape.of((None, *sides, channels), ("batch", "height", "width", "channels"))


def _shrunk(size: Any, how: str) -> Any:
    """A side of the features of an image of this side."""
    if size is None:
        return None
    if not isinstance(size, int):
        return UNKNOWN
    if how == "down":
        return size // 32
    if how == "up":
        return -(-size // 32)
    if how == "dense":
        return -(-size // 4) // 8
    if how == "mobile":
        return -(-size // 2) // 16
    size = (size - 3) // 2 + 1 - 2
    if how == "xception":
        return -(-size // 16) if size > 0 else UNKNOWN
    size = (size - 3) // 2 + 1 - 2
    for _ in range(3):
        size = (size - 3) // 2 + 1
    return size if size > 0 else UNKNOWN
