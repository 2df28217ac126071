"""HDF5 files: attributes by name, in every way they can be stored."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from rnnlint.readers import read
from rnnlint.readers.source import Source
from tests.readers.configs import shown, small

TEXT = json.dumps(small())


def write(path: Path, config: Any = TEXT, **options: Any) -> Path:
    """A file with this model_config."""
    with h5py.File(path, "w", **options) as file:
        if config is not None:
            file.attrs["model_config"] = config
        file.attrs["keras_version"] = "2.4.0"
        file.create_group("model_weights")
    return path


@pytest.mark.parametrize(
    "config",
    [TEXT, TEXT.encode(), np.bytes_(TEXT.encode()), np.array([TEXT], dtype=h5py.string_dtype())],
    ids=["text", "bytes", "fixed", "array"],
)
def test_ways_to_store_the_configuration(tmp_path: Path, config: Any) -> None:
    found = read(str(write(tmp_path / "m.h5", config)))

    assert (found.format, found.written_by, found.keras) == ("hdf5", "2.4.0", 2)
    assert shown(found.programs[0].models[0])["a"] == ["(batch=None, units=4)"]


def test_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    config = np.bytes_(TEXT.replace('"a"', '"\xe4"').encode("latin-1"))
    found = read(str(write(tmp_path / "m.h5", config)))

    assert [layer.name for layer in found.programs[0].models[0].layers] == ["i", "\xe4", "d"]


@pytest.mark.parametrize("options", [{"userblock_size": 1024}, {"libver": "latest"}], ids=["user block", "newest"])
@pytest.mark.parametrize("name", ["m.h5", "m.keras", "model"])
def test_kinds_of_files_under_any_name(tmp_path: Path, options: dict[str, Any], name: str) -> None:
    assert read(str(write(tmp_path / name, **options))).format == "hdf5"


def test_a_stream_is_as_good_as_a_file(tmp_path: Path) -> None:
    data = write(tmp_path / "m.h5").read_bytes()
    found = read(Source("m.h5", lambda: io.BytesIO(data)))

    assert shown(found.programs[0].models[0])["a"] == ["(batch=None, units=4)"]


def test_odd_links_and_huge_data_are_left_alone(tmp_path: Path) -> None:
    path = write(tmp_path / "m.h5")
    with h5py.File(path, "a") as file:
        del file["model_weights"]
        file["model_weights"] = h5py.SoftLink("/nowhere")
        file["outside"] = h5py.ExternalLink("other.h5", "/x")
        file["self"] = file["/"]
        file.create_dataset("a/kernel", shape=(10**6, 10**7), chunks=(1000, 1000), dtype="f4")

    assert read(str(path)).status == "checked"


def test_names_of_layers_come_from_the_weights_where_the_configuration_has_none(tmp_path: Path) -> None:
    inner = {"class_name": "Sequential", "config": small()["config"]["layers"]}
    outer = {"class_name": "Sequential", "config": [inner], "keras_version": "2.1.6"}
    path = write(tmp_path / "m.h5", json.dumps(outer))
    with h5py.File(path, "a") as file:
        file["model_weights"].create_group("encoder").attrs["weight_names"] = []
        file["model_weights"].attrs["layer_names"] = [b"encoder"]

    assert [layer.path for layer in read(str(path)).programs[0].models[0].layers][:2] == ["encoder", "encoder/i"]


def test_features_come_from_the_weights_where_no_shape_is_saved(tmp_path: Path) -> None:
    config = small()
    del config["config"]["layers"][0]
    path = write(tmp_path / "m.h5", json.dumps(config))
    with h5py.File(path, "a") as file:
        weights = file["model_weights"].create_group("a")
        weights.create_dataset("kernel", shape=(7, 16))
        weights.attrs["weight_names"] = [b"kernel"]
        file["model_weights"].attrs["layer_names"] = [b"a"]

    layer = read(str(path)).programs[0].models[0].layers[0]
    assert str(layer.calls[0].input.shape) == "(batch=None, time=?, features=7)"


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda file: file.attrs.update({"layer_names": [b"a"]}), "weights alone"),
        (lambda file: file.create_group("layers"), "weights alone"),
        (lambda file: file.create_dataset("x", data=[1, 2]), "with data"),
    ],
)
def test_files_without_a_model_are_skipped(tmp_path: Path, make: Any, word: str) -> None:
    path = tmp_path / "m.h5"
    with h5py.File(path, "w") as file:
        make(file)
    found = read(str(path))

    assert found.status == "skipped"
    assert word in (found.reason or "")


@pytest.mark.parametrize("length", [9, 100, 700])
def test_a_file_that_was_cut_short(tmp_path: Path, length: int) -> None:
    path = write(tmp_path / "m.h5")
    path.write_bytes(path.read_bytes()[:length])
    found = read(str(path))

    assert found.status == "failed"
    assert "again" in (found.reason or "")


def test_a_configuration_that_is_no_json(tmp_path: Path) -> None:
    found = read(str(write(tmp_path / "m.h5", "not json")))

    assert (found.status, found.reason) == ("failed", "its model_config is not JSON (line 1): save the model again")


def test_a_file_that_another_process_is_writing(tmp_path: Path) -> None:
    path = tmp_path / "m.h5"
    code = (
        "import h5py, sys\n"
        f"file = h5py.File({str(path)!r}, 'w', libver='latest')\n"
        "file.create_dataset('x', data=[1]); file.flush()\n"
        "print('open', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        found = read(str(path))
        writer.communicate(b"")

    assert found.status == "failed"
    assert found.reason == "is open for writing in another program: close it there, or wait until the model is saved"
