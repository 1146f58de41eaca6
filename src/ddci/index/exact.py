"""Fixed-point sums: the same bytes whatever the order, the batches or the threads.

Floating-point addition depends on its order; addition of integers does not. So nothing real is ever summed here: a
number is first rounded to a multiple of a fixed power of two and held as an integer in a float64 (or float32), and the
power of two follows only from what the whole data set allows (largest magnitude, number of rows), never from a batch.
As long as every partial sum stays below 2**53 (2**24 in float32), every addition and every matrix product over such
integers is exact, in any order and by any BLAS. Two integers ("limbs") carry a number that one cannot:
``number = (high + low / 2**bits) / 2**exponent``.

In:  real arrays and the largest magnitude they can have.
Out: integer-valued arrays, and back.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

DOUBLE_BITS = 53  # integers up to 2**53 are exact in float64
LARGEST_EXPONENT = 1022  # beyond it a power of two or its inverse is not held in full


def bits_of(count: float) -> int:
    """The smallest number of bits that holds every integer up to ``count``: 2**bits ≥ count.

    >>> bits_of(1), bits_of(2), bits_of(3), bits_of(200_000)
    (0, 1, 2, 18)
    """
    return max(0, math.ceil(math.log2(count))) if count > 1 else 0


def exponent_within(largest: npt.ArrayLike, *, bits: int | IntArray) -> IntArray:
    """The power of two by which magnitudes up to ``largest`` may be multiplied and still stay within 2**bits.

    largest  any shape, non-negative, finite; 0 gives ``bits``
    returns  the same shape, integer

    >>> exponent_within([1.0, 5.0], bits=10)
    array([9, 7])
    """
    _, power = np.frexp(np.asarray(largest, dtype=np.float64))
    exponent: IntArray = bits - power.astype(np.int64)
    return exponent


def split(number: FloatArray, *, exponent: npt.ArrayLike, bits: int) -> tuple[FloatArray, FloatArray]:
    """A real array as two integer limbs: ``number ≈ (high + low / 2**bits) / 2**exponent``.

    The error is at most 2**-(exponent + bits + 1), and |low| ≤ 2**(bits − 1).

    >>> high, low = split(np.array([0.75, -1.5]), exponent=1, bits=4)
    >>> high.tolist(), low.tolist()
    ([2.0, -3.0], [-8.0, 0.0])
    """
    scaled = number * power_of_two(exponent)
    high = np.rint(scaled)
    scaled -= high
    scaled *= power_of_two(bits)
    return high, np.rint(scaled, out=scaled)


def join(high: FloatArray, low: FloatArray, *, exponent: npt.ArrayLike, bits: int) -> FloatArray:
    """The real numbers that two limbs (or sums of limbs) stand for.

    >>> join(np.array([2.0]), np.array([-8.0]), exponent=1, bits=4)
    array([0.75])
    """
    joined: FloatArray = (high + low * power_of_two(-bits)) * power_of_two(-np.asarray(exponent))
    return joined


def round_to(number: FloatArray, *, exponent: npt.ArrayLike) -> FloatArray:
    """One integer limb: ``number ≈ integer / 2**exponent``.

    >>> round_to(np.array([0.3]), exponent=4)
    array([5.])
    """
    scaled = number * power_of_two(exponent)
    return np.rint(scaled, out=scaled)


def power_of_two(exponent: npt.ArrayLike) -> FloatArray:
    """2**exponent; multiplying by it is exact, and ten times faster than shifting each number's exponent.

    >>> power_of_two([-1, 3])
    array([0.5, 8. ])
    """
    within = np.minimum(np.maximum(exponent, -LARGEST_EXPONENT), LARGEST_EXPONENT)
    power: FloatArray = np.ldexp(1.0, within)
    return power
