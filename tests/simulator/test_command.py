"""The command line writes what it is asked for and answers a mistake with one sentence."""

import json
from pathlib import Path

import pytest

from include.simulator import defects
from include.simulator.__main__ import main


def test_delivery_with_defects(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Size, seed and defects arrive; what each defect changed is printed."""
    asked = ["--events", "500", "--seed", "3", "--defect", "unknown_event_type=0.05"]
    asked += ["--defect", "bom:users"]
    assert main(["delivery", "--out", str(tmp_path), *asked]) == 0
    events = json.loads((tmp_path / "booking_events.json").read_bytes())
    assert len(events) == 500
    assert sum(event["event_type"] == "session_paused" for event in events) == 25
    assert (tmp_path / "users_db_export.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert capsys.readouterr().out.splitlines() == [
        "unknown_event_type: 25 rows",
        "bom: the whole file",
    ]


def test_defects_lists_every_one(capsys: pytest.CaptureFixture[str]) -> None:
    """The listing has one line for every defect, its name first."""
    assert main(["defects"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines and [line.split()[0] for line in lines] == list(defects.DEFECTS)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["delivery", "--events", "0"], "found 0 events; expected 1 to 20000000"),
        (["delivery", "--events", "9", "--defect", "nope"], "there is no defect 'nope'"),
        (["delivery", "--events", "9", "--defect", "bom=x"], "found 'x' rows"),
        (["delivery", "--events", "2000000", "--defect", "bom"], "expected at most 1000000"),
        (["sample", "--defect", "unknown_tier=99"], "only 15 fit"),
    ],
)
def test_a_mistake_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    """A mistake ends with 1 and says what was found and expected, without a traceback."""
    assert main([*arguments, "--out", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: ") and message in said


def test_a_file_in_place_of_the_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An --out that is a file is named."""
    (tmp_path / "taken").write_text("")
    assert main(["sample", "--out", str(tmp_path / "taken")]) == 1
    assert "taken" in capsys.readouterr().err
