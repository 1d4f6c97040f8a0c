"""Reads `.env`: the only reader of it but docker compose, which reads it the same way.

It needs nothing installed, so `make` and `make doctor` use it too.
`python include/pipeline/core/env_file.py NAME` prints the value of one name.
"""

import re
import sys
from pathlib import Path

ENV_FILE = Path(__file__).resolve().parents[3] / ".env"
LINE = re.compile(
    r"""(?:export\s+)?(?P<name>[A-Za-z_]\w*)\s*=\s*+
    (?:'(?P<raw>[^']*)'|"(?P<escaped>(?:[^"\\$]|\\["\\$nrt])*)"|(?P<plain>[^'"\#\s$][^$]*?)?)
    (?:[ ]+\#.*)?\s*""",
    re.VERBOSE,
)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


def read(path: Path = ENV_FILE) -> dict[str, str]:
    """Return the values by name; none where there is no file.

    A value may stand in quotes, with a comment after it and blanks around it.

    Raises:
        ValueError: a line is no setting, or docker compose would read it as something else.
    """
    values = {}
    for number, line in enumerate(map(str.strip, _text(path).split("\n")), start=1):
        if line and not line.startswith("#"):
            found = LINE.fullmatch(line)
            if not found:
                raise ValueError(
                    f"Line {number} of {path} is {line!r}. Expected NAME=value, and a value with $, # or"
                    " quotes in single quotes: docker compose replaces $ elsewhere. Change the line."
                )
            values[found["name"]] = found["raw"] or _unescaped(found["escaped"]) or found["plain"] or ""
    return values


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is no UTF-8: {error}. Expected UTF-8; save it as that.") from None


def _unescaped(text: str | None) -> str:
    return re.sub(r"\\(.)", lambda escape: ESCAPES.get(escape[1], escape[1]), text or "")


if __name__ == "__main__":
    try:
        print(read().get(sys.argv[1], ""))
    except ValueError as invalid:
        sys.exit(str(invalid))
