"""Whatever stands in a file: an answer, never an exception."""

import copy
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rnnlint.readers import read
from rnnlint.readers.source import Source
from rnnlint.report.shapes_json import shapes_json
from tests.readers.configs import functional, inputs, lstm, node, reading, sequential

MODELS = Path(__file__).parents[1] / "models"

WEIRD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([-1, 0, 10**30, -(10**30), 1e308, float("nan"), float("inf"), 4.5]),
    st.text(max_size=5),
    st.sampled_from(["", "i", "a", "\ud800", "\x1b[31m", "_CONSTANT_VALUE", "Sequential", "LSTM", "__tuple__"]),
    st.lists(st.one_of(st.none(), st.integers(-3, 3), st.text(max_size=2)), max_size=4),
    st.dictionaries(st.sampled_from(["class_name", "config", "items", "name", "layers"]), st.text(max_size=3)),
)


def _samples() -> list[Any]:
    """Configurations of every era and form, as JSON values."""
    small = [path for path in sorted(MODELS.glob("*/*.json")) if path.stat().st_size < 9_000]
    return [json.loads(path.read_text("utf-8")) for path in small if not path.name.endswith(".truth.json")][::3]


SAMPLES = _samples()


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a JSON value: its holder and its key or index."""
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        items = holder.items() if isinstance(holder, dict) else enumerate(holder) if isinstance(holder, list) else ()
        for key, item in items:
            yield holder, key
            waiting.append(item)


@st.composite
def bent(draw: st.DrawFn) -> Any:
    """A configuration with a few values replaced, dropped or moved."""
    value = copy.deepcopy(draw(st.sampled_from(SAMPLES)))
    for _ in range(draw(st.integers(1, 4))):
        places = list(_places(value))
        holder, key = places[draw(st.integers(0, len(places) - 1))]
        match draw(st.sampled_from(["replace", "replace", "drop", "copy"])):
            case "replace":
                holder[key] = draw(WEIRD)
            case "drop":
                del holder[key]
            case "copy":
                other, place = places[draw(st.integers(0, len(places) - 1))]
                holder[key] = copy.deepcopy(other[place])
    return value


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(bent())
def test_bent_configurations(value: Any) -> None:
    found = reading(value)

    assert found.status in ("checked", "skipped", "failed")
    assert (found.reason is None) == (found.status == "checked")
    shapes_json([found]).encode("ascii")


@pytest.mark.wide
@settings(max_examples=5_000, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(bent())
def test_many_bent_configurations(value: Any) -> None:
    shapes_json([reading(value)]).encode("ascii")


STARTS = [b"", b"PK\x03\x04", b"\x89HDF\r\n\x1a\n", b"{", b"[", b'"', b"\x08\x01\x12\xff", b"\xff\xfe", b"\x80\x04"]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(STARTS), st.binary(max_size=600))
def test_any_bytes(start: bytes, rest: bytes) -> None:
    found = read(Source("m", lambda: io.BytesIO(start + rest)))

    assert found.status in ("checked", "skipped", "failed")
    assert (found.reason is None) == (found.status == "checked")


def test_a_chain_of_5000_layers() -> None:
    layers = [node(inputs("i", None, 10, 3))]
    last = "i"
    for number in range(5_000):
        layers.append(node(lstm(f"l{number}", return_sequences=True), [[last, 0, 0, {}]]))
        last = f"l{number}"
    model = reading(functional(*layers, end=last)).programs[0].models[0]

    assert [str(tensor.shape) for tensor in model.outputs] == ["(batch=None, time=10, units=4)"]


def test_diamonds_are_visited_once() -> None:
    """Sixty of them are 2**60 paths."""
    layers = [node(inputs("i", None, 10, 3))]
    last = "i"
    for number in range(60):
        add = {"class_name": "Add", "config": {"name": f"l{number}"}}
        layers.append(node(add, [[last, 0, 0, {}], [last, 0, 0, {}]]))
        last = f"l{number}"
    model = reading(functional(*layers, end=last)).programs[0].models[0]

    assert [str(tensor.shape) for tensor in model.outputs] == ["(batch=None, time=10, features=3)"]


@pytest.mark.parametrize("depth", [40, 150])
def test_models_in_models(depth: int) -> None:
    value = sequential(inputs("i", None, 10, 3), lstm("a"))
    for number in range(depth):
        value = {"class_name": "Sequential", "config": {"name": f"n{number}", "layers": [value]}}
    found = reading(value)

    assert found.status == "checked"
    assert found.complete is (depth == 40) or found.not_understood


def test_wrappers_in_wrappers() -> None:
    value = lstm("a")
    for number in range(150):
        value = {"class_name": "TimeDistributed", "config": {"name": f"t{number}", "layer": value}}
    found = reading(sequential(inputs("i", None, 10, 3), value))

    assert found.status == "checked"
    assert not found.complete


def test_names_are_kept_as_they_are_but_can_be_printed() -> None:
    name = "a\x1b[31m\nFAKE\u202e\ud800"
    found = reading(sequential(inputs("i", None, 10, 3), lstm(name)))
    layer = found.programs[0].models[0].layers[1]

    assert layer.name == "a\x1b[31m\nFAKE\u202e?"
    assert "\x1b" not in shapes_json([found])
