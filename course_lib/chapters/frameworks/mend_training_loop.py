"""Mend a training with three faults, on objects that behave as PyTorch's do."""

import numpy as np

from course_lib.chapters.frameworks.shared import tiny
from course_lib.checks.exercises import function


def trainings(rng):
    """Yield batches, a learning rate and a number of passes: one batch once, then what each fault needs to show."""
    several = [3, 2, 2, 2, 2, 2]
    for sizes, lr, epochs in (([6], 0.5, 1), ([6], 0.5, 2), ([4, 4], 0.5, 1), (several, 0.25, 5), ([2, 5], 0.3, 11)):
        X, y = rng.normal(size=(sum(sizes), 3)), rng.integers(2, size=sum(sizes)).astype(float)
        edges = np.cumsum(sizes)[:-1]
        yield list(zip(np.split(X, edges), np.split(y, edges), strict=True)), lr, epochs


@function(
    inputs=trainings,
    returns=("losses", "weights"),
    praise="Mended: a velocity that lasts for the whole training, no gradient that counts twice, and a rate that "
    "halves every four passes.",
)
def mend_training_loop(batches, lr, epochs):
    model = tiny.Classifier(n_features=batches[0][0].shape[1])
    rule = tiny.SGD(model.parameters(), lr=lr, momentum=0.9)
    schedule = tiny.StepLR(rule, step_size=4, gamma=0.5)
    losses = []
    for _ in range(epochs):
        for X, y in batches:
            rule.zero_grad()
            loss = model.loss(X, y)
            loss.backward()
            rule.step()
        schedule.step()
        losses.append(loss.item())
    return losses, model.w.data


mend_training_loop.equivalent(
    "0 → -1 in `model = tiny.Classifier(n_features=batches[0][0].shape[1])`", "all batches have the same features"
)


def made(batches, lr, momentum=0.9, step_size=4):
    """Return the model, the optimizer and the scheduler of a training."""
    model = tiny.Classifier(n_features=len(batches[0][0][0]))
    rule = tiny.SGD(model.parameters(), lr, momentum=momentum)
    return model, rule, tiny.StepLR(rule, step_size, 0.5)


def loop(batches, lr, epochs, forget="batch", call="pass", new=False, order="fbs", **others):
    """The loop with room for faults: when gradients are forgotten, when the scheduler is called, what is made anew.

    `others` are settings that `made` takes.
    """
    (model, rule, schedule), losses = made(batches, lr, **others), []
    for _ in range(epochs):
        if new:
            rule = tiny.SGD(model.parameters(), lr, momentum=0.9)
            schedule = tiny.StepLR(rule, 4, 0.5)
        if forget == "pass":
            rule.zero_grad()
        if call == "before":
            schedule.step()
        for X, y in batches:
            loss = model.loss(X, y)
            acts = {"f": rule.zero_grad, "b": loss.backward, "s": rule.step}
            for act in order if forget == "batch" else order.replace("f", ""):
                acts[act]()
            if call == "batch":
                schedule.step()
        if call == "pass":
            schedule.step()
        losses.append(loss.item())
    return losses, model.w.data


@mend_training_loop.mistake(
    "This is the loop as it was found. Begin with the gradients: what does `backward` do with the one that is there "
    "already?"
)
def as_it_was_found(batches, lr, epochs):
    return loop(batches, lr, epochs, forget="never", call="batch", new=True)


@mend_training_loop.mistake(
    "The gradients still add up: nothing takes the old one away before `backward` adds the new one. Which call of the "
    "optimizer does?"
)
def gradients_never_forgotten(batches, lr, epochs):
    return loop(batches, lr, epochs, forget="never")


@mend_training_loop.mistake(
    "`zero_grad` is called once a pass, so within a pass the gradients of all batches so far add up. How often does "
    "`backward` add one?"
)
def forgotten_once_a_pass(batches, lr, epochs):
    return loop(batches, lr, epochs, forget="pass")


@mend_training_loop.mistake(
    "Nothing moves. Is `step` called, and does it find a gradient: or has `zero_grad` just taken it away? In which "
    "order do `zero_grad`, `backward` and `step` belong?"
)
def forgotten_before_the_step(batches, lr, epochs):
    return loop(batches, lr, epochs, order="bfs")


