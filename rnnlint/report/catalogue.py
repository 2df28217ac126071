"""The catalogue of rules, and the page of one."""

from collections.abc import Iterable, Iterator

from rnnlint.own_rules import OWN_RULES
from rnnlint.report.json import SCHEMA, document
from rnnlint.rule import Rule

CLAIMS = {
    "raises": "an error is raised",
    "silent": "there is no error; what is trained or predicted is not what the code says",
    "slower": "there is no error; the same is done slower, or needlessly",
}
"""What a rule claims of Keras, in words."""

SAYS = {"raises": "it raises", "silent": "it is silent:", "slower": "it is silent:"}
"""The same in front of what was seen."""


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
        "url": "rnnlint/own_rules.py" if rule.name in OWN_RULES else f"rules/{rule.name.replace('-', '_')}.py",
        "proof": {str(version): claim(text) for version, text in rule.proof().items()},
    }


def claim(text: str) -> str:
    """`raises: ...`: what the rule claims, and in words."""
    word, _, rest = text.partition(":")
    return f"{word}: {rest.strip() or CLAIMS.get(word, word)}"


def page(rule: Rule) -> str:
    """The page of a rule, as Markdown."""
    headline, _, body = rule.doc.strip().partition("\n")
    parts = [
        f"# {rule.name}",
        f"{rule.severity.value} · {rule.family} · since {rule.since}",
        headline,
        body.strip(),
        "\n".join(_claims(rule)),
        *(["## Wrong", _code(rule.bad), "## Right", _code(rule.good)] if rule.bad else []),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _claims(rule: Rule) -> Iterator[str]:
    """What Keras does with the wrong program; what is the same for all versions is said once."""
    versions: dict[str, list[str]] = {}
    for version, text in rule.proof().items():
        versions.setdefault(text, []).append(str(version))
    for text, which in versions.items():
        word, _, rest = text.partition(":")
        says = f"{SAYS[word]} {rest.strip()}" if rest else CLAIMS[word]
        yield f"- In Keras {' and '.join(sorted(which))} {says}"


def _code(example: str) -> str:
    return f"```python\n{example.strip()}\n```"
