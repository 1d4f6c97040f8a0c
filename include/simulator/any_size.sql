-- Generates a delivery from the tables `tickets` (one row per user of the journey tables) and
-- `moments` (one row per event of a ticket). Every choice is `pick(count, what, key)`, a hash of
-- the seed from 0 to count - 1. Python replaces the $names$.

create table users as
with drawn as (
    select
        number,
        pick($tickets$, 'ticket', number) as ticket,
    from range($candidates$) as candidates (number)
),

followed as (
    select
        drawn.number,
        tickets.*,
        sum(tickets.events) over (order by drawn.number) - tickets.events as events_before,
    from drawn
    inner join tickets using (ticket)
)

select
    number,
    ticket,
    tier,
    churned,
    pick(2, 'id as text', number) = 1 as id_as_text,
    date '2023-01-02' + pick($days$, 'first day', number)::integer as first_day,
    6 + pick(7, 'gap', number) as gap_days,
    -- The mentors come in blocks of the sheet's fifteen, so tiers keep their shares.
    $sheet$ * pick($blocks$, 'block', number)
    + seats[1 + pick(len(seats), 'seat', number)] as mentor_number,
    minutes_to_confirm,
from followed
where events_before < $made$;

-- Each event with when it happens, and when the booking tool has it: some ends of sessions come days later.
create view timed_events as
with requested as (
    select
        users.*,
        moments.step,
        moments.event_type,
        moments.moment,
        concat_ws('|', users.number, moments.slot) as booking,
        users.first_day
        + to_days((moments.slot * users.gap_days)::integer)
        + to_seconds(21600 + pick(43200, 'request', concat_ws('|', users.number, moments.slot)))
            as requested_at,
    from users
    inner join moments using (ticket)
),

timed as (
    select
        number,
        tier,
        first_day,
        step,
        event_type,
        booking,
        mentor_number,
        id_as_text,
        case moment
            when 'requested' then requested_at
            when 'requested before' then requested_at - to_minutes(4 + pick(53, 'x', booking))
            when 'cancelled later' then requested_at + to_minutes(4 + pick(53, 'x', booking))
            when 'confirmed'
                then requested_at
                + to_minutes(5 + pick(2 * minutes_to_confirm - 9, 'confirm', booking))
            else
                date_trunc('day', requested_at)
                + to_days(1 + pick(3, 'lead', booking)::integer)
                + to_minutes(
                    360 + 15 * pick(56, 'hour', booking)
                    + if(moment = 'ended', 25 + 5 * pick(6, 'length', booking), 0)
                )
        end as happened_at,
    from requested
)

select
    *,
    if(
        event_type = 'session_ended' and pick(100, 'late end', booking) < $late_ends_pct$,
        happened_at + to_days(1 + pick(3, 'days late', booking)::integer),
        happened_at
    ) as delivered_at,
from timed;

-- Of the rows of `timed_events` in a table, in their order, what the booking tool exports.
create macro exported(rows_of) as table
select
    left(md5(concat_ws('|', $seed$, number, step)), 16) as event_id,
    if(id_as_text, '"' || user_id(number) || '"', user_id(number))::json as user_id,
    mentor_id(mentor_number) as mentor_id,
    strftime(happened_at, '%Y-%m-%dT%H:%M:%SZ') as timestamp,
    event_type,
from query_table(rows_of);

create view first_events as
select * from timed_events
order by delivered_at, number, step
limit $events$;

create view events as from exported('first_events');

create view user_rows as
select
    user_id(number) as user_id,
    1 + pick(40 * $blocks$, 'company', number) as company_id,
    strftime(
        coalesce(first_day, date '2023-05-01') - (1 + pick(30, 'signup', number))::integer,
        '%Y-%m-%d'
    ) as signup_date,
    if(coalesce(churned, false), 'churned', 'active') as status,
from range((select ceil(count(*) * (1 + $dormant_share$))::bigint from users)) as everybody (number)
left join users using (number)
order by number;

create view mentor_rows as
select
    mentor_id($sheet$ * block + mentor_number) as mentor_id,
    tier,
    hourly_rate,
from sheet
cross join range($blocks$) as blocks (block)
order by block, mentor_number;
