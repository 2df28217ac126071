"""What is installed: the package, its rules, its command, and nothing else."""

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from rnnlint import __version__

ROOT = Path(__file__).parents[1]
RULES = sorted(path.name for path in (ROOT / "rules").glob("[!_]*.py"))


def build(source: Path, target: str, folder: Path) -> Path:
    """The wheel or sdist of a source tree, without network."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ROOT, "wheel", tmp_path_factory.mktemp("wheel"))


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("RECORD")}


def test_the_wheel_holds_the_package_and_its_rules_alone(wheel: Path) -> None:
    held = names(wheel)
    assert {name.partition("/")[0] for name in held} == {"rnnlint", f"rnnlint-{__version__}.dist-info"}
    assert {"rnnlint/__init__.py", "rnnlint/cli.py", "rnnlint/py.typed"} <= held
    assert {f"rnnlint/rules/{name}" for name in RULES} <= held
    assert not [name for name in held if "__pycache__" in name]


def test_the_wheel_brings_the_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        entries = archive.read(f"rnnlint-{__version__}.dist-info/entry_points.txt").decode()
        metadata = archive.read(f"rnnlint-{__version__}.dist-info/METADATA").decode()
    assert "rnnlint = rnnlint.cli:main" in entries
    assert "Requires-Python: >=3.11" in metadata
    needs = [line for line in metadata.splitlines() if line.startswith("Requires-Dist: ")]
    assert all("extra == " in line for line in needs if "tensorflow" in line or "keras" in line)


def test_the_sdist_makes_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    for folder in ("sdist", "tree", "wheel"):
        (tmp_path / folder).mkdir()
    with tarfile.open(build(ROOT, "sdist", tmp_path / "sdist")) as archive:
        archive.extractall(tmp_path / "tree", filter="data")
    (tree,) = (tmp_path / "tree").iterdir()
    assert names(build(tree, "wheel", tmp_path / "wheel")) == names(wheel)


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """An empty virtual environment that finds the dependencies installed here; its Python."""
    folder = tmp_path / "environment"
    venv.create(folder, with_pip=False)
    (site,) = folder.glob("lib/python3*/site-packages")
    here = sysconfig.get_path("purelib")
    (site / "dependencies.pth").write_text(f"import sys; sys.path.append({here!r})\n")
    return folder / ("Scripts" if os.name == "nt" else "bin")


@pytest.mark.wide
@pytest.mark.parametrize("how", [[], ["-e"]])
def test_an_installed_rnnlint_finds_its_rules(environment: Path, how: list[str], tmp_path: Path) -> None:
    python = environment / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps"]
    subprocess.run([*install, "--no-build-isolation", "--ignore-installed", *how, str(ROOT)], check=True)
    if not how:
        spec = run(python, "-c", "import importlib.util as u; print(u.find_spec('rules'))", cwd=tmp_path)
        assert spec == "None\n"
    where = run(python, "-c", "import rnnlint; print(rnnlint.__file__)", cwd=tmp_path)
    assert (str(ROOT) in where) == (how == ["-e"])
    listed = json.loads(run(environment / "rnnlint", "rules", "--format", "json", cwd=tmp_path))["rules"]
    from_files = {name.removesuffix(".py").replace("_", "-") for name in RULES}
    assert {rule["rule"] for rule in listed} == from_files | {"rule-crashed", "unused-ignore"}


def run(*command: str | Path, cwd: Path) -> str:
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, encoding="utf-8").stdout