@mend_training_loop.mistake(
    "`step` comes before `backward`: each step uses the gradient of the batch before, or none. What does `step` read?"
)
def step_before_backward(batches, lr, epochs):
    return loop(batches, lr, epochs, order="sfb")


@mend_training_loop.mistake(
    "The scheduler is called after every batch. Its numbers count passes here: at which depth does its line belong?"
)
def scheduler_per_batch(batches, lr, epochs):
    return loop(batches, lr, epochs, call="batch")


@mend_training_loop.mistake(
    "The scheduler is called before the first step of a pass, so that the rate falls one pass too early. When is a "
    "pass over?"
)
def scheduler_before_the_pass(batches, lr, epochs):
    return loop(batches, lr, epochs, call="before")


@mend_training_loop.mistake(
    "The rate stays as it is in all passes. Is the scheduler called at the end of each pass, and is it one scheduler "
    "for the whole training, which can count them?"
)
def scheduler_never_called(batches, lr, epochs):
    return loop(batches, lr, epochs, call="never")


@mend_training_loop.mistake(
    "Each pass goes on with a new optimizer, at the first rate. What does it forget that the one before had kept, and "
    "which scheduler has counted the passes for it?"
)
def optimizer_made_in_each_pass(batches, lr, epochs):
    return loop(batches, lr, epochs, new=True)


@mend_training_loop.mistake(
    "The scheduler is made anew in each pass, and called after every batch: so it counts the batches of one pass. How "
    "long should it live, and when is it called?"
)
def scheduler_inside_and_per_batch(batches, lr, epochs):
    (model, rule, schedule), losses = made(batches, lr), []
    for _ in range(epochs):
        schedule = tiny.StepLR(rule, 4, 0.5)
        for X, y in batches:
            rule.zero_grad()
            loss = model.loss(X, y)
            loss.backward()
            rule.step()
            schedule.step()
        losses.append(loss.item())
    return losses, model.w.data


@mend_training_loop.mistake(
    "The rate halves after every five passes. After which number of calls should it, and what is that argument's name?"
)
def one_pass_too_many(batches, lr, epochs):
    return loop(batches, lr, epochs, step_size=5)


@mend_training_loop.mistake(
    "No velocity lasts from one batch to the next. Has `tiny.SGD` its momentum of 0.9, and is it made once, for all "
    "batches?"
)
def momentum_forgotten(batches, lr, epochs):
    return loop(batches, lr, epochs, momentum=0.0)


@mend_training_loop.mistake(
    "`step` is called once a pass, with the gradient of the last batch. How often should the weights move?"
)
def step_once_a_pass(batches, lr, epochs):
    (model, rule, schedule), losses = made(batches, lr), []
    for _ in range(epochs):
        for X, y in batches:
            rule.zero_grad()
            loss = model.loss(X, y)
            loss.backward()
        rule.step()
        schedule.step()
        losses.append(loss.item())
    return losses, model.w.data


@mend_training_loop.mistake(
    "The gradients of all batches of a pass add up, and `step` is called once with their sum. How often should the "
    "weights move?"
)
def step_once_a_pass_with_the_sum(batches, lr, epochs):
    (model, rule, schedule), losses = made(batches, lr), []
    for _ in range(epochs):
        rule.zero_grad()
        for X, y in batches:
            loss = model.loss(X, y)
            loss.backward()
        rule.step()
        schedule.step()
        losses.append(loss.item())
    return losses, model.w.data


@mend_training_loop.mistake(
    "Two things are left: the gradients still add up, and the scheduler is called after every batch."
)
def gradients_and_scheduler_left(batches, lr, epochs):
    return loop(batches, lr, epochs, forget="never", call="batch")


@mend_training_loop.mistake(
    "Two things are left: a new optimizer in each pass, and a scheduler that is called after every batch."
)
def optimizer_and_scheduler_left(batches, lr, epochs):
    return loop(batches, lr, epochs, call="batch", new=True)


@mend_training_loop.mistake(
    "Two things are left: the gradients still add up, and a new optimizer is made in each pass."
)
def gradients_and_optimizer_left(batches, lr, epochs):
    return loop(batches, lr, epochs, forget="never", new=True)


