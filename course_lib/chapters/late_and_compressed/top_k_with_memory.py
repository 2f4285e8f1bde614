"""The largest entries of a gradient, and a memory of the others."""

import numpy as np

from course_lib.checks.exercises import function


def messages(rng):
    yield np.array([3.0, -5.0, 1.0]), np.zeros(3), 1
    yield np.array([1.0, 2.0, -3.0, 0.5]), np.array([0.0, 2.5, 1.0, -4.0]), 2
    yield np.array([-1.0, 4.0, 0.25, 2.0, -6.0]), np.array([2.5, -3.0, 5.0, 0.5, 0.125]), 3
    yield np.array([2.0, -1.0]), np.array([0.5, 3.0]), 2
    for size, k in ((8, 3), (int(rng.integers(9, 14)), 1), (int(rng.integers(15, 20)), int(rng.integers(4, 9)))):
        yield rng.normal(size=size), rng.normal(size=size), k

    def six_steps(step):
        """six messages of the top 1, the memory handed on, from gradients [3.1, 2.03, −1.007] each time"""
        memory, sent = np.zeros(3), []
        for _ in range(6):
            message, memory = step(np.array([3.1, 2.03, -1.007]), memory, 1)
            sent.append(message)
        return np.array(sent), memory

    yield six_steps


@function(
    inputs=messages,
    returns=("sent", "memory"),
    praise="Sent and kept add up to what came in: nothing is lost. In a run of six messages with k = 1 every entry "
    "had its turn.",
)
def top_k_with_memory(grad, memory, k):
    wanted = grad + memory
    largest = np.argsort(-np.abs(wanted))[:k]
    sent = np.zeros_like(wanted)
    sent[largest] = wanted[largest]
    return sent, wanted - sent


@top_k_with_memory.mistake(
    "The memory is kept and never used: the message comes from the gradient alone. What should be added before the "
    "largest entries are looked for?"
)
def memory_not_used(grad, memory, k):
    sent, _ = top_k_with_memory(grad, 0 * memory, k)
    return sent, grad + memory - sent


@top_k_with_memory.mistake(
    "This is top k without memory: the old memory takes no part, neither in the message nor in what is kept."
)
def memory_forgotten(grad, memory, k):
    return top_k_with_memory(grad, 0 * memory, k)


@top_k_with_memory.mistake(
    "The message is right, but what was in the memory before is lost: gradient minus message is kept. What else was "
    "waiting?"
)
def keeps_the_rest_of_the_gradient_alone(grad, memory, k):
    sent, _ = top_k_with_memory(grad, memory, k)
    return sent, grad - sent


@top_k_with_memory.mistake(
    "The message is right, and the old memory comes back. What has this gradient added to it, and the message taken?"
)
def returns_the_old_memory(grad, memory, k):
    return top_k_with_memory(grad, memory, k)[0], memory


@top_k_with_memory.mistake(
    "What was sent stays in the memory too, so it is sent again. What has to be taken away from the sum?"
)
def sent_stays_in_the_memory(grad, memory, k):
    return top_k_with_memory(grad, memory, k)[0], grad + memory


@top_k_with_memory.mistake(
    "The memory has its sign turned: it would be subtracted from the next gradient. What is left, message or sum?"
)
def memory_with_the_wrong_sign(grad, memory, k):
    sent, kept = top_k_with_memory(grad, memory, k)
    return sent, -kept


@top_k_with_memory.mistake(
    "The memory is subtracted from the gradient: what waits would be sent with the wrong sign. Add it."
)
def memory_subtracted(grad, memory, k):
    return top_k_with_memory(grad, -memory, k)


@top_k_with_memory.mistake(
    "The largest are chosen with their signs, so large negative entries are never sent. By what is an entry large?"
)
def signs_not_ignored(grad, memory, k):
    wanted = grad + memory
    sent = np.zeros_like(wanted)
    largest = np.argsort(-wanted)[:k]
    sent[largest] = wanted[largest]
    return sent, wanted - sent


@top_k_with_memory.mistake("These are the k *smallest* entries by absolute value. `argsort` begins with which end?")
def smallest_entries(grad, memory, k):
    wanted = grad + memory
    sent = np.zeros_like(wanted)
    smallest = np.argsort(np.abs(wanted))[:k]
    sent[smallest] = wanted[smallest]
    return sent, wanted - sent


@top_k_with_memory.mistake(
    "The places are those of the largest entries of the *gradient*. An entry that has waited long stands "
    "in the memory: of what are the largest wanted?"
)
def chosen_by_the_gradient(grad, memory, k):
    wanted = grad + memory
    sent = np.zeros_like(wanted)
    largest = np.argsort(-np.abs(grad))[:k]
    sent[largest] = wanted[largest]
    return sent, wanted - sent


@top_k_with_memory.mistake(
    "The places are right, but only the gradient is sent from them, and what waited there goes on waiting. What is to "
    "be sent?"
)
def sends_the_gradient_alone(grad, memory, k):
    wanted = grad + memory
    sent = np.zeros_like(wanted)
    largest = np.argsort(-np.abs(wanted))[:k]
    sent[largest] = grad[largest]
    return sent, wanted - sent


