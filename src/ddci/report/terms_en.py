"""English names of what a framework and a Result write as codes; the same names and codes as in ``terms``."""

from __future__ import annotations

NORMALISATIONS = {
    "min_max": "min–max (the worst unit gets the lowest score of the scale, the best unit the highest)",
    "z_score": "standardised by the standard deviation",
    "rank": "by rank",
    "percentile": "by percentile",
    "distance_to_best": "distance to the best unit",
    "share_scale": "shares of 0–100% put directly on the scale",
    "none": "none: the data are on the scale already",
}
AGGREGATIONS = {
    "arithmetic": "weighted arithmetic mean",
    "geometric": "weighted geometric mean",
    "harmonic": "weighted harmonic mean",
    "power": "weighted power mean",
    "mazziotta_pareto": "Mazziotta–Pareto (points are taken off where the parts are out of balance)",
    "copeland": "Copeland (units are compared pair by pair)",
}
BOUNDS = {
    "in_year": "the lowest and the highest value among the units of this wave",
    "pooled": "the lowest and the highest value over several waves together",
    "fixed": "two fixed values laid down by the framework",
}
MISSING = {
    "reweight": "the weight of a missing indicator is shared among the others",
    "refuse": "a part with a missing indicator gets no score",
}
TIES = {
    "min": "equal scores share the better rank and the next rank stays empty",
    "average": "equal scores share the average of their ranks",
    "dense": "equal scores share a rank and no rank stays empty",
}
WEIGHTINGS = {
    "given": "laid down by the framework",
    "equal": "equal",
    "ahp": "pairwise comparison (AHP)",
    "budget": "points shared out by experts",
    "entropy": "by dispersion (entropy)",
    "pca": "principal components (PCA)",
    "benefit_of_the_doubt": "the weights most favourable to each unit (benefit of the doubt)",
}
MEDIAN_RULES = {
    "strict": "below the median means strictly worse than the median",
    "at_or_below": "below the median includes units exactly at the median",
}
REPLICATE_METHODS = {
    "rao_wu": "Rao–Wu (answers are drawn anew within each stratum)",
    "poisson": "a Poisson weight for each answer",
    "gaussian": "drawn at random from the standard error of each indicator",
}
FLAGS = {
    "small_n": "fewer answers than the minimum",
    "no_answers": "no data",
    "bounds_equal": "all units are equal, so each gets the middle of the scale",
    "reweighted": "an indicator is missing, weights shared anew",
    "refused": "an indicator is missing, no score given",
    "not_ranked": "not ranked",
    "tied": "same score as another unit",
    "capped": "beyond the bound, gets the end of the scale",
    "suppressed": "few answers, not published",
    "withheld": "value not published, so that no cell with few answers is revealed",
}
PARTS = {
    "sub_index": "sub-index",
    "weights": "weights changed",
    "entering": "part that is new",
    "leaving": "part that was dropped",
    "bounds": "normalisation bounds changed",
}
LEVELS = {"index": "Overall index", "sub_index": "Sub-index", "indicator": "Indicator"}
DIRECTIONS = {1: "higher is better", -1: "lower is better"}
NOT_PUBLISHED = "not published by the source"
INCONCLUSIVE = "not enough evidence of a rise or a fall"