@mend_training_loop.mistake(
    "The weights that come back are those of the start: what is returned after the training should be the model's "
    "numbers then, `model.w.data`."
)
def weights_of_the_start(batches, lr, epochs):
    losses, weights = loop(batches, lr, epochs)
    return losses, np.zeros_like(weights)


@mend_training_loop.mistake(
    "The losses are means over the batches of a pass. That is often wanted; here "
    "that of the last batch is asked."
)
def mean_of_the_losses(batches, lr, epochs):
    _, weights = loop(batches, lr, epochs)
    each, _ = losses_of_all_batches(batches, lr, epochs)
    return np.reshape(each, (epochs, len(batches))).mean(axis=1), weights


@mend_training_loop.mistake(
    "The losses are computed anew after the step. What is asked is the loss that `backward` was called on."
)
def loss_after_the_step(batches, lr, epochs):
    (model, rule, schedule), losses = made(batches, lr), []
    for _ in range(epochs):
        for X, y in batches:
            rule.zero_grad()
            model.loss(X, y).backward()
            rule.step()
        schedule.step()
        losses.append(model.loss(*batches[-1]).item())
    return losses, model.w.data


@mend_training_loop.mistake(
    "The model is made anew in each pass, and all that was learned before is gone. How long should it live?"
)
def model_made_in_each_pass(batches, lr, epochs):
    passes = [loop(batches, lr, 1) for _ in range(epochs)]
    return [losses[0] for losses, _ in passes], passes[-1][1]


@mend_training_loop.mistake(
    "The losses are one for each batch. Only that of the last batch of a pass is kept: at which depth does the line "
    "stand that appends it?"
)
def losses_of_all_batches(batches, lr, epochs):
    (model, rule, schedule), losses = made(batches, lr), []
    for _ in range(epochs):
        for X, y in batches:
            rule.zero_grad()
            loss = model.loss(X, y)
            loss.backward()
            rule.step()
            losses.append(loss.item())
        schedule.step()
    return losses, model.w.data


@mend_training_loop.right
def forgets_after_the_step(batches, lr, epochs):
    (model, rule, schedule), losses = made(batches, lr), []
    for _ in range(epochs):
        for X, y in batches:
            loss = model.loss(X, y)
            loss.backward()
            rule.step()
            rule.zero_grad()
        losses += [loss.item()]
        schedule.step()
    return losses, model.w.data


@mend_training_loop.right
def forgets_between_loss_and_backward(batches, lr, epochs):
    (model, rule, schedule), losses = made(batches, lr), []
    for _ in range(epochs):
        for batch in batches:
            loss = model.loss(*batch)
            rule.zero_grad()
            loss.backward()
            rule.step()
        losses.append(loss.item())
        schedule.step()
    return np.array(losses), model.parameters()[0].data


@mend_training_loop.right
def with_a_pass_of_its_own(batches, lr, epochs):
    model, rule, schedule = made(batches, lr)

    def one_pass():
        for X, y in batches:
            rule.zero_grad()
            loss = model.loss(X, y)
            loss.backward()
            rule.step()
        schedule.step()
        return loss.item()

    return [one_pass() for _ in range(epochs)], model.w.data


@mend_training_loop.right
def with_grad_set_to_none(batches, lr, epochs):
    (model, rule, schedule), losses = made(batches, lr), []
    for _ in range(epochs):
        for X, y in batches:
            for parameter in model.parameters():
                parameter.grad = None
            loss = model.loss(X, y)
            loss.backward()
            rule.step()
        schedule.step()
        losses.append(loss.item())
    return tuple(losses), model.w.data


@mend_training_loop.right
def counting_batches(batches, lr, epochs):
    (model, rule, schedule), losses = made(batches, lr), []
    for k in range(epochs * len(batches)):
        X, y = batches[k % len(batches)]
        rule.zero_grad()
        loss = model.loss(X, y)
        loss.backward()
        rule.step()
        if (k + 1) % len(batches) == 0:
            schedule.step()
            losses.append(loss.item())
    return losses, model.w.data.tolist()
