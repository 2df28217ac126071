"""A project's settings: what is read from where, what is refused, and what they do."""

import os
from pathlib import Path

import pytest

from rnnlint import Severity
from rnnlint.config import WrongSetting
from rnnlint.flags import effective
from rnnlint.linting import lint
from rnnlint.packs import BrokenPack
from rnnlint.report.configuration import configuration
from rnnlint.settings import Settings
from rnnlint.settings_file import find, load, read

SHUFFLED = (Path(__file__).parent / "examples" / "shuffled.py").read_text("utf-8")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a script in which something is found."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "train.py").write_text(SHUFFLED, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rules(project: Path, text: str, *paths: str) -> list[str]:
    (project / "rnnlint.toml").write_text(text, "utf-8")
    return [finding.rule for finding in lint(paths or ["src"]).findings]


# Where they are read from


def test_the_nearest_file_counts(project: Path) -> None:
    assert find() is None
    (project / "pyproject.toml").write_text("[tool.rnnlint]\nkeras = 2\n")
    assert load(["src"]).keras == 2
    (project / "src" / "pyproject.toml").write_text("[tool.other]\n")
    assert load(["src"]).keras == 2
    (project / "src" / "rnnlint.toml").write_text("keras = 3\n")
    assert (load(["src"]).keras, load(["src/train.py"]).keras, load(["src", "."]).keras) == (3, 3, 2)


def test_rnnlint_toml_comes_before_pyproject_toml(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.rnnlint]\nkeras = 2\n")
    (project / "rnnlint.toml").write_text("keras = 3\n")
    assert load().keras == 3


def test_nothing_is_looked_for_above_the_repository(project: Path) -> None:
    (project / "rnnlint.toml").write_text("keras = 2\n")
    (project / "src" / ".git").mkdir()
    assert load(["src"]) == Settings()


def test_a_pyproject_of_something_else_may_be_damaged(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.\n")
    assert load() == Settings()


# What is refused


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selct = []", "`selct`: there is no such setting; did you mean `select`?"),
        ("xyzzy = 1", "`xyzzy`: there is no such setting; there are select, ignore, "),
        ("fail_on = 'error'", "`fail_on`: there is no such setting; did you mean `fail-on`?"),
        ("select = 'shape'", "`select`: a list of strings is wanted, not 'shape'"),
        ("ignore = [1]", "`ignore`: a list of strings is wanted, not [1]"),
        ("ignore = ['statful']", "`ignore`: no rule or family is called `statful`; did you mean `stateful`"),
        ("fail-on = 'warnin'", "`fail-on`: error or warning or hint or never is wanted, not 'warnin'; did you mean"),
        ("keras = 4", "`keras`: auto or 2 or 3 is wanted, not '4'"),
        ("keras = true", "`keras`: auto or 2 or 3 is wanted, not True"),
        ("severity = 3", "`severity`: a table is wanted, not 3"),
        ("[severity]\nspeed = 'fatal'", "`severity.speed`: error or warning or hint is wanted, not 'fatal'"),
        ("[severity]\nsped = 'hint'", "`severity`: no rule or family is called `sped`; did you mean `speed`"),
        ("packs = ['gone']", "`packs`: 'gone' is no folder and no .py file beside this file"),
        ("[per-path.'a.py']\nslect = []", '`per-path."a.py".slect`: there is no such setting; did you mean `select`?'),
        ("[per-path.'a.py'.layers]\nb = ['x']", '`per-path."a.py".layers.b`: no rule or family is called `x`'),
        ("[per-path]\n'a.py' = 1", '`per-path."a.py"`: a table is wanted, not 1'),
        ("exclude = ['']", "`exclude`: '' is no pattern as in a .gitignore"),
        ("required-version = '>=99'", "`required-version`: >=99 is wanted, this is rnnlint 0."),
        ("required-version = 'new'", "`required-version`: versions like \">=0.1,<0.3\" are wanted, not 'new'"),
        ("required-version = '>=99'\nnovelty = 1", "`required-version`: >=99 is wanted"),
        ("keras = ", "cannot be read"),
    ],
)
def test_what_cannot_be_meant_is_refused(project: Path, text: str, message: str) -> None:
    (project / "rnnlint.toml").write_text(text, "utf-8")
    with pytest.raises(WrongSetting) as error:
        load()
    assert message in str(error.value)
    assert "rnnlint.toml" in str(error.value)


@pytest.mark.parametrize("wanted", [">=0.1", "0.1.0", "==0.1", ">=0.1,<99", "!=0.2", " > 0.0.1 "])
def test_versions_that_fit(project: Path, wanted: str) -> None:
    (project / "rnnlint.toml").write_text(f"required-version = {wanted!r}")
    assert load().required_version == wanted


# What they do


def test_without_settings_it_is_found(project: Path) -> None:
    assert rules(project, "") == ["stateful-shuffle"]


@pytest.mark.parametrize(
    "text",
    [
        "select = ['shape']",
        "select = []",
        "ignore = ['stateful']",
        "exclude = ['src/']",
        "exclude = ['tr*.py']",
        "[per-path.'src/**']\nignore = ['stateful-shuffle']",
        "[per-path.'train.py']\nselect = ['shape']",
        "[per-path.'src/train.py'.layers]\n'lstm' = ['stateful']",
    ],
)
def test_what_takes_it_out(project: Path, text: str) -> None:
    assert rules(project, text) == []


def test_a_named_file_is_not_excluded(project: Path) -> None:
    assert rules(project, "exclude = ['src/']", "src/train.py") == ["stateful-shuffle"]


