"""Names from files, made safe to print."""

import re

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""Control characters, marks that turn the direction of text or have no width, and lone surrogates."""

_USUAL = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def escaped(text: str) -> str:
    """The text on one line, with everything a terminal could act on written out (`\\x1b`)."""
    return _UNSAFE.sub(lambda match: _written(match[0]), text)


def _written(character: str) -> str:
    code = ord(character)
    return _USUAL.get(character) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")
