"""The project's own files that a script imports: found, parsed once, run once in each run."""

import os
from typing import TYPE_CHECKING

from rnnlint.interpreter import blocks, syntax
from rnnlint.interpreter.glance import project_file, search_folders
from rnnlint.interpreter.state import ProgramExits
from rnnlint.interpreter.values import Module

if TYPE_CHECKING:
    from rnnlint.interpreter.machine import Machine

MAX_FILES = 40
"""Project files that are followed from one script."""


class Project:
    """Finds and parses project files. One serves all runs over a script, and all scripts of a linting."""

    def __init__(self) -> None:
        self._sources: dict[str, syntax.Source | None] = {}
        self._folders: dict[str, list[str]] = {}
        self._places: dict[tuple[str, str, int], str | None] = {}

    def module(self, m: "Machine", name: str, level: int) -> Module | None:
        """The module that an import in the module that runs now means, run; None if it is no file of the project."""
        if m.module.call_index is not None or not (name or level):
            return None
        path = self._place(m.module.path, name, level)
        if path is None:
            return None
        if path in m.modules:
            return m.modules[path]
        m.modules[path] = None
        source = self.source(path)
        if source is None or len(m.modules) > MAX_FILES:
            return None
        module = Module(path, name, source.tree, source.text)
        m.modules[path] = module
        m.used.append(path)
        _run(m, module)
        return module

    def source(self, path: str) -> syntax.Source | None:
        """A project file as far as its syntax; None if it cannot be parsed or is not worth it."""
        if path not in self._sources:
            source = syntax.parse(path)
            self._sources[path] = source if source.status == "checked" else None
        return self._sources[path]

    def _place(self, importer: str, name: str, level: int) -> str | None:
        key = (os.path.dirname(importer), name, level)
        if key not in self._places:
            folder = key[0]
            if folder not in self._folders:
                self._folders[folder] = search_folders(importer)
            found = project_file(importer, name, level, self._folders[folder])
            self._places[key] = None if found is None else _shown(found, importer)
        return self._places[key]


def _shown(path: str, importer: str) -> str:
    """The path in the style of the importer's: relative where that is."""
    return path if os.path.isabs(importer) else os.path.relpath(path)


def _run(m: "Machine", module: Module) -> None:
    outside = m.scope, m.module, m.stack, m.loops
    m.scope, m.module, m.stack, m.loops = module.scope, module, [], []
    try:
        module.scope.names["__name__"] = module.name
        blocks.run_module(m, module.tree.body)
    except ProgramExits:
        pass
    finally:
        m.scope, m.module, m.stack, m.loops = outside
