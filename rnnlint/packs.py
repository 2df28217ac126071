"""Finds and loads rules: the built-in ones and a project's own.

A rule is a file: its name is the file's (`stateful_shuffle.py` is `stateful-shuffle`), its page the docstring. Nothing
imports a rule statically.
"""

import importlib.util
import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType

from rnnlint.rule import Rule

PROOFS = Path(__file__).with_name("proofs.json")
"""What Keras was seen to do with the bad example of each rule."""


class BrokenPack(Exception):
    """A rule file cannot be loaded; the message says which and why."""


def built_in() -> Path:
    """The folder of the built-in rules: `rnnlint/rules/` where installed, else `rules/` beside the package."""
    package = Path(__file__).resolve().parent
    installed = package / "rules"
    return installed if installed.is_dir() else package.parent / "rules"


def rule_files(folder: Path | None = None) -> dict[str, Path]:
    """The rule files of a folder (default: the built-in rules) by the name of the rule, in order."""
    files = sorted((folder or built_in()).glob("*.py"))
    return {file.stem.replace("_", "-"): file for file in files if not file.name.startswith("_")}


def pack_files(packs: Iterable[Path]) -> dict[str, Path]:
    """The rule files of a project's packs, folders and single files, by the name of the rule."""
    files: dict[str, Path] = {}
    for pack in packs:
        files |= rule_files(pack) if pack.is_dir() else {pack.stem.replace("_", "-"): pack}
    return files


@cache
def load_rule(file: Path) -> Rule:
    """The rule of a file, with its name and page.

    Raises:
        BrokenPack: it cannot be imported, or holds no `rule`.
    """
    module = _imported(file)
    rule = getattr(module, "rule", None)
    if not isinstance(rule, Rule):
        raise BrokenPack(f"{file}: no `rule = Rule(...)` in it")
    name = file.stem.replace("_", "-")
    told = _proofs().get(name, {}) if file.parent == built_in() else {}
    keras = {
        version: words if (words := told.get(str(version), "")).startswith(claim) else claim
        for version, claim in rule.proof().items()
    }
    return replace(rule, name=name, doc=module.__doc__ or "", keras=keras)


def load_rules(*packs: Path) -> dict[str, Rule]:
    """The built-in rules, then those of further packs (folders or files), by name.

    Raises:
        BrokenPack: a file cannot be loaded, or two rules have one name.
    """
    rules = {name: load_rule(file) for name, file in rule_files().items()}
    for pack in packs:
        for name, file in pack_files([pack]).items():
            if name in rules:
                raise BrokenPack(f"{file}: there is a rule `{name}` already")
            rules[name] = load_rule(file)
    return rules


@cache
def _proofs() -> dict[str, dict[str, str]]:
    """What Keras was seen to do with the bad examples, by rule and version; nothing where it is not recorded."""
    try:
        found: dict[str, dict[str, str]] = json.loads(PROOFS.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return found


def by_family(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """Rules by family."""
    families: dict[str, list[Rule]] = {}
    for rule in rules:
        families.setdefault(rule.family, []).append(rule)
    return families


def _imported(file: Path) -> ModuleType:
    name = f"rnnlint.rules.{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise BrokenPack(f"{file}: no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pickling look a class's module up here
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise BrokenPack(f"{file}: {type(error).__name__}: {error}") from error
    return module
