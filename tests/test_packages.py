"""The split of the code: include/pipeline knows no domain, and nothing that runs needs the simulator."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.pipeline.core.settings import PROJECT_DIR

# What the code of a folder may not import.
FORBIDDEN = {
    "include/pipeline": ("include.mentoring", "include.simulator", "examples"),
    "include/mentoring": ("include.simulator", "examples"),
    "dags": ("include.simulator", "examples"),
    "plugins": ("include.mentoring", "include.simulator", "examples"),
    "examples": ("include.mentoring", "include.simulator"),
}
# The domain's words; the project's own name, mentor-tier-report, is none.
DOMAIN = re.compile(r"(?<![\w-])(mentors?|tiers?|rebook\w*|booking\w*)(?![\w-])", re.IGNORECASE)


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_a_package_imports_only_what_it_may(folder: str) -> None:
    """Under whatever name, and inside functions too."""
    paths = list((PROJECT_DIR / folder).rglob("*.py"))
    assert paths
    forbidden = {
        f"{path.relative_to(PROJECT_DIR)} imports {module}"
        for path in paths
        for module in _imported(path)
        if module.startswith(tuple(f"{package}." for package in FORBIDDEN[folder]))
    }
    assert not forbidden


def test_the_generic_package_speaks_of_no_domain() -> None:
    """A message, or a name that a shop's user sees, must not be of mentors; nor a docstring."""
    paths = list((PROJECT_DIR / "include" / "pipeline").rglob("*.py"))
    assert paths
    found = {
        f"{path.relative_to(PROJECT_DIR)}:{line}: {match[0]}"
        for path in paths
        for line, text in _strings(path)
        for match in DOMAIN.finditer(text)
    }
    assert not found


def test_the_generic_pages_speak_of_no_domain() -> None:
    """The pages of a shop's runs are from the same templates."""
    templates = list((PROJECT_DIR / "include" / "pipeline" / "ui" / "templates").glob("*.j2"))
    assert templates
    assert not [path.name for path in templates if DOMAIN.search(path.read_text(encoding="utf-8"))]


def test_the_image_has_neither_the_simulator_nor_the_examples() -> None:
    """The Dockerfile copies what .dockerignore lets pass."""
    lines = (PROJECT_DIR / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert lines.index("include/simulator") > lines.index("!include") > lines.index("*")
    assert not [line for line in lines if line.startswith("!examples")]


def _imported(path: Path) -> Iterator[str]:
    """Yield the modules that a file imports, each with a dot after it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (f"{alias.name}." for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}." for alias in node.names)


def _strings(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
