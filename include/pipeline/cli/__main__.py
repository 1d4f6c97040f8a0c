"""`python -m include.pipeline.cli`: the same as the console script of `pyproject.toml`."""

import sys

from include.pipeline.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
