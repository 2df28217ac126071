"""Paths as other programs know them: from the top of what is checked, with `/`."""

import os
from pathlib import Path
from urllib.parse import quote

TOPS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""Where GitHub and GitLab say in which folder the repository lies."""


def top() -> str:
    """The folder that paths are told from: the repository, where a service says so, else this folder."""
    return next((folder for name in TOPS if (folder := os.environ.get(name))), os.curdir)


def from_top(path: str) -> str:
    """The path from the top with `/`; of what lies outside, the path as it is."""
    inside = _inside(path)
    return (path if inside is None else inside).replace(os.sep, "/")


def relative_uri(path: str) -> str | None:
    """The path from the top as a relative URI reference; None for what lies outside."""
    inside = _inside(path)
    return None if inside is None else quote(os.fsencode(inside.replace(os.sep, "/")), safe="/")


def file_uri(path: str, folder: bool = False) -> str:
    """The path as a `file:` URI; that of a folder ends in `/`, as what relative ones are resolved against must."""
    uri = Path(os.path.abspath(path)).as_uri()
    return f"{uri}/" if folder and not uri.endswith("/") else uri


def _inside(path: str) -> str | None:
    """The path from the top; None if it lies elsewhere."""
    try:
        relative = os.path.relpath(path, top())
    except ValueError:  # another drive
        return None
    outside = relative == os.pardir or relative.startswith(os.pardir + os.sep)
    return None if outside else relative
