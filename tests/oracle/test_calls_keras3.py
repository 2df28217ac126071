"""Calls with several inputs and with initial states, against real Keras 3."""

from importlib import import_module
from typing import Any

import pytest

from tests.oracle.call_cases import (
    ATTENTION,
    MERGING,
    PAIRS,
    STATED,
    contradictions,
    maskings,
    state_contradictions,
)
from tests.oracle.specs import Spec

pytestmark = pytest.mark.oracle


@pytest.fixture(scope="module")
def library() -> Any:
    return import_module("keras")


@pytest.mark.parametrize("made", MERGING + ATTENTION, ids=str)
def test_several_inputs(made: Spec, library: Any) -> None:
    assert not [
        text
        for shapes in PAIRS
        for masked in maskings(shapes)
        for text in contradictions(made, shapes, masked, library, 3)
    ]


@pytest.mark.parametrize("made", STATED, ids=str)
def test_initial_states(made: Spec, library: Any) -> None:
    assert not [
        text
        for count in (1, 2, 3, 4, 5)
        for width in (3, 4)
        for text in state_contradictions(made, count, width, library, 3)
    ]
