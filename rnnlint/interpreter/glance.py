"""A look at the bytes of a file: whether Keras can be in it at all, and which project files its imports mean.

Most Python files of a project have nothing to do with Keras. They are left after this look: no parsing, one regular
expression over the lines with the word `import`.
"""

import os
import re
from collections.abc import Iterator

MAX_FILES = 400
"""How many project files are looked at on the way from one script."""

MAX_LINE = 500
"""How far in front of the word `import` its line begins at most."""

MAX_BYTES = 2 * 1024 * 1024

ROOT_MARKS = (".git", "pyproject.toml", "setup.py", "setup.cfg")
"""What lies in the folder in which a project begins."""

MAX_ABOVE = 8
"""How many folders up a project is looked for."""

_IMPORT = re.compile(rb'[ \t]*(?:from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+([^\n#;"]*)|import[ \t]+([^\n#;"]+))')
_NAME = re.compile(rb"[A-Za-z_][\w.]*")


def mentions_keras(data: bytes) -> bool:
    """Whether the word stands in it (`tensorflow.keras`, `tf_keras` and all others hold it too)."""
    return b"keras" in data


def imports(data: bytes) -> Iterator[tuple[int, str]]:
    """What a script or notebook imports: how many dots stand in front, and the dotted name.

    `from a import b` gives `a` and `a.b`. It may give too many (imports inside strings), never too few on lines of
    their own.
    """
    if data[:1] == b"{":
        data = data.replace(b"\\n", b"\n")
    for match in _import_lines(data):
        start, names, plain = match.groups()
        if plain is not None:
            for part in plain.split(b","):
                if name := _NAME.search(part):
                    yield 0, name[0].decode("ascii", "ignore")
            continue
        text = start.decode("ascii", "ignore")
        module = text.lstrip(".")
        dots = len(text) - len(module)
        if module:
            yield dots, module
        for part in names.replace(b"(", b"").split(b","):
            if name := _NAME.match(part.strip(b" \t\r\\")):
                yield dots, f"{module}.{name[0].decode('ascii', 'ignore')}".lstrip(".")


def _import_lines(data: bytes) -> Iterator["re.Match[bytes]"]:
    """Lines (in a notebook: strings) that begin with an import. Looking for the word first is many times faster than
    trying the pattern on every line."""
    place = data.find(b"import")
    while place >= 0:
        near = max(0, place - MAX_LINE)
        begin = max(data.rfind(b"\n", near, place), data.rfind(b'"', near, place)) + 1
        match = _IMPORT.match(data, begin)
        if match is not None:
            yield match
        place = data.find(b"import", max(place + 6, match.end() if match is not None else 0))


def search_folders(importer: str) -> list[str]:
    """Folders in which absolute imports of a project's script are looked up: its own, those above it up to the root of
    the project, and `src` there."""
    folder = os.path.dirname(os.path.abspath(importer))
    folders = [folder]
    for _ in range(MAX_ABOVE):
        if any(os.path.exists(os.path.join(folder, mark)) for mark in ROOT_MARKS):
            break
        above = os.path.dirname(folder)
        if above == folder:
            return folders[:1]
        folder = above
        folders.append(folder)
    else:
        return folders[:1]
    source = os.path.join(folder, "src")
    return [*folders, source] if source not in folders and os.path.isdir(source) else folders


def project_file(importer: str, module: str, level: int = 0, folders: list[str] | None = None) -> str | None:
    """The file that `import module` (with `level` dots in front) means in `importer`; None: no file of the project.

    A package stands for its `__init__.py`; one without has no file of its own.
    """
    parts = module.split(".") if module else []
    if level:
        folder = os.path.dirname(os.path.abspath(importer))
        for _ in range(level - 1):
            folder = os.path.dirname(folder)
        return _below(folder, parts)
    for folder in search_folders(importer) if folders is None else folders:
        if (found := _below(folder, parts)) is not None and not _same(found, importer):
            return found
    return None


def leads_to_keras(path: str) -> bool:
    """Whether the file, or a project file it imports (over any number of files in between), holds the word `keras`."""
    waiting = [os.path.abspath(path)]
    seen = set(waiting)
    while waiting and len(seen) <= MAX_FILES:
        file = waiting.pop()
        try:
            with open(file, "rb") as stream:
                data = stream.read(MAX_BYTES)
        except (OSError, ValueError):
            continue
        if mentions_keras(data):
            return True
        folders = search_folders(file)
        known: dict[str, bool] = {}
        for level, module in imports(data):
            first = module.partition(".")[0]
            if not level:
                if first not in known:
                    known[first] = any(_exists(folder, first) for folder in folders)
                if not known[first]:
                    continue
            found = project_file(file, module, level, folders)
            if found is not None and found not in seen:
                seen.add(found)
                waiting.append(found)
    return False


def _exists(folder: str, name: str) -> bool:
    place = os.path.join(folder, name)
    return os.path.isfile(place + ".py") or os.path.isdir(place)


def _below(folder: str, parts: list[str]) -> str | None:
    place = os.path.join(folder, *parts)
    if parts and os.path.isfile(place + ".py"):
        return place + ".py"
    package = os.path.join(place, "__init__.py")
    return package if os.path.isfile(package) else None


def _same(a: str, b: str) -> bool:
    return os.path.realpath(a) == os.path.realpath(b)
