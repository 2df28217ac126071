"""Names from files, made safe to print."""

_USUAL = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


def escaped(text: str) -> str:
    """The text on one line, with everything that cannot be seen, or that a terminal acts on, written out (`\\x1b`):
    control characters, marks that turn the direction of text, odd spaces, lone surrogates."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else _written(character) for character in text)


def _written(character: str) -> str:
    code = ord(character)
    if character in _USUAL:
        return _USUAL[character]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
