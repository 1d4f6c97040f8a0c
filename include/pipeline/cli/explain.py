"""`make explain`: what is published of one key, traced to the rows of the delivered files."""

from collections.abc import Iterator

from include.pipeline.core import warehouse
from include.pipeline.core.declaration import load
from include.pipeline.core.errors import UserFacingError, WarehouseInvalid
from include.pipeline.core.settings import declared, settings


def explain(key: str) -> Iterator[str]:
    """Yield the lines of the domain's explanation of `key`, with escapes for what acts on a terminal.

    Raises:
        UserFacingError: the domain declares no explanation, or has nothing of this key.
        WarehouseInvalid: nothing is published.
    """
    reference = declared().explain
    if reference is None:
        raise UserFacingError(
            f"{declared().dag_id} explains nothing: found no `explain` in its declaration. Expected one; see"
            " include/pipeline/core/declaration.py."
        )
    published = settings().published_path
    if not published.exists():
        raise WarehouseInvalid(f"{published} is missing. Expected a published database; run `make run`.")
    with warehouse.connect(published, read_only=True) as connection:
        for line in load(reference)(connection, key):
            yield "".join(char if char.isprintable() else repr(char)[1:-1] for char in line)
