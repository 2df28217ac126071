"""Every era and format against what Keras itself said of the models."""

from pathlib import Path

import pytest

from rnnlint.readers import read
from rnnlint.reading import Reading
from tests.readers.truth import Case, cases, compare

HERE = Path(__file__).parents[1] / "models"
SHARED = Path(__file__).parents[3] / "shared" / "models"

NAMES_NOT_SAVED = "seq_nested_sequential.json"
"""Before Keras 2.2.3 the name of a Sequential inside a Sequential is in no JSON."""

NUMPY_BACKEND = "keras-3.12.4numpy"
"""Keras 3 on NumPy keeps no masks, and no file says on which backend it was."""


def problems(reading: Reading) -> list[str]:
    """What is said to be wrong with a model, which was built and saved and so is sound."""
    model = reading.programs[0].models[0]
    found = [problem for layer in model.layers for call in layer.arrivals for problem in call.problems]
    return [problem.message for problem in (*found, *model.problems)]


@pytest.mark.parametrize("case", [case for case in cases(HERE) if not case.refused], ids=str)
def test_shapes_masks_and_options_are_those_of_keras(case: Case) -> None:
    reading = read(str(case.path))

    assert reading.status == "checked", reading.reason
    assert compare(reading, case.truth).wrong == []
    assert problems(reading) == []


@pytest.mark.parametrize("case", [case for case in cases(HERE) if case.refused], ids=str)
def test_weights_and_exports_are_refused(case: Case) -> None:
    reading = read(str(case.path))

    assert reading.status == "skipped"
    assert reading.reason


def test_nearly_every_call_has_a_known_shape() -> None:
    verdicts = [compare(read(str(case.path)), case.truth) for case in cases(HERE) if not case.refused]
    unknown = sum(len(verdict.unknown) for verdict in verdicts)
    calls = sum(verdict.calls for verdict in verdicts)

    assert calls > 500
    assert unknown / calls < 0.03


@pytest.mark.wide
@pytest.mark.skipif(not SHARED.is_dir(), reason="the wider set of models is not here")
def test_the_wider_set_of_models() -> None:
    wrong = []
    for case in cases(SHARED):
        if case.path.suffix == ".yaml":
            continue
        reading = read(str(case.path))
        if case.refused:
            wrong += [f"{case}: {reading.status}"] if reading.status == "checked" else []
        elif reading.status != "checked":
            wrong.append(f"{case}: {reading.reason}")
        else:
            known = (NAMES_NOT_SAVED, NUMPY_BACKEND)
            verdict = compare(reading, case.truth)
            wrong += [f"{case}: {what}" for what in verdict.wrong if not any(name in str(case) for name in known)]
            wrong += [f"{case}: {problem}" for problem in problems(reading)]

    assert wrong == []
