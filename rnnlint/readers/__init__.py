"""Reads model files: any format and era into facts.

reading = read("model.keras")
"""

from pathlib import Path
from typing import TYPE_CHECKING

from rnnlint.reading import Reading

if TYPE_CHECKING:
    from rnnlint.readers.source import Source


def read(path: "str | Path | Source", keras: int | None = None) -> Reading:
    """Reads a model file, or a folder that is one.

    Args:
        path: of the file or folder, or a `rnnlint.readers.source.Source`.
        keras: the Keras that will run it: 2, 3, or None: the one that wrote it.

    Returns:
        A reading of one program; `skipped` where there is no model in it, `failed` where it is damaged or missing.
    """
    from rnnlint.readers.model_file import read_source
    from rnnlint.readers.source import Source

    return read_source(path if isinstance(path, Source) else Source.of(path), keras)
