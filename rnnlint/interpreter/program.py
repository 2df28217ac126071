"""The values of a run as a Program."""

from rnnlint.facts import Model, Program, Tensor
from rnnlint.interpreter.keras_calls import build_sequential, extend_sequential
from rnnlint.interpreter.keras_facts import loose_layer, model_fact
from rnnlint.interpreter.keras_values import LayerValue, ModelValue, session
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.versions import Version


def build(machine: Machine, kind: str, version: Version) -> Program:
    """What a run made, as facts.

    Args:
        machine: at the end of the run.
        kind: `script` or `notebook`.
        version: the Keras that runs it.
    """
    session(machine).changed()
    models = _models(machine)
    in_models = {layer.id for model in models for layer in model.layers}
    wrapped = _wrapped(machine)
    loose = tuple(
        loose_layer(machine, layer)
        for layer in machine.layers
        if isinstance(layer, LayerValue) and layer.id not in in_models and layer.id not in wrapped
    )
    return Program(
        machine.main.path,
        kind,
        models,
        machine.timeline.build(),
        machine.keras,
        version.version,
        loose=loose,
        uses=tuple(machine.uses),
        raw=tuple(session(machine).raw),
    )


def _models(machine: Machine) -> tuple[Model, ...]:
    """Every model that was made. A Sequential that never learned its input is followed from an unknown one."""
    made = [model for model in machine.models if isinstance(model, ModelValue) and model.kind != "unknown"]
    made = [model for model in made if model.saved is None]
    for model in made:
        if model.kind == "sequential":
            extend_sequential(machine, model)
            build_sequential(machine, model, [Tensor()])
    return tuple(model_fact(machine, model) for model in made)


def _wrapped(machine: Machine) -> set[int]:
    """Layers that stand inside of wrappers, or were copied into one."""
    found: set[int] = set()
    waiting = [layer for layer in machine.layers if isinstance(layer, LayerValue)]
    while waiting:
        layer = waiting.pop()
        for part in (*layer.wraps, *layer.given):
            if isinstance(part, LayerValue) and part.id not in found:
                found.add(part.id)
                waiting.append(part)
    return found
