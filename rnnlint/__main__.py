"""`python -m rnnlint`."""

from rnnlint.cli import main

main()
