"""How a Result was computed, as pairs of words in English: one for each pair of ``method``, in the same order.

In:  a Result. Out: (name, text) pairs. Sources stand as the wave and the framework write them.
"""

from __future__ import annotations

from ddci.report import terms_en as terms
from ddci.report.language import counted, named
from ddci.report.numbers import format_count, format_number, format_share
from ddci.result import Result


def method_facts(result: Result) -> list[tuple[str, str]]:
    """Every choice that decides a number, then where the numbers come from."""
    return [*_framework_facts(result), *_sampling_facts(result), *_provenance_facts(result)]


def _framework_facts(result: Result) -> list[tuple[str, str]]:
    framework = result.framework
    top = framework.aggregation_top or framework.aggregation
    low, high = (_plain(end) for end in framework.scale)
    n_sub_indices = counted(len(framework.sub_indices), "sub-index", "sub-indices")
    facts = [
        ("Framework", f"{named(framework, 'en')} (code {framework.code}, {framework.year})"),
        ("Size", f"{n_sub_indices}, {counted(len(framework.indicators), 'indicator')}"),
        (
            "Scale",
            f"indicators and sub-indices from {low} to {high}; the overall index up to {_plain(framework.total)}",
        ),
        ("Normalisation", terms.NORMALISATIONS[framework.normalisation]),
    ]
    if framework.normalisation in ("min_max", "distance_to_best"):
        clip = "; scores beyond a bound are cut off at the end of the scale" if framework.clip else ""
        facts.append(("Normalisation bounds", terms.BOUNDS[framework.bounds] + clip))
    facts += [
        ("From indicators to sub-indices", terms.AGGREGATIONS[framework.aggregation]),
        ("From sub-indices to the overall index", terms.AGGREGATIONS[top]),
        ("Weights of indicators", terms.WEIGHTINGS[framework.weighting]),
        ("Weights of sub-indices", f"{terms.WEIGHTINGS[framework.weighting_top]}: {_weights(result)}"),
        (
            "Missing data",
            f"{terms.MISSING[framework.missing]}; at least {format_share(framework.min_weight_share, 0, 'en')} of the "
            "weight must have data",
        ),
        (
            "Minimum number of answers",
            f"{counted(framework.min_n, 'answer')}; with fewer a unit gets a score but no rank",
        ),
        (
            "Ranks",
            f"within each unit group, on scores before rounding, 1 is best; {terms.TIES[framework.ties]}",
        ),
        ("Median", terms.MEDIAN_RULES[framework.median_rule]),
    ]
    if framework.bands:
        bands = "; ".join(f"{named(band, 'en')} from {_plain(band.min)} points" for band in framework.bands)
        facts.append(("Bands", bands))
    return facts


def _sampling_facts(result: Result) -> list[tuple[str, str]]:
    made = result.provenance
    if not made.replicates:
        return [("Sampling error", f"not computed: n and standard errors are {terms.NOT_PUBLISHED}")]
    method = terms.REPLICATE_METHODS.get(made.replicate_method, made.replicate_method)
    level = format_share(result.framework.confidence, 0, "en")
    return [
        (
            "Sampling error",
            f"{format_count(made.replicates, 'en')} samples drawn anew, {method}; {level} confidence intervals",
        ),
        (
            "Rank sets",
            "simultaneous for the whole group, from the covariance of the final scores "
            "(Mogstad, Romano, Shaikh, Wilhelm 2024)",
        ),
        ("Calibration of survey weights", "yes, to the population of each stratum" if made.raked else "no"),
    ]


def _provenance_facts(result: Result) -> list[tuple[str, str]]:
    made = result.provenance
    return [
        ("Source of the data", result.source or "not stated"),
        ("Source of the framework", result.framework.source or "not stated"),
        ("Wave", f"{result.wave}, {result.year}" + (", SIMULATED" if result.simulated else "")),
        ("Random seed", str(made.seed)),
        ("Version of the software", f"ddci {made.version}, engine {made.engine}"),
        ("Hash of the framework", made.framework_hash),
        ("Hash of the data", made.data_hash),
    ]


def _plain(number: float) -> str:
    return format_number(number, 2, "en", strip=True)


def _weights(result: Result) -> str:
    total = sum(item.index_weight for item in result.framework.sub_indices)
    if len({item.index_weight for item in result.framework.sub_indices}) == 1:
        return "all the same"
    return ", ".join(
        f"{item.code} {format_share(item.index_weight / total, 1, 'en')}" for item in result.framework.sub_indices
    )
