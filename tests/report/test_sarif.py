"""SARIF: valid by its official schema, and true."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import url2pathname

import jsonschema
import pytest

from rnnlint import Finding, Note, Program, Rule, Severity
from rnnlint.facts import CallLocation, LayerLocation
from rnnlint.finding import Edit, Fix, Safety
from rnnlint.linting import Report
from rnnlint.linting import lint as check
from rnnlint.packs import load_rules, rule_files
from rnnlint.report.paths import TOPS
from rnnlint.report.sarif import sarif
from tests.report import samples

ROOT = Path(__file__).parents[2]
OFFICIAL = json.loads((ROOT / "tests" / "schemas" / "sarif-2.1.0.json").read_text("utf-8"))
RULES = list(load_rules().values())

SCRIPT = """\
from keras import Input, Sequential
from keras.layers import LSTM, Dense

model = Sequential([
    Input((10, 8)),
    LSTM(32),
    LSTM(16),
    Dense(1),
])
"""

MENDED = SCRIPT.replace("LSTM(32)", "LSTM(32, return_sequences=True)")

BASE = "%SRCROOT%"


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in TOPS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def run_of(report: Report, rules: Sequence[Rule] = RULES) -> Any:
    """The one run of the log, which is strict JSON and valid."""
    text = sarif(report, rules)
    assert all(" " <= character <= "~" or character == "\n" for character in text)
    log = json.loads(text, parse_constant=refuse)
    jsonschema.validate(log, OFFICIAL, format_checker=jsonschema.FormatChecker())
    assert (log["version"], log["$schema"]) == ("2.1.0", OFFICIAL["id"])
    (run,) = log["runs"]
    hold_together(run)
    return run


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def hold_together(run: Any) -> None:
    """Indices lead to what they name; relative paths resolve."""
    driver = run["tool"]["driver"]
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    for notification in run["invocations"][0]["toolExecutionNotifications"]:
        descriptor = notification["descriptor"]
        assert driver["notifications"][descriptor["index"]]["id"] == descriptor["id"]
    listed = [artifact["location"]["uri"] for artifact in run["artifacts"]]
    assert len(listed) == len(set(listed))
    for place in artifact_locations(run["results"]):
        assert listed[place["index"]] == place["uri"]
        assert ("uriBaseId" in place) is not urlsplit(place["uri"]).path.startswith("/")
        assert place.get("uriBaseId", BASE) in run["originalUriBaseIds"]


def artifact_locations(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "artifactLocation":
                yield item
            else:
                yield from artifact_locations(item)
    elif isinstance(value, list):
        for item in value:
            yield from artifact_locations(item)


def only(report: Report) -> Any:
    (result,) = run_of(report)["results"]
    return result


def path_of(run: Any, uri: str) -> str:
    """The path that a URI of the log leads to."""
    return url2pathname(urlsplit(urljoin(run["originalUriBaseIds"][BASE]["uri"], uri)).path)


def write(path: str, text: str) -> str:
    Path(path).write_text(text, "utf-8")
    return path


def notebook(path: str, *cells: str) -> str:
    """A notebook: a heading, then these code cells."""
    code: list[dict[str, Any]] = [
        {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": cell} for cell in cells
    ]
    heading = {"cell_type": "markdown", "metadata": {}, "source": "# LSTM"}
    book = {"cells": [heading, *code], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return write(path, json.dumps(book))


def saved(path: str) -> str:
    """A model file: an LSTM on an LSTM that gives only its last step."""
    layers = [
        {"class_name": "LSTM", "config": {"name": "first", "units": 8, "batch_input_shape": [None, 10, 4]}},
        {"class_name": "LSTM", "config": {"name": "second", "units": 8}},
    ]
    model = {"class_name": "Sequential", "config": {"name": "model", "layers": layers}, "keras_version": "2.15.0"}
    return write(path, json.dumps(model))


# Each kind of input, as it is linted


def test_a_script() -> None:
    result = only(check([write("train.py", SCRIPT)]))
    (place,) = result["locations"]
    assert (result["ruleId"], result["level"]) == ("missing-return-sequences", "error")
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "train.py", "uriBaseId": BASE, "index": 0},
        "region": {"startLine": 7, "startColumn": 5, "endLine": 7, "endColumn": 13, "snippet": {"text": "LSTM(16)"}},
    }
    assert place["logicalLocations"] == [{"name": "lstm_1", "fullyQualifiedName": "lstm_1", "kind": "layer"}]
    (related,) = result["relatedLocations"]
    assert related["physicalLocation"]["region"]["snippet"]["text"] == "LSTM(32)"
    assert related["message"]["text"] == "gives only its last step"


def test_a_notebook() -> None:
    first, second = SCRIPT.split("\n\n")
    result = only(check([notebook("train.ipynb", first, second)]))
    (place,) = result["locations"]
    region = place["physicalLocation"]["region"]
    assert (region["startLine"], region["snippet"]["text"]) == (6, "LSTM(16)")
    assert place["properties"] == {"cell": 3, "cell_line": 4}
    assert result["relatedLocations"][0]["properties"] == {"cell": 3, "cell_line": 3}
    assert "fixes" not in result, "lines of joined cells are not those of the file"
    assert result["properties"]["fix"]["safety"] == "safe"


def test_a_saved_model() -> None:
    result = only(check([saved("model.json")]))
    (place,) = result["locations"]
    assert place == {
        "physicalLocation": {"artifactLocation": {"uri": "model.json", "uriBaseId": BASE, "index": 0}},
        "logicalLocations": [{"name": "second", "fullyQualifiedName": "second", "kind": "layer"}],
    }
    assert result["ruleId"] == "missing-return-sequences"


def test_a_call() -> None:
    path = str(ROOT / "tests" / "examples" / "forecast.keras")
    call = "fit(x=(1000, 10, 8), y=(1000, 1), batch_size=32, shuffle=False)"
    result = only(check([path], calls=[call]))
    assert result["ruleId"] == "partial-batch"
    (place,) = result["locations"]
    assert "region" not in place["physicalLocation"]
    told = place["properties"]["call"]
    assert (told["index"], told["text"]) == (1, call)
    assert call[told["startColumn"] - 1 : told["endColumn"] - 1] == "x=(1000, 10, 8)"
    assert "fixes" not in result
    assert result["message"]["text"].endswith(f"\nfix: {result['properties']['fix']['title']}")


def test_files_that_failed_or_were_skipped() -> None:
    write("plain.py", "print(1)\n")
    Path("damaged.keras").write_bytes(b"PK\x03\x04 no more")
    run = run_of(check(["gone.keras", "plain.py", "damaged.keras", saved("model.json")]))
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    told = {
        place["physicalLocation"]["artifactLocation"]["uri"]: (notification["descriptor"]["id"], notification["level"])
        for notification in invocation["toolExecutionNotifications"]
        for place in notification["locations"]
    }
    assert told == {
        "gone.keras": ("failed", "error"),
        "plain.py": ("skipped", "note"),
        "damaged.keras": ("failed", "error"),
    }
    assert len(run["results"]) == 1
    status = {artifact["location"]["uri"]: artifact["properties"]["status"] for artifact in run["artifacts"]}
    assert status["model.json"] == "checked"


def test_nothing_found_is_a_success() -> None:
    run = run_of(check([write("train.py", MENDED)]))
    assert run["results"] == []
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_what_was_not_understood_is_told() -> None:
    run = run_of(samples.everything())
    (told,) = [
        notification
        for notification in run["invocations"][0]["toolExecutionNotifications"]
        if notification["descriptor"]["id"] == "not-understood"
    ]
    assert told["message"]["text"] == "a call of `build`"
    assert told["locations"][0]["physicalLocation"]["region"] == {"startLine": 31}


def test_the_command_writes_it() -> None:
    write("train.py", SCRIPT)
    command = [sys.executable, "-m", "rnnlint", "check", "--format", "sarif", "train.py"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8")
    assert (ran.returncode, ran.stderr) == (1, "")
    printed, expected = json.loads(ran.stdout)["runs"][0], run_of(check(["train.py"]))
    described = printed.pop("tool")["driver"]["rules"]
    assert described[: len(RULES)] == expected.pop("tool")["driver"]["rules"]
    assert printed == expected


# Fixes


def mended(run: Any, result: Any) -> dict[str, str]:
    """The files that a fix changes, changed, as a program does it that knows SARIF alone."""
    texts: dict[str, str] = {}
    (fix,) = result["fixes"]
    for change in fix["artifactChanges"]:
        path = path_of(run, change["artifactLocation"]["uri"])
        lines = Path(path).read_text("utf-8").split("\n")
        for it in sorted(change["replacements"], key=lambda it: -it["deletedRegion"]["startLine"]):
            region = it["deletedRegion"]
            head = lines[region["startLine"] - 1][: region["startColumn"] - 1]
            tail = lines[region["endLine"] - 1][region["endColumn"] - 1 :]
            lines[region["startLine"] - 1 : region["endLine"]] = [head + it["insertedContent"]["text"] + tail]
        texts[Path(path).name] = "\n".join(lines)
    return texts


def test_a_fix_can_be_made_from_the_log_alone() -> None:
    run = run_of(check([write("train.py", SCRIPT)]))
    assert mended(run, run["results"][0]) == {"train.py": MENDED}


def test_columns_count_code_points() -> None:
    odd = 'mark = "\U0001f600层"; '
    plain = "model = Sequential([Input((10, 8)), LSTM(32), LSTM(16)])\n"
    script = write("train.py", "from keras import *\nfrom keras.layers import *\n" + odd + plain)
    run = run_of(check([script]))
    assert run["columnKind"] == "unicodeCodePoints"
    (result,) = run["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    line = (odd + plain)[region["startColumn"] - 1 : region["endColumn"] - 1]
    assert line == region["snippet"]["text"] == "LSTM(16)"
    assert mended(run, result)["train.py"].endswith(odd + plain.replace("LSTM(32)", "LSTM(32, return_sequences=True)"))


def test_advice_alone_is_no_fix() -> None:
    result = only(Report((samples.model_file(),), (samples.one_step(),)))
    assert "fixes" not in result
    assert result["properties"]["fix"] == {
        "title": "if the ten features are ten steps of one series, give the input shape (10, 1)",
        "safety": "manual",
    }


def test_a_fix_that_changes_a_call_too_is_not_made_by_half() -> None:
    edits = (Edit(samples.span(1, 1, 5), ""), Edit(CallLocation("model.keras", 1, 1, 35, 1, 48), "batch_size=20"))
    found = replace(samples.stacked(), fix=Fix("take 20", edits, Safety.REVIEW))
    assert "fixes" not in only(Report((samples.script(), samples.model_file()), (found,), (samples.CALL,)))


def test_text_that_goes_is_replaced_by_nothing() -> None:
    found = replace(samples.stacked(), fix=Fix("drop it", (Edit(samples.span(1, 1, 5), ""),), Safety.SAFE))
    (fix,) = only(Report((samples.script(),), (found,)))["fixes"]
    (change,) = fix["artifactChanges"]
    assert change["replacements"] == [
        {"deletedRegion": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 5}}
    ]


# Fingerprints


def marks(report: Report) -> list[dict[str, str]]:
    return [result["partialFingerprints"] for result in run_of(report)["results"]]


@pytest.mark.parametrize("above", ["\n" * 10, "# a comment\n" * 10, "print()\n" * 10])
def test_fingerprints_stay_when_ten_lines_come_above(above: str) -> None:
    before = marks(check([write("train.py", SCRIPT)]))
    after = marks(check([write("train.py", above + SCRIPT)]))
    assert before == after
    assert len(before) == 1


def test_fingerprints_of_a_notebook_stay_when_a_cell_comes_above() -> None:
    before = marks(check([notebook("train.ipynb", SCRIPT)]))
    after = marks(check([notebook("train.ipynb", "print()\n" * 10, SCRIPT)]))
    assert before == after
    assert len(before) == 1


def test_fingerprints_tell_findings_apart() -> None:
    found = marks(check([write("a.py", SCRIPT * 2), write("b.py", SCRIPT), saved("model.json")]))
    assert len(found) == len({*map(str, found)}) == 4


# Paths


@pytest.mark.parametrize("name", ["a b.py", "a#b?c.py", "100%.py", "a:b.py", "zwölf.py", "a+b&c.py", "[a]{b}.py"])
def test_relative_paths_are_encoded_and_lead_back(name: str) -> None:
    Path("sub folder").mkdir()
    path = write(os.path.join("sub folder", name), SCRIPT)
    run = run_of(check([path]))
    (artifact,) = run["artifacts"]
    uri = artifact["location"]["uri"]
    assert uri.startswith("sub%20folder/")
    assert uri.isascii()
    assert not set(uri) & set(" #?:[]{}\\")
    assert unquote(uri) == f"sub folder/{name}"
    assert os.path.samefile(path_of(run, uri), path)


def test_a_name_that_is_no_unicode() -> None:
    run = run_of(check([os.fsdecode(b"gone\xe9.keras")]))
    assert run["artifacts"][0]["location"]["uri"] == "gone%E9.keras"


def test_what_lies_outside_has_a_whole_uri(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("out side.py", SCRIPT)
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    for path in (os.path.join("..", "out side.py"), str(tmp_path / "out side.py")):
        (artifact,) = run_of(check([path]))["artifacts"]
        assert artifact["location"] == {"uri": (tmp_path / "out side.py").as_uri()}


def test_github_counts_from_its_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    run = run_of(check([write("train.py", SCRIPT)]))
    assert run["artifacts"][0]["location"] == {"uri": "project/train.py", "uriBaseId": BASE}
    assert path_of(run, "project/train.py") == str(tmp_path / "project" / "train.py")


def test_every_spelling_of_a_path_is_one_file(tmp_path: Path) -> None:
    spelled = ["./train.py", str(tmp_path / "train.py")]
    report = Report(tuple(samples.script(path=path) for path in spelled), tuple(map(samples.stacked, spelled)))
    run = run_of(report)
    assert [artifact["location"]["uri"] for artifact in run["artifacts"]] == ["train.py"]


# Rules


def test_every_rule_is_described() -> None:
    described = run_of(Report())["tool"]["driver"]["rules"]
    files = rule_files()
    assert [rule["id"] for rule in described] == list(files)
    for rule in described:
        assert 0 < len(rule["shortDescription"]["text"]) < 1024
        assert 0 < len(rule["fullDescription"]["text"]) < 1024
        assert not rule["fullDescription"]["text"].endswith(":")
        assert rule["help"]["text"].startswith(rule["shortDescription"]["text"])
        assert rule["help"]["markdown"].startswith(f"# {rule['id']}\n")
        assert "## Right\n" in rule["help"]["markdown"]
        assert url2pathname(urlsplit(rule["helpUri"]).path) == str(files[rule["id"]])


def test_levels() -> None:
    found = [replace(samples.stacked(down=n), severity=severity) for n, severity in enumerate(Severity)]
    run = run_of(Report((), tuple(found)))
    assert [result["level"] for result in run["results"]] == ["error", "warning", "note"]
    defaults = {rule["id"]: rule["defaultConfiguration"]["level"] for rule in run["tool"]["driver"]["rules"]}
    assert (defaults["stateful-shuffle"], defaults["mask-dropped"], defaults["unused-sequences"]) == (
        "error",
        "warning",
        "note",
    )


def crash(program: Program) -> Iterator[Finding]:
    raise ZeroDivisionError(program.path)


def test_a_rule_that_crashed_is_described_and_no_success() -> None:
    broken = replace(RULES[0], check=crash, name="broken")
    run = run_of(check([write("train.py", SCRIPT)], rules=[broken]), [broken])
    described = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in described] == ["broken", "rule-crashed"]
    assert described[1]["help"]["text"].startswith("A rule failed on this program.")
    assert "## Wrong" not in described[1]["help"]["markdown"]
    assert [result["ruleId"] for result in run["results"]] == ["rule-crashed"]
    assert run["invocations"][0]["executionSuccessful"] is False


# Messages


def test_shapes_and_the_cure_stand_below_the_message() -> None:
    assert only(Report((samples.script(),), (samples.stacked(),)))["message"]["text"] == (
        "`lstm_1` reads a sequence, but `lstm` gives only its last step\n"
        "gives (batch=None, units=32)\n"
        "needs (batch=None, time=?, features=?)\n"
        "fix: return every step"
    )


def test_braces_are_no_arguments_and_brackets_no_links() -> None:
    odd = replace(samples.one_step(), message="{0} [a](http://b)", fix=None, notes=[Note(LayerLocation("m"), "}")])
    result = only(Report((), (odd,)))
    assert result["message"]["text"] == "{{0}} [a] (http://b)"
    assert result["relatedLocations"][0]["message"]["text"] == "}}"


def test_halves_of_characters_are_written_out() -> None:
    odd = replace(
        samples.one_step(), location=LayerLocation("m.keras", "a\udce9\U0001f600"), message="`\ud83d`", fix=None
    )
    result = only(Report((), (odd,)))
    assert result["message"]["text"] == "`\\ud83d`"
    assert result["locations"][0]["logicalLocations"][0]["name"] == "a\\udce9\U0001f600"


def test_layers_of_nested_models_have_their_whole_name() -> None:
    found = replace(samples.one_step(), location=LayerLocation("model.keras", "encoder/lstm"), layer=None)
    (place,) = only(Report((samples.model_file(),), (found,)))["locations"]
    assert place["logicalLocations"] == [{"name": "lstm", "fullyQualifiedName": "encoder/lstm", "kind": "layer"}]


def test_long_text_is_not_quoted() -> None:
    long = replace(samples.stacked(), location=samples.span(1, 1, 1, end_line=40), notes=(), fix=None)
    report = Report((samples.script("x = 1\n" * 50),), (long,))
    assert only(report)["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 1,
        "startColumn": 1,
        "endLine": 40,
        "endColumn": 1,
    }
