{# The functions come from include/mentoring/statistics. #}
{% macro interval_pct(hits, total) -%}
    cast(wilson_low_pct({{ hits }}, {{ total }}) as decimal(4, 1)) as ci_low_pct,
        cast(wilson_high_pct({{ hits }}, {{ total }}) as decimal(4, 1)) as ci_high_pct
{%- endmacro %}
