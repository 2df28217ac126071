"""How much was in a file, over all ways through it."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass

from rnnlint.facts import Layer, Location, Program, Shape


@dataclass(frozen=True, slots=True)
class Counts:
    """How much was in a file.

    Attributes:
        models, calls: models that were made, and calls on them.
        layers: layer objects that were made, wrapped ones included; in a loop of three: three.
        layers_shaped: those with a call whose output rank is known.
    """

    models: int = 0
    calls: int = 0
    layers: int = 0
    layers_shaped: int = 0


def count(programs: Iterable[Program]) -> Counts:
    """What the programs of one file hold together: what several of them share counts once."""
    ways = list(programs)
    return Counts(
        models=_union((model.location for model in way.models) for way in ways),
        calls=_union((call.location for call in way.calls()) for way in ways),
        layers=_union((place for place, _ in _layers(way)) for way in ways),
        layers_shaped=_union((place for place, shaped in _layers(way) if shaped) for way in ways),
    )


def _union(ways: Iterable[Iterable[Hashable]]) -> int:
    """How many things there are: the same place twice in one way is two things, in two ways it is the same thing."""
    most: Counter[Hashable] = Counter()
    for way in ways:
        most |= Counter(way)
    return most.total()


def _layers(program: Program) -> Iterator[tuple[tuple[Location, str], bool]]:
    for _, layer in program.layers():
        shaped = _is_shaped(layer)
        for part in _parts(layer):
            yield (part.location, part.cls), shaped


def _parts(layer: Layer) -> Iterator[Layer]:
    """The layer and what it wraps; the backward half that Bidirectional makes itself is no layer of the program."""
    for part in layer.walk():
        if part.kind == "Bidirectional" and len(part.wraps) == 2 and _same_place(part):
            yield part
            yield from part.wraps[0].walk()
            return
        yield part


def _same_place(layer: Layer) -> bool:
    return layer.wraps[0].location == layer.wraps[1].location


def _is_shaped(layer: Layer) -> bool:
    return any(isinstance(output.shape, Shape) for call in (*layer.calls, *layer.arrivals) for output in call.outputs)
