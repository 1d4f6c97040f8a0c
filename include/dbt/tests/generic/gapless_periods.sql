{#
    At any time a key has exactly one period: the first begins with ever before, the last ends with ever after,
    and each one begins when the one before ends. Otherwise facts would be lost or doubled.
#}
{% test gapless_periods(model, key) %}
    select *
    from (
        select
            {{ key }},
            valid_from,
            valid_to,
            lag(valid_to) over (
                partition by {{ key }}
                order by valid_from nulls first
            ) as earlier_valid_to,
            row_number() over (
                partition by {{ key }}
                order by valid_from desc nulls last
            ) = 1 as is_last
        from {{ model }}
    ) as periods
    where
        valid_from is distinct from earlier_valid_to
        or is_last <> (valid_to is null)
        or valid_from >= valid_to
{% endtest %}
