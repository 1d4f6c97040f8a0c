"""The worked example of docs/adding-a-source.md, applied to a project."""

import re
from pathlib import Path

from include.pipeline.core.settings import PROJECT_DIR

PAGE = PROJECT_DIR / "docs" / "adding-a-source.md"
BLOCK = r"\n\n```\w+\n(?P<{}>.*?)```\n"
CREATE = re.compile(r"^Create \*\*(?P<path>[^*]+)\*\*" + BLOCK.format("content"), re.MULTILINE | re.DOTALL)
REPLACE = re.compile(
    r"^In `(?P<path>[^`]+)`, replace" + BLOCK.format("old") + "\nwith" + BLOCK.format("new"),
    re.MULTILINE | re.DOTALL,
)


def apply(project: Path) -> set[str]:
    """Write the page's blocks into `project`; return the files it has changed or created.

    Raises:
        AssertionError: a file to create exists, or lines to replace do not occur exactly once.
    """
    page = PAGE.read_text(encoding="utf-8")
    files = set()
    for step in CREATE.finditer(page):
        path = project / step["path"]
        assert not path.exists(), f"{step['path']} exists; the page creates it"
        path.write_text(step["content"], encoding="utf-8")
        files.add(step["path"])
    for step in REPLACE.finditer(page):
        path = project / step["path"]
        text = path.read_text(encoding="utf-8")
        found = text.count(step["old"])
        assert found == 1, (
            f"the lines to replace occur {found} times in {step['path']}, expected 1:\n{step['old']}"
        )
        path.write_text(text.replace(step["old"], step["new"]), encoding="utf-8")
        files.add(step["path"])
    return files
