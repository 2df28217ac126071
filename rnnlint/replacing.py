"""Files that are replaced at once or not at all."""

import os
import tempfile


def replace_file(path: str, data: bytes) -> None:
    """Puts `data` in the place of a file, which keeps its mode; a link keeps pointing to it.

    Raises:
        OSError: it cannot be written; the file is then as it was.
    """
    place = os.path.realpath(path)
    handle, beside = tempfile.mkstemp(dir=os.path.dirname(place) or ".", prefix=".rnnlint-")
    try:
        with open(handle, "wb") as stream:
            stream.write(data)
        os.chmod(beside, _mode(place))
        os.replace(beside, place)
    finally:
        if os.path.exists(beside):
            os.unlink(beside)


def _mode(path: str) -> int:
    """As the file has it, or as a new file would get it."""
    if os.path.exists(path):
        return os.stat(path).st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
