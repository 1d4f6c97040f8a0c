"""The content of a folder with a delivery, before and after a defect."""

from pathlib import Path

from tests.reference.measures import checks, churned, reliability
from tests.reference.reading import read_folder
from tests.reference.rebooking import by_group, rebooking, sensitivity


def contents(folder: Path) -> dict[str, bytes]:
    """Returns the bytes of every file below the folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def figures(folder: Path) -> dict[str, object]:
    """Returns the results of a delivery by the reference model of the contract."""
    reading = read_folder(folder)
    return {
        "sessions": by_group(rebooking(reading)),
        "sensitivity": sensitivity(reading),
        "reliability": reliability(reading),
        "churned": churned(reading),
    } | checks(reading)


def total(folder: Path, column: str) -> float:
    """Returns a column of the reliability table over all tiers."""
    return reliability(read_folder(folder))["all"][column]
