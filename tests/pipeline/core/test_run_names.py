"""A run's name as a file or folder."""

import pytest

from include.pipeline.core.run_names import file_name


@pytest.mark.parametrize(
    ("run_id", "name"),
    [
        ("manual__2031-05-02T00:00:00+00:00", "manual__2031-05-02T00-00-00-00-00"),
        ("a/../b", "a-..-b"),
        ("..", "run-"),
        ("", "run-"),
        (".hidden", "hidden"),
        ("latest", "run-latest"),
    ],
)
def test_a_run_has_a_file_name_of_its_own(run_id: str, name: str) -> None:
    """No run id leads out of a folder, hides in it or takes the place of `latest`."""
    assert file_name(run_id) == name
