"""What a folder with a delivery holds, before and after a defect."""

from pathlib import Path

from . import reference


def contents(folder: Path) -> dict[str, bytes]:
    """Returns the bytes of every file below the folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def figures(folder: Path) -> dict[str, object]:
    """Returns what the contract says of a delivery, by the reference reading."""
    delivery = reference.read(folder)
    return {
        "sessions": reference.by_tier(delivery, reference.rebooking(delivery)),
        "sensitivity": reference.sensitivity(delivery),
        "reliability": reference.reliability(delivery),
    } | reference.checks(delivery)


def total(folder: Path, column: str) -> float:
    """Returns a column of the reliability table over all tiers."""
    table = reference.reliability(reference.read(folder))
    return sum(tier[column] for tier in table.values())
