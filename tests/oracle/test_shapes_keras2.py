"""Shapes, dtypes, masks and refusals of every layer, against real Keras 2."""

from importlib import import_module
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.oracle import layer_cases, shapes_on_keras, stacks

pytestmark = pytest.mark.oracle

GROUPS = {
    "core": layer_cases.core_cases(),
    "recurrent": layer_cases.recurrent_cases(),
    "wrappers": layer_cases.wrapper_cases(),
    "convolution": layer_cases.convolution_cases(),
}


@pytest.fixture(scope="module")
def library() -> Any:
    return import_module("tf_keras")


def check(group: str, library: Any, every: int) -> None:
    found = shapes_on_keras.tally(GROUPS[group], library, 2, every)
    assert not found.false
    assert not found.wrong
    assert not found.missed
    assert len(found.unknown) <= found.right // 20, found.unknown[:20]


@pytest.mark.parametrize("group", GROUPS)
def test_layers_as_keras_has_them(group: str, library: Any) -> None:
    check(group, library, every=12)


@pytest.mark.wide
@pytest.mark.parametrize("group", GROUPS)
def test_layers_in_every_situation(group: str, library: Any) -> None:
    check(group, library, every=1)


def examples(count: int) -> settings:
    """So many random models, the same on every run. What fails is not made smaller: each try asks the library."""
    return settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@examples(40)
@given(shape=stacks.inputs(), calls=st.lists(stacks.moves(), min_size=1, max_size=6))
def test_random_models(library: Any, shape: tuple[int | None, ...], calls: list[stacks.Move]) -> None:
    assert not stacks.contradictions(shape, calls, library, 2)


@pytest.mark.wide
@examples(1500)
@given(shape=stacks.inputs(), calls=st.lists(stacks.moves(), min_size=1, max_size=10))
def test_long_random_models(library: Any, shape: tuple[int | None, ...], calls: list[stacks.Move]) -> None:
    assert not stacks.contradictions(shape, calls, library, 2)
