"""SavedModel folders: metadata in either place, and the wire format under it."""

import io
import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlint.readers import read
from rnnlint.readers.source import Damaged, Source
from rnnlint.readers.wire import Span
from rnnlint.reading import Reading
from tests.readers.configs import lstm, shown, small

SHAPES = ["(batch=None, units=4)"]


def varint(value: int) -> bytes:
    """As protocol buffers write numbers."""
    parts = []
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])


def field(number: int, content: bytes | str | int) -> bytes:
    """A field with a number or with bytes."""
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    data = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(data)) + data


def separate(path: str, identifier: str, metadata: Any) -> bytes:
    """A node of keras_metadata.pb."""
    text = metadata if isinstance(metadata, str) else json.dumps(metadata)
    return field(1, field(2, 0) + field(3, path) + field(4, identifier) + field(5, text))


def within(*nodes: tuple[str, Any], graph: bytes = b"") -> bytes:
    """saved_model.pb of TensorFlow 2.3 with metadata in it."""
    objects = b"".join(field(1, field(4, field(1, name) + field(3, json.dumps(data)))) for name, data in nodes)
    return field(1, 1) + field(2, field(1, field(5, "2.3.4")) + field(2, graph) + field(7, objects))


def of(members: Mapping[str, bytes]) -> Reading:
    """What is read of a folder with these members."""
    return read(Source("m", None, {name: partial(io.BytesIO, data) for name, data in members.items()}))


def test_metadata_beside_the_graph() -> None:
    found = of({"saved_model.pb": b"", "keras_metadata.pb": separate("root", "_tf_keras_sequential", small())})

    assert (found.format, found.written_by) == ("savedmodel", "2.4.0")
    assert shown(found.programs[0].models[0])["a"] == SHAPES


def test_metadata_inside_the_graph_file() -> None:
    data = within(("_tf_keras_sequential", small()), graph=b"\xff" * 1_000_000)

    assert shown(of({"saved_model.pb": data}).programs[0].models[0])["a"] == SHAPES


def test_layers_of_a_subclassed_model_are_listed() -> None:
    root = {"class_name": "Net", "name": "net", "config": {"layer was saved without config": True}}
    layer = {**lstm("rnn", stateful=True), "name": "rnn", "build_input_shape": [1, 5, 3]}
    data = separate("root", "_tf_keras_model", root) + separate("root.rnn", "_tf_keras_rnn_layer", layer)
    model = of({"saved_model.pb": b"x", "keras_metadata.pb": data}).programs[0].models[0]

    assert (model.kind, model.name, model.cls, model.complete) == ("subclassed", "net", "Net", False)
    assert shown(model) == {"rnn": SHAPES}
    assert model.where(stateful=True) == [model.layers[0]]


def test_a_batch_on_which_the_file_contradicts_itself_is_unknown() -> None:
    """The input takes any number of rows, but the layer was built for two."""
    layer = {**lstm("a"), "name": "a", "build_input_shape": [2, 10, 3]}
    data = separate("root", "_tf_keras_sequential", small()) + separate("root.a", "_tf_keras_rnn_layer", layer)
    model = of({"keras_metadata.pb": data}).programs[0].models[0]

    assert shown(model)["a"] == ["(batch=?, units=4)"]


ROOT = separate("root", "_tf_keras_sequential", small())


@pytest.mark.parametrize(
    ("members", "status", "word"),
    [
        ({"keras_metadata.pb": ROOT[:-40], "saved_model.pb": b""}, "failed", "cut short"),
        ({"keras_metadata.pb": b"\x0a\xff\xff\xff\xff\x0f" + ROOT, "saved_model.pb": b""}, "failed", "cut short"),
        ({"keras_metadata.pb": b"\x0b" + ROOT, "saved_model.pb": b""}, "failed", "damaged"),
        ({"keras_metadata.pb": b"\xff" * 40, "saved_model.pb": b""}, "failed", "damaged"),
        ({"keras_metadata.pb": separate("root", "_tf_keras_model", "{"), "saved_model.pb": b""}, "failed", "not JSON"),
        ({"keras_metadata.pb": separate("root.a", "_tf_keras_layer", {}), "saved_model.pb": b""}, "failed", "no entry"),
        ({"saved_model.pb": b""}, "failed", "empty"),
        ({"saved_model.pb": within()}, "skipped", "without the configuration"),
        ({}, "skipped", "without a model"),
    ],
)
def test_folders_without_a_sound_model(members: dict[str, bytes], status: str, word: str) -> None:
    found = of(members)

    assert found.status == status
    assert word in (found.reason or "")


def test_a_saved_model_is_found_by_its_folder_and_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(within(("_tf_keras_sequential", small())))

    assert read(str(tmp_path)).status == "checked"
    assert read(str(tmp_path / "saved_model.pb")).status == "checked"


def test_the_file_of_a_saved_model_is_read_with_the_metadata_beside_it(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").write_bytes(within(graph=b"\0" * 300))
    (tmp_path / "keras_metadata.pb").write_bytes(ROOT)

    assert shown(read(tmp_path / "saved_model.pb").programs[0].models[0])["a"] == SHAPES


@given(st.lists(st.tuples(st.integers(1, 2**29 - 1), st.one_of(st.binary(max_size=300), st.integers(0, 2**64 - 1)))))
def test_every_message_is_read_back(fields: list[tuple[int, bytes | int]]) -> None:
    data = b"".join(field(number, content) for number, content in fields)
    found = [
        (number, span.start if span.end == -1 else data[span.start : span.end])
        for number, span in Span.whole(io.BytesIO(data)).fields()
    ]

    assert found == fields


@given(st.binary(max_size=200))
def test_any_bytes_end_in_fields_or_are_damaged(data: bytes) -> None:
    total = 0
    try:
        for _, span in Span.whole(io.BytesIO(data)).fields():
            if span.end != -1:
                assert 0 <= span.start <= span.end <= len(data)
                total += span.end - span.start
    except Damaged:
        pass
    assert total <= len(data)
