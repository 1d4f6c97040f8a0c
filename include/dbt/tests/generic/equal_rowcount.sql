{% test equal_rowcount(model, to) %}
    {# A join may neither lose nor double a row: both relations have as many rows. #}
    select *
    from (
        select
            (select count(*) from {{ model }}) as rows_here,
            (select count(*) from {{ to }}) as rows_there
    ) as counts
    where rows_here <> rows_there
{% endtest %}
