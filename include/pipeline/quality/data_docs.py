"""Great Expectations' own pages, its Data Docs, of the latest run, as a folder of HTML files.

They load styles from the network, so the UI shows the page of `verdict_page` instead.

Imports Great Expectations: import it only where the gate runs.
"""

from great_expectations.checkpoint import UpdateDataDocsAction
from great_expectations.data_context import AbstractDataContext

from include.pipeline.core.atomic_files import remove
from include.pipeline.core.settings import settings

SITE = "quality_gate"


def update_action(context: AbstractDataContext) -> UpdateDataDocsAction:
    """Return the action that writes the results of a checkpoint of the context into the site.

    Pages of an earlier run are removed: the site lists only what the context has seen.
    """
    folder = settings().quality_dir / "data_docs"
    remove(folder)
    context.add_data_docs_site(
        SITE,
        {
            "class_name": "SiteBuilder",
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(folder),
            },
        },
    )
    return UpdateDataDocsAction(name="update_data_docs", site_names=[SITE])
