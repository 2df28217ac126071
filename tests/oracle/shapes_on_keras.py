"""Every layer class on inputs of many ranks: what is inferred against what the library does."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from rnnlint.facts import Problem
from tests.oracle.layer_cases import INPUTS
from tests.oracle.specs import (
    Spec,
    build_problems,
    call_ours,
    call_real,
    differences,
    known,
    ours,
    raising,
    real,
)

NOT_CLAIMED = frozenset(
    {
        "CenterCrop", "EinsumDense", "GlobalAveragePooling1D", "PReLU", "RandomCrop", "RandomFlip", "Resizing",
        "Normalization", "SpectralNormalization", "UpSampling3D",
    }
)  # fmt: skip
"""Layers of which it is not claimed that every refusal is foreseen."""


@dataclass
class Tally:
    """What came of many cases.

    Attributes:
        false: claimed to raise, and the library builds it.
        wrong: another shape, dtype or mask than the library gives.
        missed: the library raises and nothing was said.
        unknown: built, and not everything known of it.
        right: built, and everything known and right.
    """

    false: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    right: int = 0


def situations(specs: Sequence[Spec], every: int) -> Iterator[tuple[Spec, tuple[int | None, ...], bool, str]]:
    """Each layer on each input, masked and not, of floats and of whole numbers; of all these each `every`th."""
    number = 0
    for made in specs:
        for shape in INPUTS:
            for masked, dtype in ((False, "float32"), (True, "float32"), (False, "int32")):
                if (masked and len(shape) < 3) or (dtype == "int32" and not _takes_integers(made, shape)):
                    continue
                number += 1
                if number % every == 0:
                    yield made, shape, masked, dtype


def _takes_integers(made: Spec, shape: tuple[int | None, ...]) -> bool:
    return len(shape) < 5 and made.cls in (
        "Dense", "Embedding", "Flatten", "Reshape", "Dropout", "Permute", "RepeatVector", "TimeDistributed", "Masking",
        "Activation", "Rescaling", "Identity", "ZeroPadding1D", "Cropping1D", "UpSampling1D", "MaxPooling1D",
    )  # fmt: skip


def tally(specs: Sequence[Spec], library: Any, keras: int, every: int) -> Tally:
    """Asks both about every situation."""
    found = Tally()
    for made, shape, masked, dtype in situations(specs, every):
        if not all(hasattr(library.layers, cls) for cls in _classes(made)):
            continue
        tensor = library.layers.Input(batch_shape=shape, dtype=dtype)
        tensor = library.layers.Masking()(tensor) if masked else tensor
        text = f"{made} on {shape} {dtype}{' masked' if masked else ''}"
        leaving = call_ours(ours(made, keras), [tensor], [], keras)
        try:
            outputs = call_real(real(made, library), [tensor], [], False)
        except Exception as error:
            if not raising(leaving) and dtype == "float32" and _claimed(made):
                found.missed.append(f"{text}: {str(error)[:150]}")
            continue
        if claims := build_problems(leaving):
            found.false.append(f"{text}: {claims}")
        if _as_if_right(leaving.problems):
            continue
        found.wrong += [f"{text}: {difference}" for difference in differences(leaving, outputs)]
        if known(leaving):
            found.right += 1
        else:
            found.unknown.append(text)
    return found


def _claimed(made: Spec) -> bool:
    return not any(cls in NOT_CLAIMED for cls in _classes(made))


def _classes(made: Spec) -> Iterator[str]:
    yield made.cls
    for part in (*made.args, *made.kwargs.values()):
        for inner in part if isinstance(part, list) else [part]:
            if isinstance(inner, Spec):
                yield from _classes(inner)


def _as_if_right(problems: Iterable[Problem]) -> bool:
    """Behind such a problem the output is what it would be if the input were right."""
    return any(problem.kind in ("rank", "size", "merge", "input-count") for problem in problems)
