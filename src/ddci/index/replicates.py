"""Replicate weights and draws that are a pure function of a key and a replicate number.

Nothing here has a state or an order: the count of a respondent in replicate r follows from the seed, the respondent's
key and r alone (Rao-Wu: from the seed, the stratum, all its respondents' keys, and r). So weights are made block by
block where they are needed, never stored whole, and do not depend on how the data was cut. A firm that rates three
units has one count in all three; a firm in two waves with the same seed has one count in both.

The stream of a key is SplitMix64 (Steele, Lea, Flood 2014), started at a 64-bit hash of seed and key.

``poisson``  independent counts with mean and variance exactly 1. A byte of the stream is looked up in a table of 256
             counts: 0 … 5 occur 94, 95, 46, 16, 4 and 1 times. Against the Poisson distribution the third central moment
             is 0.984 instead of 1, the fourth 3.81 instead of 4, and no count passes 5.
``rao_wu``   n_h − 1 draws with replacement among the n_h respondents of a stratum. An index is 32 random bits × n_h / 2**32,
             so that no respondent's chance is off by more than one part in 2**32 / n_h.

In:  keys, seed, replicate numbers (0 is the first replicate after the estimate).
Out: small whole counts (uint8), or normal draws.
Source: Rao and Wu (1988), JASA 83, 231-241; Rao, Wu and Yue (1992), Survey Methodology 18, 209-217; Beaumont and Patak
(2012), International Statistical Review 80, 127-148 (Poisson).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
CountArray = npt.NDArray[np.uint8]
HashArray = npt.NDArray[np.uint64]

STEP = np.uint64(0x9E3779B97F4A7C15)
POISSON_TABLE = (94, 95, 46, 16, 4, 1)  # how many of 256 bytes give 0, 1, 2 …
COUNTS_PER_WORD = 8
FNV_PRIME = np.uint64(0x100000001B3)
LONGEST_KEY = 64
LARGEST_COUNT = 31  # what the fixed-point budget allows; a Rao-Wu count passes it once in 10**34 respondents
DRAWS_AT_ONCE = 1 << 20


def hash_text(text: str, *, seed: int) -> int:
    """A 64-bit BLAKE2b hash of one text under a seed."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8, key=str(seed).encode()).digest(), "little")


def hash_keys(keys: Sequence[str], *, seed: int) -> HashArray:
    """A 64-bit hash of each key under a seed, the same on every machine and in every company of keys.

    FNV-1a over the key's characters, from a start that BLAKE2b makes of the seed. A key longer than 64 characters is
    first replaced by its BLAKE2b hash.

    >>> bool(hash_keys(["a", "b"], seed=1)[1] == hash_keys(["b", "a much longer key"], seed=1)[0])
    True
    """
    short = [key if len(key) <= LONGEST_KEY else f"{hash_text(key, seed=seed):x}" for key in keys]
    if not short or not any(short):
        return np.full(len(short), hash_text("", seed=seed), dtype=np.uint64)
    letters = np.array(short, dtype=np.str_)
    codes = letters.view(np.uint32).reshape(len(short), -1)
    hashes = np.full(len(short), hash_text("", seed=seed), dtype=np.uint64)
    for code in codes.T:
        np.copyto(hashes, (hashes ^ code) * FNV_PRIME, where=code != 0)
    return hashes


def random_words(hashes: HashArray, *, start: int, stop: int) -> HashArray:
    """Words ``start`` … ``stop`` − 1 of each key's stream.

    hashes   (n,)
    returns  (n, stop − start) uint64
    """
    steps = (np.arange(start, stop, dtype=np.uint64) + np.uint64(1)) * STEP
    words = hashes[:, None] + steps
    shifted = words >> np.uint64(30)
    words ^= shifted
    words *= np.uint64(0xBF58476D1CE4E5B9)
    np.right_shift(words, np.uint64(27), out=shifted)
    words ^= shifted
    words *= np.uint64(0x94D049BB133111EB)
    np.right_shift(words, np.uint64(31), out=shifted)
    words ^= shifted
    return words


