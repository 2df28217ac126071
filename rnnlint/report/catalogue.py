"""The catalogue of rules, and the page of one."""

from collections.abc import Iterable, Iterator, Mapping

from rnnlint.report.json import SCHEMA, document
from rnnlint.rule import Rule

CLAIMS = {
    "raises": "raises an error",
    "silent": "says nothing; what is trained or predicted is not what the code says",
    "slower": "does the same, slower or needlessly",
}
"""What a rule claims of Keras, in words."""


def catalogue_json(rules: Iterable[Rule]) -> str:
    """The rules as JSON."""
    return document({"schema": SCHEMA, "rules": [_rule_json(rule) for rule in rules]})


def _rule_json(rule: Rule) -> dict[str, object]:
    return {
        "rule": rule.name,
        "family": rule.family,
        "severity": rule.severity.value,
        "summary": rule.summary,
        "since": rule.since,
        "url": f"rules/{rule.name.replace('-', '_')}.py",
        "proof": {str(version): claim(text) for version, text in rule.proof().items()},
    }


def claim(text: str) -> str:
    """`raises: ...`: what the rule claims, and in words."""
    word, _, rest = text.partition(":")
    return f"{word}: {rest.strip() or CLAIMS.get(word, word)}"


def page(rule: Rule) -> str:
    """The page of a rule, as Markdown."""
    headline, _, body = rule.doc.strip().partition("\n")
    keras = [f"Keras {version} {claim(text).partition(': ')[2]}." for version, text in rule.proof().items()]
    parts = [
        f"# {rule.name}",
        f"{rule.severity.value} · {rule.family} · since {rule.since}",
        headline,
        body.strip(),
        *([f"{rule.why[0].upper()}{rule.why[1:].rstrip('.')}."] if rule.why else []),
        "\n".join(_once(keras)),
        "## Wrong",
        _code(rule.bad),
        "## Right",
        _code(rule.good),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _once(lines: Iterable[str]) -> Iterator[str]:
    """What is the same for all versions is said once."""
    seen: dict[str, list[str]] = {}
    for line in lines:
        _, version, rest = line.split(" ", 2)
        seen.setdefault(rest, []).append(version)
    for rest, versions in seen.items():
        yield f"Keras {' and '.join(sorted(versions))} {rest}"


def _code(example: str) -> str:
    return f"```python\n{example.strip()}\n```"


def near(name: str, rules: Mapping[str, Rule]) -> str:
    """`; did you mean ...?` or nothing."""
    from rnnlint.config import did_you_mean

    return did_you_mean(name, rules)
