"""SciPy's statistics, which dbt's report models call as SQL functions.

`FUNCTIONS` names them for the engines, which register them.
"""

from include.mentoring.statistics import detectable, dispersion, mentors, rates, tiers, times

COUNTS_OF_TWO = ("BIGINT", "BIGINT", "BIGINT", "BIGINT")
COUNTS_OF_MENTORS = ("BIGINT[]", "BIGINT[]")
LISTS_OF_TWO = ("BIGINT[]",) * 6

# Each with the types of its arguments in SQL; the result is a DOUBLE.
FUNCTIONS = {
    rates.wilson_low_pct: ("BIGINT", "BIGINT"),
    rates.wilson_high_pct: ("BIGINT", "BIGINT"),
    rates.fisher_p: COUNTS_OF_TWO,
    rates.newcombe_low_pp: COUNTS_OF_TWO,
    rates.newcombe_high_pp: COUNTS_OF_TWO,
    rates.risk_ratio_low: COUNTS_OF_TWO,
    rates.risk_ratio_high: COUNTS_OF_TWO,
    rates.e_value: COUNTS_OF_TWO,
    rates.e_value_limit: COUNTS_OF_TWO,
    mentors.mentor_permutation_p: LISTS_OF_TWO,
    mentors.mentor_permutation_is_bound: LISTS_OF_TWO,
    mentors.smallest_permutation_p: ("BIGINT", "BIGINT"),
    mentors.cluster_low_pp: LISTS_OF_TWO,
    mentors.cluster_high_pp: LISTS_OF_TWO,
    dispersion.dispersion: COUNTS_OF_MENTORS,
    dispersion.dispersion_p: COUNTS_OF_MENTORS,
    dispersion.dispersion_p_is_bound: COUNTS_OF_MENTORS,
    detectable.detectable_pp: ("BIGINT", "BIGINT", "BIGINT"),
    detectable.detectable_mentors_pp: LISTS_OF_TWO,
    tiers.trend_p: ("BIGINT[]", "BIGINT[]", "BIGINT[]"),
    tiers.mantel_haenszel_p: ("DOUBLE", "DOUBLE"),
    times.logrank_p: ("DOUBLE[]", "DOUBLE[]"),
}
