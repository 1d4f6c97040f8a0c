with

findings as (
    select * from {{ ref('fct_findings') }}
),

quality as (
    select
        finding,
        detail,
        count(*) as findings,
        list(distinct subject order by subject)[:5] as examples
    from findings
    group by finding, detail
)

select * from quality
