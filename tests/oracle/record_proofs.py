"""Writes down what real Keras does with the bad example of every rule: `python -m tests.oracle.record_proofs`.

`rnnlint rules --format json` and the pages of the rules show it.
"""

import json
from pathlib import Path

from rnnlint.packs import PROOFS, load_rules
from tests.oracle.rules_on_keras import run_examples, verdict


def main() -> None:
    rules = load_rules()
    proofs: dict[str, dict[str, str]] = {name: {} for name in rules}
    for version in (3, 2):
        for name, outcome in run_examples(rules, version).items():
            holds, what = verdict(rules[name], version, outcome["bad"], outcome["good"])
            print("" if holds else "DOES NOT HOLD", name, version, what)
            if holds:
                proofs[name][str(version)] = what
    Path(PROOFS).write_text(json.dumps(proofs, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
