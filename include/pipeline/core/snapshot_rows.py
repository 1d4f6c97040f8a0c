"""Which rows each load of a snapshot has. A row is stored once, by the first load that has it.

`raw.<source>` has the rows that a load added or changed, `raw.removed_keys` the keys that it lacks though the
load before had them. Loads follow each other as they were loaded, so that a late one moves nothing.
"""

from include.pipeline.core.source import Source


def view_of(source: Source) -> str:
    """Return the name of the view, in schema `raw`, of a snapshot's rows with their loads."""
    return f"{source.name}_by_load"


def by_load(source: Source, quote: str = '"') -> str:
    """Return the view's query: each stored row with the loads that have it.

    They are those from `_load_id` on and before `_until_load_id`, which is null for a row that the last
    load still has.

    Args:
        source: a snapshot.
        quote: around names, in the SQL of the engine.
    """
    key = f"{quote}{source.key}{quote}"
    names = [f"{quote}{column}{quote}" for column in source.columns]
    removed = [f"row_key as {name}" if name == key else f"null as {name}" for name in names]
    return f"""
        select {", ".join(names)}, _load_id, _until_load_id, _row_number, _loaded_at
        from (
            select *, lead(_load_id) over (partition by {key} order by _load_id) as _until_load_id
            from (
                select {", ".join(names)}, _load_id, _row_number, _loaded_at, true as _is_row
                from raw.{source.name}
                union all
                select {", ".join(removed)}, load_id, null, null, false
                from raw.removed_keys
                where source = '{source.name}'
            ) as changes
        ) as spans
        where _is_row
        """


def of_load(source: Source, load_id: str, raw: str = "raw") -> str:
    """Return a query of the rows of a snapshot's load, as their first load spelled them.

    Args:
        source: a snapshot.
        load_id: SQL for the load that holds the content; for another number, the last load before it.
        raw: SQL name of the schema.
    """
    return f"""
        select * from {raw}.{view_of(source)}
        where _load_id <= {load_id} and coalesce({load_id} < _until_load_id, true)
        """
