"""The official images that the shipped files name: pulled, or where that fails made of Debian's packages."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.stack.engine import Engine, Unavailable

# Each with the folder of what stands in for it. The tags are those of Debian 12's own versions.
OFFICIAL = {
    "python:3.11-slim-bookworm": "python",
    "postgres:15-bookworm": "postgres",
    "redis:7.0-bookworm": "redis",
}
STAND_INS = Path(__file__).with_name("stand_ins")
DEBIAN = "mentor-tier-report-debian"
# Whom this machine trusts, where the images' own packages of certificates do not overwrite it.
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
CERTIFICATES_INSIDE = "/etc/ssl/of-the-host.crt"


def provide(engine: Engine) -> None:
    """Have the engine hold every official image that the project builds on.

    Raises:
        Unavailable: they can neither be pulled nor be made here.
    """
    missing = [image for image in OFFICIAL if not engine.does("image", "inspect", image)]
    missing = [image for image in missing if not engine.does("pull", "--quiet", image, timeout=300)]
    if missing:
        _bootstrap(engine)
    for image in missing:
        engine.docker("build", "--tag", image, str(STAND_INS / OFFICIAL[image]), timeout=300)


def _bootstrap(engine: Engine) -> None:
    """Make an image of a minimal Debian 12 that trusts whom this machine trusts and knows its mirror."""
    if shutil.which("mmdebstrap") is None:
        raise Unavailable("no registry of images answers, and mmdebstrap is not installed to make them")
    with tempfile.NamedTemporaryFile(suffix=".tar") as archive:
        made = subprocess.run(
            [
                *("mmdebstrap", "--variant=minbase", "--include=ca-certificates"),
                f"--customize-hook=upload {CERTIFICATES} {CERTIFICATES_INSIDE}",
                # The lists of packages stay, for what is installed on top.
                *("--skip=cleanup/apt/lists", "bookworm", archive.name, *_mirror()),
            ],
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert not made.returncode, made.stderr
        variables = f"ENV SSL_CERT_FILE={CERTIFICATES_INSIDE} PIP_CERT={CERTIFICATES_INSIDE}"
        engine.docker("import", "--change", variables, archive.name, DEBIAN, timeout=300)


def _mirror() -> list[str]:
    """Return where this machine's apt finds Debian; nothing leaves it to mmdebstrap."""
    targets = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Label: Debian"]
    return subprocess.run(targets, capture_output=True, text=True).stdout.splitlines()[:1]
