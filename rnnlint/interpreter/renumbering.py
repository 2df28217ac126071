"""Gives the layers of a model file ids that no other layer of a program has."""

from dataclasses import replace

from rnnlint.facts import Layer, LayerCall, Model, Origin, Tensor


def renumbered(model: Model, by: int) -> Model:
    """The same model with `by` added to the id of each layer in it."""
    return replace(
        model,
        id=model.id + by,
        layers=tuple(_layer(layer, by) for layer in model.layers),
        inputs=tuple(_tensor(tensor, by) for tensor in model.inputs),
        outputs=tuple(_tensor(tensor, by) for tensor in model.outputs),
        output_layers=tuple(None if layer is None else _layer(layer, by) for layer in model.output_layers),
    )


def _layer(layer: Layer, by: int) -> Layer:
    return replace(
        layer,
        id=layer.id + by,
        wraps=tuple(_layer(part, by) for part in layer.wraps),
        model=None if layer.model is None else renumbered(layer.model, by),
        calls=tuple(_call(call, by) for call in layer.calls),
        arrivals=tuple(_call(call, by) for call in layer.arrivals),
    )


def _call(call: LayerCall, by: int) -> LayerCall:
    return replace(
        call,
        inputs=tuple(_tensor(tensor, by) for tensor in call.inputs),
        outputs=tuple(_tensor(tensor, by) for tensor in call.outputs),
        arguments={
            name: _tensor(value, by) if isinstance(value, Tensor) else value for name, value in call.arguments.items()
        },
    )


def _tensor(tensor: Tensor, by: int) -> Tensor:
    origin = tensor.origin
    return tensor if origin is None else replace(tensor, origin=Origin(origin.layer + by, origin.call, origin.output))
