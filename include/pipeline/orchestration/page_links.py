"""Links from tasks to our pages, as Airflow's UI shows them on a task that ran."""

from airflow.sdk import BaseOperator, BaseOperatorLink
from airflow.sdk.types import TaskInstanceKey

from include.pipeline.core.run_names import file_name
from include.pipeline.core.settings import declared


class PageLink(BaseOperatorLink):
    """A link to one of our pages.

    Args:
        label: of the link.
        page: its address below that of our pages; `{run}` is the folder of the run's report.
    """

    name = ""

    def __init__(self, label: str, page: str) -> None:
        self.name = label
        self.page = page

    def get_link(self, operator: BaseOperator, *, ti_key: TaskInstanceKey) -> str:
        """Return the address, relative to Airflow's UI."""
        return f"{declared().database}/{self.page.format(run=file_name(ti_key.run_id))}"
