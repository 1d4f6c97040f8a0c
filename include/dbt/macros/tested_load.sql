{# The last load of events that the latest good build has tested; 0 where this build tests all rows. #}
{% macro tested_load(with_tiers=false) -%}
    {%- set record = adapter.get_relation(target.database, 'main', 'tested_loads') if execute -%}
    {%- if not record or flags.WHICH != 'build' or flags.FULL_REFRESH -%}
        {%- do return(0) -%}
    {%- endif -%}
    {%- set same_tiers -%}
        and (select history from {{ record }} where source = 'mentors') = (
            select string_agg(row(load_id, content_load_id, data_date, status)::varchar order by load_id)
            from raw.loads
            where source = 'mentors'
        )
    {%- endset -%}
    {%- set found = run_query(
        "select load_id from " ~ record ~ " where source = 'events' " ~ (same_tiers if with_tiers else "")
    ) -%}
    {%- do return(found.rows[0][0] if found.rows else 0) -%}
{%- endmacro %}
