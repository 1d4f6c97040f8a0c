"""The page of the published database: what it has, and the file to save."""

import os
from collections.abc import Iterator
from typing import BinaryIO

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse
from starlette.exceptions import HTTPException

from include.pipeline.core.settings import database_name
from include.pipeline.engines.chosen import engine
from include.pipeline.publish import versions
from include.pipeline.ui.page_templates import page

CHUNK_BYTES = 2**20

router = APIRouter()


@router.get("/data")
def to_data() -> RedirectResponse:
    """Redirect to the page, whose links are relative to its address."""
    return RedirectResponse("data/")


@router.get("/data/")
def show(request: Request) -> HTMLResponse:
    """Return the page of the published version."""
    return page(
        request,
        "data.html.j2",
        version=versions.published(),
        file=database_name(),
        is_one_file=engine().is_one_file,
    )


@router.get("/data/{number}/{file}")
def download(number: str, file: str) -> StreamingResponse:
    """Return the database of a kept version, as it is on the disk.

    It is opened once: whatever a run publishes or removes meanwhile, all of it is of that version.

    Raises:
        HTTPException: 404, there is no such version, or no longer.
    """
    kept = [version for version in versions.kept() if str(version.number) == number]
    if not kept or file != database_name():
        raise HTTPException(404)
    try:
        database = kept[0].database.open("rb")
    except FileNotFoundError:
        raise HTTPException(404) from None
    headers = {
        "Content-Length": str(os.fstat(database.fileno()).st_size),
        "Content-Disposition": f'attachment; filename="{file}"',
    }
    return StreamingResponse(_chunks(database), headers=headers, media_type="application/octet-stream")


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
