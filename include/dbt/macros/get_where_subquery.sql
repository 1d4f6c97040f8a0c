{#
    Takes the place of dbt's macro of this name: what a data test reads of a model, with its config `where`.

    `__tested_load__` limits a test to what came after the last load that the latest good build has tested: rows of
    later loads, and all rows with the same keys. Those left out were right in that build, and no build has written
    them since: an incremental model writes a pair, or a user, with a new event as a whole. Rows of another code need
    a full refresh, which tests all.
    `__tested_load_of_tiers__` tests all as well where the history of tiers has changed, as that rebuilds users
    without new events. `__model__` is the model.
#}
{% macro get_where_subquery(relation) -%}
    {%- set where = config.get('where') -%}
    {%- if not where -%}
        {%- do return(relation) -%}
    {%- endif -%}
    {%- set load = tested_load(with_tiers='__tested_load_of_tiers__' in where) -%}
    {%- if '__tested_load' in where and not load -%}
        {%- do return(relation) -%}
    {%- endif -%}
    {%- set filter = where
        | replace('__tested_load_of_tiers__', load)
        | replace('__tested_load__', load)
        | replace('__model__', relation) -%}
    {%- do return('(select * from ' ~ relation ~ ' where ' ~ filter ~ ') as tested') -%}
{%- endmacro %}
