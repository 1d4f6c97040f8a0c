with

findings as (
    select * from {{ ref('fct_findings') }}
),

quality as (
    select
        finding,
        detail,
        count(*) as findings,
        {{ list_head('array_sort(array_agg(distinct subject))', 5) }} as examples
    from findings
    group by finding, detail
)

select * from quality
