"""Predict how many times faster many workers are, in a ring and in a star."""

import numpy as np

from course_lib.checks.exercises import value

WORK, BYTES, LATENCY, WORKERS = 10.24, 0.0195, 0.0005, 64


@value(
    tolerance=0.002,
    praise="Of the ring's 0.261 s, 0.16 are work, 0.063 wait for messages, 0.038 move bytes. The star needs 2.72 s: "
    "its one link moves 128 gradients. With 16 workers it is at its best, and 8 times as fast as one.",
)
def predict_speed_up():
    """How many times faster than one worker: 64 in a ring, 64 in a star; and the star's best number of workers."""
    return {"ring": 39.1747, "star": 3.7647, "best": 16}


def _ring(messages=126, share=126 / 64, work=WORK / WORKERS):
    return WORK / (work + messages * LATENCY + share * BYTES)


@predict_speed_up.mistake("`ring` and `star` have changed places. Which of them has one link for everything?")
def ring_and_star_exchanged():
    return {"ring": 3.7647, "star": 39.1747, "best": ...}


@predict_speed_up.mistake("`ring` leaves the latency out. How many messages follow each other in a ring?")
def ring_without_latency():
    return {"ring": _ring(messages=0), "star": ..., "best": ...}


@predict_speed_up.mistake("`ring` leaves the bytes out. About how many gradients does each worker send?")
def ring_without_bytes():
    return {"ring": _ring(share=0), "star": ..., "best": ...}


@predict_speed_up.mistake("`ring` counts one round. One round adds the parts up: who brings the sums to all?")
def ring_once_around():
    return {"ring": _ring(messages=63, share=63 / 64), "star": ..., "best": ...}


@predict_speed_up.mistake("`ring` moves the bytes once. After the first time around, who has which sum?")
def ring_bytes_once():
    return {"ring": _ring(share=63 / 64), "star": ..., "best": ...}


@predict_speed_up.mistake("`ring` sends whole gradients in each message. How large is the part that goes around?")
def whole_gradients_in_the_ring():
    return {"ring": _ring(share=126), "star": ..., "best": ...}


@predict_speed_up.mistake("`ring` is upside down. The question is how many times faster than one worker it is.")
def ratio_upside_down():
    return {"ring": 1 / _ring(), "star": ..., "best": ...}


@predict_speed_up.mistake("`ring` does not share the work out. Which part of 10.24 s has each of 64 workers?")
def ring_work_not_shared():
    return {"ring": _ring(work=WORK), "star": ..., "best": ...}


@predict_speed_up.mistake("`ring` is the number of workers: that is the speed-up if messages cost nothing.")
def perfect_ring():
    return {"ring": 64, "star": ..., "best": ...}


@predict_speed_up.mistake("`star` is the number of workers: that is the speed-up if messages cost nothing.")
def perfect_star():
    return {"ring": ..., "star": 64, "best": ...}


@predict_speed_up.mistake("These are seconds. The question is how many times faster than one worker they are.")
def seconds_for_ratios():
    return {"ring": WORK / _ring(), "star": WORK / 3.7647, "best": ...}


@predict_speed_up.mistake("`star` counts one way only. The parameters go out, and the gradients come in.")
def star_one_way():
    return {"ring": ..., "star": WORK / (0.16 + 64 * 0.02), "best": ...}


@predict_speed_up.mistake("`star` moves two gradients, as if every worker had a link of its own. How many use the one?")
def star_with_two_gradients():
    return {"ring": ..., "star": WORK / (0.16 + 2 * 0.02), "best": ...}


@predict_speed_up.mistake(
    "`star` is a little too fast. Does it count the latency of each message, and a GB as 1000 MB?"
)
def star_without_latency():
    return {"ring": ..., "star": WORK / (0.16 + 128 * BYTES), "best": ...}


@predict_speed_up.mistake("`ring` is a little too fast. A GB is 1000 MB here: is a gradient's time 19.5 ms?")
def ring_with_a_gigabyte_of_1024():
    return {"ring": WORK / (0.16 + 0.063 + 126 / 64 * 0.195 / 10.24), "star": ..., "best": ...}


@predict_speed_up.mistake("`star` compares with one worker who sends messages. The one alone sends none.")
def star_against_one_that_sends():
    return {"ring": ..., "star": (WORK + 2 * 0.02) / 2.72, "best": ...}


@predict_speed_up.mistake(
    "`ring` waits for 63 messages. Each part goes around twice: once to be added up, once finished."
)
def ring_latency_once():
    return {"ring": _ring(messages=63), "star": ..., "best": ...}


@predict_speed_up.mistake(
    "`ring` is a little too slow. A gradient takes 19.5 ms, and does a worker send two of them, or less?"
)
def ring_with_two_gradients():
    return {"ring": _ring(share=2), "star": ..., "best": ...}


@predict_speed_up.mistake("`ring` takes 0.5 for the latency. All times in seconds: how many are 0.5 ms?")
def milliseconds_for_seconds():
    return {"ring": WORK / (0.16 + 126 * 0.5 + 126 / 64 * BYTES), "star": ..., "best": ...}


@predict_speed_up.mistake("`star` takes 0.5 for the latency. All times in seconds: how many are 0.5 ms?")
def milliseconds_for_seconds_in_the_star():
    return {"ring": ..., "star": WORK / (0.16 + 128 * (0.5 + BYTES)), "best": ...}


@predict_speed_up.mistake("`ring` counts eight bits a byte. The gradient and the link are both given in bytes.")
def bits_for_bytes():
    return {"ring": _ring(share=8 * 126 / 64), "star": ..., "best": ...}


@predict_speed_up.mistake("`ring` is rounded to two digits. Three were asked for.")
def ring_in_two_digits():
    return {"ring": 39, "star": ..., "best": ...}


@predict_speed_up.mistake("`star` is rounded to two digits. Three were asked for.")
def star_in_two_digits():
    return {"ring": ..., "star": 3.8, "best": ...}


@predict_speed_up.mistake("`best` leaves the latency out. What does each message of a star cost besides its bytes?")
def best_of_the_bytes_alone():
    return {"ring": ..., "star": ..., "best": (WORK / (2 * BYTES)) ** 0.5}


@predict_speed_up.mistake("`best` is near the ring's. What does each message of a star move, besides waiting?")
def best_of_the_ring():
    return {"ring": ..., "star": ..., "best": (WORK / (2 * LATENCY)) ** 0.5}


@predict_speed_up.mistake("`best` counts one message for each worker. How many go over the star's link in a step?")
def best_one_way():
    return {"ring": ..., "star": ..., "best": (10.24 / 0.02) ** 0.5}


@predict_speed_up.mistake("`best` is the square of the right number. Where is the derivative of a/W + bW zero?")
def root_forgotten():
    return {"ring": ..., "star": ..., "best": 256}


predict_speed_up.accept(
    {"ring": 39.17, "star": 3.76, "best": 16},
    {"best": 16.0, "star": 3.765, "ring": 39.2},
    {"ring": np.float64(39.1747), "star": np.float32(3.7647), "best": np.int64(16)},
    {"ring": [39.17], "star": 3.77, "best": 16},
    {"ring": 10.24 / (0.16 + 0.063 + 126 / 64 * 0.0195), "star": 10.24 / 2.72, "best": (10.24 / 0.04) ** 0.5},
)