def test_other_paths_are_not_meant(project: Path) -> None:
    assert rules(project, "[per-path.'tests/**']\nignore = ['stateful']") == ["stateful-shuffle"]


def test_severity_by_rule_beats_severity_by_family(project: Path) -> None:
    both = "[severity]\nstateful = 'hint'\nstateful-shuffle = 'warning'"
    (project / "rnnlint.toml").write_text(both)
    assert [finding.severity for finding in lint(["src"]).findings] == [Severity.WARNING]
    (project / "rnnlint.toml").write_text(f"{both}\n[per-path.'src/'.severity]\nstateful = 'hint'")
    assert [finding.severity for finding in lint(["src"]).findings] == [Severity.HINT]


def test_keras_by_path(project: Path) -> None:
    text = "keras = 3\n[per-path.'old.py']\nkeras = 2\n"
    (project / "old.py").write_text(SHUFFLED, "utf-8")
    (project / "rnnlint.toml").write_text(text)
    read_by = {Path(file.reading.path).name: file.reading.keras for file in lint(["."]).files}
    assert read_by == {"old.py": 2, "train.py": 3}
    assert {file.reading.keras for file in lint(["."], keras=3).files} == {3}


# Flags


def test_flags_beat_files(project: Path) -> None:
    (project / "rnnlint.toml").write_text(
        "select = ['shape']\nignore = ['stateful-shuffle', 'data']\nfail-on = 'hint'\nkeras = 2\n"
        "[per-path.'a.py']\nkeras = 2\n"
    )
    made = effective(["."])
    assert (made.select, made.ignore, made.fail_on, made.keras) == (
        ("shape",),
        ("stateful-shuffle", "data"),
        Severity.HINT,
        2,
    )
    made = effective(["."], ["stateful-shuffle"], None, "never", "3")
    assert (made.select, made.ignore, made.fail_on, made.keras) == (("stateful-shuffle",), ("data",), None, 3)
    assert effective(["."], None, ["speed"]).ignore == ("speed",)
    assert effective(["."], keras="auto").keras_of("a.py") is None


def test_what_is_shown_is_read_again_as_the_same(project: Path) -> None:
    text = (
        "select = ['shape', 'stateful']\nignore = ['relu-recurrence']\nfail-on = 'never'\nexclude = ['a\"b', 'zwölf']\n"
        "keras = 2\npacks = ['own']\nrequired-version = '>=0.1'\n[severity]\nspeed = 'error'\n"
        "[per-path.'a/**']\nselect = []\nignore = ['data']\nkeras = 3\nseverity = { shape = 'hint' }\n"
        "layers = { 'encoder/*' = ['masking'] }\n"
    )
    (project / "own").mkdir()
    (project / "rnnlint.toml").write_text(text, "utf-8")
    settings = load()
    shown = configuration(settings)
    assert shown.startswith(f"# from {os.path.join(os.getcwd(), 'rnnlint.toml')}\n")
    (project / "rnnlint.toml").write_text(shown, "utf-8")
    assert read(project / "rnnlint.toml") == settings
    assert configuration(Settings()).startswith("# no configuration file\n# select: all rules\n")


# A project's own rules

OWN = '''"""Models are named odd.

Nobody can read that.
"""

from collections.abc import Iterator

from rnnlint import Finding, Program, Rule, Severity

BAD = """
model = Sequential([Input((10, 8)), LSTM(4)], name="odd")  # <-
"""

GOOD = """
model = Sequential([Input((10, 8)), LSTM(4)], name="even")
"""


def check(program: Program) -> Iterator[Finding]:
    for model in program.models:
        if model.name == "odd":
            yield Finding(model.location, "the model is called `odd`")


rule = Rule(check, "data", Severity.WARNING, keras="silent", since="1.0", bad=BAD, good=GOOD)
'''


def test_a_rule_of_the_projects_own_runs(project: Path) -> None:
    (project / "own").mkdir()
    (project / "own" / "odd_name.py").write_text(OWN)
    (project / "src" / "train.py").write_text(
        "from keras import Input, Sequential\nfrom keras.layers import LSTM\n"
        'model = Sequential([Input((10, 8)), LSTM(4)], name="odd")\n'
    )
    assert rules(project, "packs = ['own']\nselect = ['odd-name']") == ["odd-name"]
    assert rules(project, "packs = ['own/odd_name.py']") == ["odd-name"]
    assert rules(project, "packs = ['own']\nignore = ['odd-name']") == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  # <-", "", "bad: no line ends with `# <-`"),
        ('name="even"', 'name="odd"', "good: not silent: "),
        ("Nobody can read that.\n", "", "docstring: a blank line and a body must follow the first line"),
        ('"data"', '"dta"', "family 'dta' is none of shape, "),
    ],
)
def test_a_rule_that_breaks_the_law_is_refused(project: Path, old: str, new: str, message: str) -> None:
    (project / "odd_name.py").write_text(OWN.replace(old, new))
    with pytest.raises(BrokenPack) as error:
        rules(project, "packs = ['odd_name.py']")
    assert "odd_name.py is no rule as rules must be: " in str(error.value)
    assert message in str(error.value)


def test_a_name_that_rnnlint_uses_itself_is_taken(project: Path) -> None:
    (project / "unused_ignore.py").write_text(OWN)
    with pytest.raises(BrokenPack, match="there is a rule `unused-ignore` already"):
        rules(project, "packs = ['unused_ignore.py']")
