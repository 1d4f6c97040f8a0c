-- The days after a first delivery, in the world of `any_size.sql`. Python replaces the $names$.

-- The place of an event in the export is its rowid.
create table in_order as
select * from timed_events
order by delivered_at, number, step
limit $events$;

set variable opening = (select delivered_at::date from in_order where rowid = $first$ - 1);
set variable changes_from = getvariable('opening') - $late_days$;
set variable mentors = (select count(*) from mentor_rows);
set variable tiers = ['Gold', 'Silver', 'Bronze'];

-- Of the users who begin after the first delivery, some do so with a mentor hired that day, one of each tier.
create view placed as
select
    * replace (
        if(
            first_day > getvariable('opening') and pick($new_mentor_in$, 'new mentor', number) = 0,
            getvariable('mentors')
            + len(getvariable('tiers')) * (first_day - getvariable('opening') - 1)
            + list_position(getvariable('tiers'), tier) - 1,
            mentor_number
        ) as mentor_number
    ),
    rowid as place,
from in_order;

-- Computed once for all days.
create table people as
select
    *,
    getvariable('changes_from') + pick($changed_user_in$, 'status', user_id)::integer as changes_after,
from user_rows;

-- Those who have signed up. A user's status changes on one day at most, an equal share of them a day.
create macro users_on(day) as table
select
    * exclude (changes_after) replace (
        if(changes_after < day, if(status = 'active', 'churned', 'active'), status) as status
    ),
from people
where signup_date::date <= day;

-- Each day one mentor moves to the next tier, at its price, and those of `placed` are hired.
create macro mentors_on(day) as table
with moves as (
    select
        mentor_id(pick(getvariable('mentors'), 'tier', number)) as mentor_id,
        count(*) as moved,
    from range(day - getvariable('changes_from')) as days (number)
    group by all
),

listed as (
    select
        mentor_id,
        list_position(getvariable('tiers'), tier) - 1 + coalesce(moved, 0) as tier_number,
    from mentor_rows
    left join moves using (mentor_id)

    union all

    select
        mentor_id(getvariable('mentors') + number) as mentor_id,
        number as tier_number,
    from range(len(getvariable('tiers')) * (day - getvariable('opening'))) as hired (number)
),

in_tiers as (
    select
        mentor_id,
        getvariable('tiers')[1 + tier_number % len(getvariable('tiers'))] as tier,
    from listed
)

select
    mentor_id,
    tier,
    hourly_rate,
from in_tiers
inner join (select distinct tier, hourly_rate from sheet) as prices using (tier)
order by substr(mentor_id, 3)::bigint;
