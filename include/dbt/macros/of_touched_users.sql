{# In an incremental build: the rows of the users in the CTE `touched`, which are rebuilt as a whole. #}
{% macro of_touched_users() -%}
    {%- if is_incremental() -%}
    where user_id in (select user_id from touched)
    {%- endif -%}
{%- endmacro %}
