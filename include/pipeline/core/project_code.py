"""The code of the dbt project as hashes, to say which of it changed from one version to the next."""

import json
from hashlib import sha256

from include.pipeline.core.settings import declared

# Enough to tell two texts apart.
LENGTH = 12


def read() -> dict[str, str]:
    """Return a hash of the code of each model and seed, and of the macros; empty without dbt's manifest."""
    try:
        manifest = json.loads(declared().dbt_manifest.read_text(encoding="utf-8"))
    except OSError:
        return {}
    project = manifest["metadata"]["project_name"]
    code = {
        node["name"]: node["checksum"]["checksum"][:LENGTH]
        for node in manifest["nodes"].values()
        if node["resource_type"] in ("model", "seed")
    }
    macros = sorted(
        macro["macro_sql"] for macro in manifest["macros"].values() if macro["package_name"] == project
    )
    return {**code, "macros": sha256("\n".join(macros).encode()).hexdigest()[:LENGTH]}
