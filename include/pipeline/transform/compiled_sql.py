"""The link from the task of a model or test to its compiled SQL, in dbt's docs.

The API server computes it: such a task never runs in a worker, which would keep a link.
"""

from typing import Any

from airflow.sdk import BaseOperatorLink

from include.pipeline.core.settings import declared


class CompiledSqlLink(BaseOperatorLink):
    """Leads to the page of the node; of several tests, to that of their model, which links theirs."""

    name = "Compiled SQL"

    @property
    def operators(self) -> list[type]:  # type: ignore[override]  # Every process makes a link, few read this.
        """The tasks that have it."""
        from include.pipeline.transform.node_task import NodeTask

        return [NodeTask]

    def get_link(self, operator: Any, *, ti_key: Any) -> str:
        """Return the address, relative to Airflow's UI."""
        nodes = _nodes(operator)
        if len(nodes) > 1:
            nodes = [node for task in operator.upstream_list for node in _nodes(task)]
        page = f"#!/{nodes[0].partition('.')[0]}/{nodes[0]}" if nodes else ""
        return f"{declared().database}/dbt/{page}"


def _nodes(operator: Any) -> list[str]:
    arguments = operator.start_trigger_args
    return list(arguments.trigger_kwargs["__var"]["nodes"]) if arguments else []
