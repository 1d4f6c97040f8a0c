"""`python -m include.pipeline.deploy.timed LABEL COMMAND…` runs a silent command and counts its seconds.

Needs only Python: `make setup` installs by it.
"""

import subprocess
import sys
import time


def main(label: str, *command: str) -> int:
    """Run the command to its end; return its exit code.

    On a terminal the seconds go on counting behind the label; elsewhere there is one line.
    """
    is_terminal = sys.stdout.isatty()
    print(label, end="" if is_terminal else "\n", flush=True)
    began = time.monotonic()
    process = subprocess.Popen(command)
    while True:
        try:
            code = process.wait(timeout=1 if is_terminal else None)
            break
        except subprocess.TimeoutExpired:
            print(f"\r{label}, {time.monotonic() - began:.0f} s", end="", flush=True)
        except KeyboardInterrupt:
            # The command has it too, and ends.
            continue
    if is_terminal:
        print()
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
