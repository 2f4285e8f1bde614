"""Predict how many times faster many workers are, in a ring and in a star."""

import numpy as np

from course_lib.checks.exercises import value

WORK, BYTES, LATENCY, WORKERS = 10.24, 0.0195, 0.0005, 64


@value(
    tolerance=0.01,
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
    "`star` leaves some waiting out. How many messages does the center handle, each with its latency?"
)
def star_without_latency():
    return {"ring": ..., "star": WORK / (0.16 + 128 * BYTES), "best": ...}


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
    {"ring": [39.1], "star": 3.77, "best": 16},
    {"ring": 10.24 / (0.16 + 0.063 + 126 / 64 * 0.0195), "star": 10.24 / 2.72, "best": (10.24 / 0.04) ** 0.5},
)
