"""Names the id that an unknown one was probably meant to be: alike but for case, dashes and blanks."""

# What ids of one thing differ in: programs and people write it in their own way, or leave it out.
UNIMPORTANT = "-_./ \u00a0\u2010\u2011\u2012\u2013\u2014\u2015\u2212"


def with_near_match(query: str, key: str, parent: str) -> str:
    """Return a query of the same rows whose `key` also says which id of the landed `parent` is near it.

    Args:
        query: of rows with a column `key`.
        key: the column, in both.
        parent: name of the source that has the known ids.
    """
    return f"""
        with
        found as materialized (
            {query}
        ),
        known as (
            select {_folded(key)} as folded, min("{key}") as near
            from delivered.{parent}
            -- Where nothing is unknown, nothing is to be compared.
            where exists (select 1 from found)
            group by folded
        )
        select
            found.* replace (
                found."{key}" || coalesce(' (near {parent}.' || known.near || ')', '') as "{key}"
            )
        from found
        left join known on {_folded(f"found.{key}")} = known.folded
    """


def _folded(key: str) -> str:
    return f"translate(lower({key}), '{UNIMPORTANT}', '')"
