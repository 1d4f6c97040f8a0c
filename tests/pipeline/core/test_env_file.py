"""`.env` means the same to the commands, to make and to docker compose."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from include.pipeline.core import env_file

SPELLINGS = r"""
# A comment, then an empty line

PLAIN=include/data
DOUBLE="include/data"
SINGLE='include/data'
COMMENTED=include/data # the inbox
QUOTED_AND_COMMENTED="include/data" # the inbox
HOME_FOLDER=~/deliveries
BLANKS_AROUND = include/data
  export EXPORTED=include/data
BLANKS_INSIDE=my deliveries
EMPTY=
NO_COMMENT=a#b
HASH_IN_QUOTES="a # b"
DOLLAR='$AIRFLOW_HOME/cosmos'
ESCAPED="a \"b\" \\ \$c\td"
NOT_ESCAPED='a\b'
BACKSLASH=a\b
QUOTE_INSIDE=a "b"
EQUALS=json://host/?a=b
ACCENT=é
TWICE=first
TWICE=last
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_every_spelling_means_what_it_means_to_docker_compose(tmp_path: Path, line_end: str) -> None:
    """The services get these values from compose, the commands from the reader."""
    path = tmp_path / ".env"
    path.write_text(SPELLINGS, encoding="utf-8", newline=line_end)
    service = {"services": {"any": {"image": "any", "env_file": ".env"}}}
    (tmp_path / "docker-compose.yaml").write_text(json.dumps(service), encoding="utf-8")
    compose = Path(sys.executable).with_name("docker-compose")
    answer = subprocess.run(
        [str(compose), "config", "--format", "json"], cwd=tmp_path, capture_output=True, text=True
    )
    assert answer.returncode == 0, answer.stderr
    given = json.loads(answer.stdout)["services"]["any"]["environment"]
    # Compose writes $ as $$ into a file of its own kind.
    assert env_file.read(path) == {name: (value or "").replace("$$", "$") for name, value in given.items()}
    assert len(given) > 15


@pytest.mark.parametrize("line", ["A=$HOME/x", 'A="${HOME}"', "A= # none", 'A="open', "A='open", "A", "A: b"])
def test_a_line_that_others_read_differently_is_refused(line: str, tmp_path: Path) -> None:
    """With its number, what was found and how it is written so that all agree."""
    path = tmp_path / ".env"
    path.write_text(f"B=1\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"Line 2 of .*\. Expected NAME=value, and a value with") as refused:
        env_file.read(path)
    assert repr(line) in str(refused.value)


def test_a_file_of_another_encoding_is_named(tmp_path: Path) -> None:
    """As an editor in an old locale saves it; a mark at its beginning is no part of the first name."""
    path = tmp_path / ".env"
    path.write_bytes("A=é".encode("iso-8859-1"))
    with pytest.raises(ValueError, match="is no UTF-8"):
        env_file.read(path)
    path.write_bytes("A=é".encode("utf-8-sig"))
    assert env_file.read(path) == {"A": "é"}
    assert env_file.read(tmp_path / "missing") == {}
