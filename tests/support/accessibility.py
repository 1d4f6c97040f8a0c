"""What readers with a disability cannot use of a page, as axe-core finds it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# WCAG 2.1 at the levels A and AA, contrast among them.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


def violations(page: Page) -> list[tuple[str, str]]:
    """Return each broken rule with the first element that breaks it; everything folded is opened before."""
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    found = Axe().run(page, options=RULES).response
    assert found["passes"], "no rule applied"
    return [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]]
