"""Has every Python process of an environment know the project and load `.env`.

`airflow`, `dbt` and `python` then see the same settings however they are started. Called by `make setup`
and for the image.
"""

import sysconfig
from pathlib import Path

from include.mentoring.settings import PROJECT_DIR

LOADING = "import include.mentoring.settings as settings; settings.load()"


def install() -> Path:
    """Write the hook, a `.pth` line, into the environment of this process; return its path."""
    hook = Path(sysconfig.get_path("purelib"), "mentor_tier_report.pth")
    hook.write_text(f"{PROJECT_DIR}\n{LOADING}\n", encoding="utf-8")
    return hook


if __name__ == "__main__":
    install()
