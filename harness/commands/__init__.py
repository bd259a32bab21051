"""The commands of `carom`, one module each; `harness/cli.py` puts them under one name."""
