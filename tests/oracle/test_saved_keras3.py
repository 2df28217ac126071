"""Models that Keras 3 builds and saves in every format are read back as it says they are."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.oracle.live import calls_by_path
from tests.oracle.saved_models import BUILDERS, Builder, differences, random_stack

pytestmark = pytest.mark.oracle

MODELS: dict[str, Builder] = {**BUILDERS, **{f"random_{seed}": random_stack(seed) for seed in range(40)}}


@pytest.fixture(scope="module")
def keras() -> Any:
    return import_module("keras")


@pytest.mark.parametrize("name", MODELS)
def test_round_trip(name: str, keras: Any, tmp_path: Path) -> None:
    keras.utils.clear_session()
    model = MODELS[name](keras)
    expected = calls_by_path(model)
    model.save(tmp_path / "m.keras")
    (tmp_path / "m.json").write_text(model.to_json())
    (tmp_path / "bare.json").write_text(json.dumps(model.get_config()))
    model.save(tmp_path / "m.h5")

    found = [difference for file in sorted(tmp_path.iterdir()) for difference in differences(file, expected)]
    assert found == []


def test_there_are_enough_models() -> None:
    assert len(MODELS) >= 60