def poisson_counts(hashes: HashArray, *, start: int, stop: int) -> CountArray:
    """Poisson(1) counts of replicates ``start`` … ``stop`` − 1.

    hashes   (n,) of respondent keys
    returns  (n, stop − start)
    """
    first_word = start // COUNTS_PER_WORD
    words = random_words(hashes, start=first_word, stop=-(-stop // COUNTS_PER_WORD))
    random_bytes = words.astype("<u8", copy=False).view(np.uint8)
    # Comparing a byte with the table's five thresholds and adding up is the table's lookup, but five times faster.
    thresholds = np.cumsum(POISSON_TABLE)[:-1].astype(np.uint8)
    counts: CountArray = (random_bytes >= thresholds[0]).view(np.uint8)
    reached = np.empty(random_bytes.shape, dtype=np.bool_)
    for threshold in thresholds[1:]:
        np.greater_equal(random_bytes, threshold, out=reached)
        counts += reached.view(np.uint8)
    skipped = start - first_word * COUNTS_PER_WORD
    return counts[:, skipped : skipped + stop - start]


def rao_wu_counts(stratum_hash: int, *, n: int, start: int, stop: int) -> CountArray:
    """Counts of ``n`` − 1 draws with replacement among ``n`` respondents, for replicates ``start`` … ``stop`` − 1.

    returns  (n, stop − start); ones where n = 1, since a lone respondent cannot be re-sampled
    """
    counts = np.ones((n, stop - start), dtype=np.uint8)
    words_each = -(-(n - 1) // 2)
    at_once = max(1, DRAWS_AT_ONCE // n)
    for first in range(start, stop, at_once) if n > 1 else ():
        last = min(stop, first + at_once)
        words = random_words(
            np.array([stratum_hash], dtype=np.uint64), start=first * words_each, stop=last * words_each
        )
        halves = words.astype("<u8", copy=False).view(np.uint32).reshape(last - first, 2 * words_each)[:, : n - 1]
        drawn = (halves.astype(np.uint64) * np.uint64(n) >> np.uint64(32)).astype(np.intp)
        drawn += np.arange(last - first, dtype=np.intp)[:, None] * n
        tally = np.bincount(drawn.ravel(), minlength=n * (last - first)).reshape(last - first, n)
        counts[:, first - start : last - start] = tally.T
    return counts


@dataclass(frozen=True, slots=True)
class CountSource:
    """Counts of any respondents in one block of replicates.

    Poisson counts are made for the respondents asked for; Rao-Wu counts for whole strata once per block (``block``).
    """

    hashes: HashArray
    start: int
    stop: int
    block: CountArray | None = None

    def counts(self, respondents: IntArray) -> CountArray:
        """(len(respondents), stop − start)."""
        if self.block is not None:
            return self.block[respondents]
        return poisson_counts(self.hashes[respondents], start=self.start, stop=self.stop)


@dataclass(frozen=True, slots=True)
class Resampling:
    """How the respondents of a wave are re-sampled: Rao-Wu within strata, or Poisson.

    A respondent's replicate weight is survey_weight × (kept + varied × count): with λ = √(1 − n/N) it is 1 − λ + λ·count
    (Poisson) or 1 − λ + λ·n/(n − 1)·count (Rao-Wu).
    """

    hashes: HashArray  # (P,) respondents
    stratum_hashes: HashArray  # (S,)
    n: FloatArray  # (S,)
    kept: FloatArray  # (S,)
    varied: FloatArray  # (S,)
    is_rao_wu: bool

    def source(self, *, start: int, stop: int) -> CountSource:
        """The counts of one block of replicates."""
        if not self.is_rao_wu:
            return CountSource(self.hashes, start, stop)
        block = [
            rao_wu_counts(int(key), n=int(n), start=start, stop=stop)
            for key, n in zip(self.stratum_hashes, self.n, strict=True)
        ]
        empty = np.zeros((0, stop - start), dtype=np.uint8)
        return CountSource(self.hashes, start, stop, np.concatenate(block) if block else empty)


def resample(
    *,
    respondents: Sequence[str],
    strata: Sequence[str],
    n: FloatArray,
    fraction_left: FloatArray,
    method: str,
    seed: int,
) -> Resampling:
    """Prepare replicate weights for a design.

    respondents    (P,) keys, ordered by stratum and sorted within it
    strata         (S,) codes
    n              (S,) respondents per stratum
    fraction_left  (S,) 1 − n/N
    method         "rao_wu" or "poisson"

    A lone respondent of a stratum keeps its weight under Rao-Wu; under Poisson it varies like any other.
    """
    varied = np.sqrt(fraction_left)
    kept = 1.0 - varied
    if method == "rao_wu":
        varied = np.where(n > 1, varied * n / np.maximum(n - 1.0, 1.0), 0.0)
        kept = np.where(n > 1, kept, 1.0)
        ends = np.cumsum(n).astype(np.int64)
        members = ["\x1f".join(respondents[int(end - size) : end]) for end, size in zip(ends, n, strict=True)]
        texts = [f"{code}\x1e{keys}" for code, keys in zip(strata, members, strict=True)]
        stratum_hashes = np.array([hash_text(text, seed=seed) for text in texts], dtype=np.uint64)
    else:
        stratum_hashes = np.zeros(len(n), dtype=np.uint64)
    return Resampling(hash_keys(respondents, seed=seed), stratum_hashes, n, kept, varied, method == "rao_wu")


def normal_draws(row_hashes: HashArray, column_hashes: HashArray, *, replicates: int) -> FloatArray:
    """Independent standard normal draws, each a pure function of its row's key, its column's key and its number.

    row_hashes, column_hashes  (U,), (I,)
    returns                    (R, U, I)
    """
    keys = random_words(row_hashes, start=0, stop=1) + random_words(column_hashes, start=1, stop=2)[:, 0]
    words = random_words(keys.ravel(), start=0, stop=replicates)
    uniform = ((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    draws: FloatArray = ndtri(uniform).T.reshape(replicates, len(row_hashes), len(column_hashes))
    return draws


def normal_replicates(
    value: FloatArray,
    se: FloatArray,
    *,
    seed: int,
    unit_codes: Sequence[str],
    indicator_codes: Sequence[str],
    replicates: int,
) -> FloatArray:
    """Values of a table with Gaussian draws around them; a cell without a standard error is constant.

    value, se  (U, I); NaN in value stays NaN
    returns    (R + 1, U, I); replicate 0 is ``value``

    Draws are keyed by unit and indicator code, so the order of either does not matter.

    >>> value, se = np.array([[5.0, 7.0]]), np.array([[np.nan, 1.0]])
    >>> drawn = normal_replicates(value, se, seed=1, unit_codes=["a"], indicator_codes=["x", "y"], replicates=2)
    >>> drawn[:, 0, 0].tolist(), bool(drawn[0, 0, 1] == 7.0), bool((drawn[1:, 0, 1] != 7.0).all())
    ([5.0, 5.0, 5.0], True, True)
    """
    values = np.broadcast_to(value, (replicates + 1, *value.shape)).copy()
    varies = np.isfinite(value) & np.isfinite(se) & (se > 0)
    row_hashes, column_hashes = hash_keys(unit_codes, seed=seed), hash_keys(indicator_codes, seed=seed)
    for i in np.flatnonzero(varies.any(axis=0)):
        rows = np.flatnonzero(varies[:, i])
        draws = normal_draws(row_hashes[rows], column_hashes[i : i + 1], replicates=replicates)[:, :, 0]
        values[1:, rows, i] += draws * se[rows, i]
    return values