@top_k_with_memory.mistake(
    "The right entries, but alone: their places are lost. The message should have the gradient's shape, "
    "with 0 elsewhere."
)
def entries_without_places(grad, memory, k):
    wanted = grad + memory
    largest = np.argsort(-np.abs(wanted))[:k]
    kept = wanted.copy()
    kept[largest] = 0
    return wanted[largest], kept


@top_k_with_memory.mistake(
    "The places are those of the largest entries of the *memory*. A new entry may be larger: of what are the largest "
    "wanted?"
)
def chosen_by_the_memory(grad, memory, k):
    wanted = grad + memory
    sent = np.zeros_like(wanted)
    largest = np.argsort(-np.abs(memory))[:k]
    sent[largest] = wanted[largest]
    return sent, wanted - sent


@top_k_with_memory.mistake("What was *sent* is kept, and what was not is lost. Which of the two goes on waiting?")
def keeps_what_was_sent(grad, memory, k):
    sent, _ = top_k_with_memory(grad, memory, k)
    return sent, sent.copy()


@top_k_with_memory.mistake(
    "The message is right, but it is taken off the old memory alone: the rest of the new gradient is lost."
)
def loses_the_new_gradient(grad, memory, k):
    sent, _ = top_k_with_memory(grad, memory, k)
    return sent, memory - sent


@top_k_with_memory.mistake("The *places* of the largest entries come back as 1, all else as 0. Which values go out?")
def mask_for_the_values(grad, memory, k):
    sent, kept = top_k_with_memory(grad, memory, k)
    return (sent != 0) * 1.0, kept


@top_k_with_memory.mistake("The absolute values are sent, so negative entries lose their sign on the way.")
def sign_lost(grad, memory, k):
    sent, kept = top_k_with_memory(grad, memory, k)
    return np.abs(sent), kept


@top_k_with_memory.mistake("Everything is sent, and nothing is kept. What does k limit?")
def no_k(grad, memory, k):
    return grad + memory, 0 * memory


@top_k_with_memory.mistake("One entry too many is sent: k + 1. Where does the slice end?")
def one_too_many(grad, memory, k):
    return top_k_with_memory(grad, memory, min(k + 1, len(grad)))


@top_k_with_memory.mistake(
    "One entry too few is sent. If you compare with the k-th largest value: does it go out itself (`>` or `>=`)?"
)
def one_too_few(grad, memory, k):
    wanted = grad + memory
    line = np.sort(np.abs(wanted))[-k]
    sent = wanted * (np.abs(wanted) > line)
    return sent, wanted - sent


@top_k_with_memory.mistake(
    "The message holds what *waited* alone: the new gradient goes into the memory, however large it is. Add first."
)
def sends_the_old_memory(grad, memory, k):
    sent, _ = top_k_with_memory(0 * grad, memory, k)
    return sent, grad + memory - sent


@top_k_with_memory.mistake(
    "The values are right, but your function changes the caller's `memory` itself (`+=`, `-=`). Make a new array."
)
def changes_memory_in_place(grad, memory, k):
    sent, kept = top_k_with_memory(grad, memory, k)
    memory[...] = kept
    return sent, memory


@top_k_with_memory.mistake(
    "The values are right, but your function changes the caller's `grad` itself (`+=`, `-=`). Make a new array."
)
def changes_grad_in_place(grad, memory, k):
    sent, kept = top_k_with_memory(grad, memory, k)
    grad[...] = kept
    return sent, grad


@top_k_with_memory.right
def by_a_partition(grad, memory, k):
    wanted = grad + memory
    small = np.argpartition(np.abs(wanted), len(wanted) - k)[: len(wanted) - k]
    sent = wanted.copy()
    sent[small] = 0
    kept = np.zeros_like(wanted)
    kept[small] = wanted[small]
    return sent, kept


@top_k_with_memory.right
def by_a_threshold(grad, memory, k):
    wanted = memory + grad
    line = np.sort(np.abs(wanted))[-k]
    sent = np.where(np.abs(wanted) >= line, wanted, 0.0)
    return sent, wanted - sent


@top_k_with_memory.right
def with_a_mask(grad, memory, k):
    wanted = grad + memory
    mask = np.zeros(len(wanted), dtype=bool)
    mask[np.abs(wanted).argsort()[::-1][:k]] = True
    return wanted * mask, wanted * ~mask


@top_k_with_memory.right
def one_after_the_other(grad, memory, k):
    kept, sent = grad + memory, np.zeros(len(grad))
    for _ in range(k):
        place = np.abs(kept).argmax()
        sent[place], kept[place] = kept[place], 0.0
    return sent, kept


@top_k_with_memory.right
def with_lists(g, e, n_kept):
    wanted = [a + b for a, b in zip(g, e)]
    order = sorted(range(len(wanted)), key=lambda i: abs(wanted[i]), reverse=True)[:n_kept]
    sent = np.array([wanted[i] if i in order else 0.0 for i in range(len(wanted))])
    return sent, np.array(wanted) - sent
