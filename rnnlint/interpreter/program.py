"""The values of a run as a Program."""

from collections.abc import Mapping
from dataclasses import replace

from rnnlint.facts import Branch, Call, LayerLocation, Loop, Model, Program, Tensor, Timeline
from rnnlint.interpreter.keras_facts import loose_layer, model_fact
from rnnlint.interpreter.keras_sequential import build_sequential, extend_sequential
from rnnlint.interpreter.keras_values import LayerValue, ModelValue, session
from rnnlint.interpreter.machine import Machine
from rnnlint.interpreter.state import OutOfFuel
from rnnlint.interpreter.versions import Version

FINISHING = 20_000
"""Steps for the models that wait for an input at the end of a run."""


def build(machine: Machine, kind: str, version: Version, early: bool = False) -> Program:
    """What a run made, as facts.

    Args:
        machine: at the end of the run.
        kind: `script` or `notebook`.
        version: the Keras that runs it.
        early: whether that is one from before TensorFlow 2.
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
        _learned(machine.timeline.build(), session(machine).learned),
        machine.keras,
        version.version,
        loose=loose,
        uses=tuple(machine.uses),
        raw=tuple(session(machine).raw),
        early=early,
    )


def _learned(timeline: Timeline, models: Mapping[int, Model]) -> Timeline:
    """The same calls, on models as they were only known later."""
    if not models:
        return timeline
    events: list[Call | Loop | Branch] = []
    for event in timeline.events:
        match event:
            case Call():
                events.append(replace(event, model=models.get(event.model.id, event.model)))
            case Loop():
                events.append(replace(event, body=_learned(event.body, models)))
            case Branch():
                events.append(replace(event, arms=tuple(_learned(arm, models) for arm in event.arms)))
    return Timeline(tuple(events))


def _models(machine: Machine) -> tuple[Model, ...]:
    """Every model that was made, not those of model files. A Sequential that never learned its input is followed from
    an unknown one."""
    made = [model for model in machine.models if isinstance(model, ModelValue) and model.kind != "unknown"]
    made = [model for model in made if model.saved is None or not isinstance(model.saved.location, LayerLocation)]
    # A run that ended for want of fuel still tells what it has.
    machine.fuel = max(machine.fuel, FINISHING)
    for model in made:
        if model.kind == "sequential" and model.saved is None:
            try:
                extend_sequential(machine, model)
                build_sequential(machine, model, [Tensor()])
            except OutOfFuel:
                model.complete = False
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
