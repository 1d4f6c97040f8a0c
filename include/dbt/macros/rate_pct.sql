{# Computed in hundredths of a percent, because halves are inexact in binary fractions. #}
{% macro rate_pct(hits, total) -%}
    cast(round(10000.0 * {{ hits }} / {{ total }}) / 100 as decimal(5, 2))
{%- endmacro %}
