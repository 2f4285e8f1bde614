"""Where two runs stand still."""

from course_lib.checks.exercises import value

FACTOR, MINIMUM = 0.03, 48.0
ULP16, ULPB = 2.0**-5, 2.0**-2  # 48 lies between 2⁵ and 2⁶


@value(
    tolerance=0.08,
    parts=("float16 at 48", "bfloat16 at 48", "float16 at 70"),
    praise="Half an ulp over ηλ: bfloat16 has three bits less and stands eight times as far away; at 70, past the next "
    "power of two, the distance has doubled.",
)
def predict_standstill():
    """The distance w − w* for float16 and bfloat16 with w* = 48, and for float16 with w* = 70."""
    return ULP16 / 2 / FACTOR, ULPB / 2 / FACTOR, 2 * ULP16 / 2 / FACTOR


@predict_standstill.mistake(
    "These are twice too large. Which change is just rounded up to a whole ulp? And does the ulp belong to the power "
    "of two above w*, or below?"
)
def a_whole_ulp():
    return ULP16 / FACTOR, ULPB / FACTOR, 2 * ULP16 / FACTOR


@predict_standstill.mistake(
    "The third should differ from the first: between 48 and 70 lies a power of two. What happens to the ulp there?"
)
def no_power_between():
    return ULP16 / 2 / FACTOR, ULPB / 2 / FACTOR, ULP16 / 2 / FACTOR


@predict_standstill.mistake(
    "The distance grows in proportion to w* here. It does so in stairs: which power of two lies below 48, and which "
    "below 70?"
)
def in_proportion():
    return 48 * 2.0**-10 / 2 / FACTOR, 48 * 2.0**-7 / 2 / FACTOR, 70 * 2.0**-10 / 2 / FACTOR


@predict_standstill.mistake("These are the places where the runs stand. How far is that from w*?")
def the_places():
    return 48 + ULP16 / 2 / FACTOR, 48 + ULPB / 2 / FACTOR, 70 + ULP16 / FACTOR


@predict_standstill.mistake(
    "The third is the first times 70/48. The distance does not grow with w* but with the ulp, in stairs: which power "
    "of two lies below 70?"
)
def third_in_proportion():
    return ULP16 / 2 / FACTOR, ULPB / 2 / FACTOR, 70 / 48 * ULP16 / 2 / FACTOR


@predict_standstill.mistake("The ulp of 1 is used for 48 and 70. It doubles at each power of two on the way there.")
def ulp_of_one():
    return 2.0**-10 / 2 / FACTOR, 2.0**-7 / 2 / FACTOR, 2.0**-10 / 2 / FACTOR


@predict_standstill.mistake(
    "These are half ulps: the size of the lost *step*. At which distance is a step ηλx so small?"
)
def the_step():
    return ULP16 / 2, ULPB / 2, ULP16


@predict_standstill.mistake(
    "These are ulps: how far apart the numbers lie. Which step is lost between two of them, and at which distance is a "
    "step ηλx so small?"
)
def the_ulp():
    return ULP16, ULPB, 2 * ULP16


@predict_standstill.mistake("These are relative to w*. The task asks for the distance itself.")
def relative():
    return ULP16 / 2 / FACTOR / 48, ULPB / 2 / FACTOR / 48, 2 * ULP16 / 2 / FACTOR / 70


@predict_standstill.mistake("These are the distances in percent of w*. The task asks for the distance itself.")
def in_percent():
    return tuple(100 * part for part in relative())


@predict_standstill.mistake(
    "All three are half of what is right. Is each fraction taken one bit too long? The 1 before the point is not "
    "among its 10 or 7 bits."
)
def a_bit_too_many():
    return ULP16 / 4 / FACTOR, ULPB / 4 / FACTOR, 2 * ULP16 / 4 / FACTOR


@predict_standstill.mistake(
    "The second is sixteen times the first. How many bits less has bfloat16's fraction, and what does each bit do to "
    "the ulp?"
)
def sixteen_times():
    return ULP16 / 2 / FACTOR, 16 * ULP16 / 2 / FACTOR, 2 * ULP16 / 2 / FACTOR


@predict_standstill.mistake(
    "The third is four times the first. How many powers of two lie between 48 and 70, and what does each do to the ulp?"
)
def two_powers_between():
    return ULP16 / 2 / FACTOR, ULPB / 2 / FACTOR, 4 * ULP16 / 2 / FACTOR


@predict_standstill.mistake("A run from above stays above: these have the wrong sign. The task asks for w − w*.")
def negative():
    return tuple(-part for part in predict_standstill())


@predict_standstill.mistake(
    "These distances are multiplied by ηλ instead of divided: a smaller rate would come closer. Does it?"
)
def multiplied():
    return ULP16 / 2 * FACTOR, ULPB / 2 * FACTOR, ULP16 * FACTOR


@predict_standstill.mistake(
    "The first and the second have changed places. Which format has fewer bits in its fraction?"
)
def formats_exchanged():
    return ULPB / 2 / FACTOR, ULP16 / 2 / FACTOR, 2 * ULP16 / 2 / FACTOR


@predict_standstill.mistake(
    "The number for bfloat16 is off by a factor of two: its fraction has 7 bits, and the 1 before the point is not "
    "among them."
)
def eight_bits():
    return ULP16 / 2 / FACTOR, ULPB / 4 / FACTOR, 2 * ULP16 / 2 / FACTOR


predict_standstill.accept(
    (0.52, 4.2, 1.04),
    (0.5, 4.0, 1.0),
    [0.5208, 4.1667, 1.0417],
    (2**-6 / 0.03, 2**-3 / 0.03, 2**-5 / 0.03),
    (0.53, 4.1, 1.06),
)
