{# Of hundredths of a percent, for in a binary fraction their halves are inexact. #}
{% macro rate_pct(hits, total) -%}
    cast(round(10000.0 * {{ hits }} / {{ total }}) / 100 as decimal(5, 2))
{%- endmacro %}
