"""Mend a training loop with four faults, on objects that behave as PyTorch's do."""

import numpy as np

from course_lib.chapters.frameworks.shared import tiny
from course_lib.checks.exercises import Problem, function


def trainings(rng):
    """Yield trainings of a tiny classifier, as plays: they hand objects in and look at the weights afterwards."""

    def training(rows, sizes, rule, lr, step_size, gamma, epochs):
        X, y = rng.normal(size=(rows, 3)), rng.integers(2, size=rows).astype(float)
        edges = np.cumsum(sizes)[:-1]
        batches = list(zip(np.split(X, edges), np.split(y, edges), strict=True))

        def one_training(loop):
            model, rates = tiny.Classifier(3), []

            def make_rule(parameters):
                made = {"SGD": lambda: tiny.SGD(parameters, lr, 0.9), "Adam": lambda: tiny.Adam(parameters, lr)}[rule]()
                plain = made.step

                def step():
                    rates.append(made.lr)
                    return plain()

                made.step = step
                return made

            losses = loop(model, batches, make_rule, lambda made: tiny.StepLR(made, step_size, gamma), epochs)
            if np.shape(losses) != (epochs,):
                raise Problem(f"It should return a list with one loss for each of the {epochs} passes.")
            return {"rates of the steps": np.array(rates), "weights": model.w.data, "losses": losses}

        one_training.__doc__ = (
            f"{epochs} passes over {len(batches)} batches with {rule}, η = {lr}, × {gamma} every {step_size} passes"
        )
        return one_training

    yield training(6, [6], "SGD", 0.5, 5, 0.5, 2)
    yield training(8, [4, 4], "SGD", 0.5, 5, 0.5, 1)
    yield training(9, [3, 3, 3], "SGD", 0.25, 2, 0.5, 5)
    yield training(10, [4, 3, 3], "Adam", 0.1, 3, 0.25, 7)
    yield training(7, [2, 5], "Adam", 0.3, 1, 0.5, 4)


@function(
    inputs=trainings,
    returns="the losses",
    praise="Mended: one optimizer for the whole training, the old gradient taken away before the new one, one call of "
    "the scheduler a pass.",
)
def mend_training_loop(model, batches, make_rule, make_schedule, epochs):
    rule = make_rule(model.parameters())
    schedule = make_schedule(rule)
    losses = []
    for _ in range(epochs):
        for X, y in batches:
            rule.zero_grad()
            loss = model.loss(X, y)
            loss.backward()
            rule.step()
        schedule.step()
        losses.append(loss.item())
    return losses


def loop(
    model, batches, make_rule, make_schedule, epochs, forget="batch", call="pass", new=False, order="fbs", item=True
):
    """The loop with room for faults: when gradients are forgotten, when the scheduler is called, what is made anew."""
    rule = make_rule(model.parameters())
    schedule, losses = make_schedule(rule), []
    for _ in range(epochs):
        if new:
            rule = make_rule(model.parameters())
            schedule = make_schedule(rule)
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
        losses.append(loss.item() if item else loss)
    return losses


@mend_training_loop.mistake(
    "This is the loop as it was found. Begin with the gradients: what does `backward` do with the one that is there "
    "already?"
)
def as_it_was_found(model, batches, make_rule, make_schedule, epochs):
    return loop(model, batches, make_rule, make_schedule, epochs, forget="never", call="batch", new=True)


@mend_training_loop.mistake(
    "The gradients still add up: nothing takes the old one away before `backward` adds the new one. Which call of the "
    "optimizer does?"
)
def gradients_never_forgotten(model, batches, make_rule, make_schedule, epochs):
    return loop(model, batches, make_rule, make_schedule, epochs, forget="never")


@mend_training_loop.mistake(
    "`zero_grad` is called once a pass, so within a pass the gradients of all batches so far add up. How often does "
    "`backward` add one?"
)
def forgotten_once_a_pass(model, batches, make_rule, make_schedule, epochs):
    return loop(model, batches, make_rule, make_schedule, epochs, forget="pass")


@mend_training_loop.mistake(
    "`zero_grad` stands between `backward` and `step`: the new gradient is taken away before it is used, and nothing "
    "moves. When is the old one no longer needed?"
)
def forgotten_before_the_step(model, batches, make_rule, make_schedule, epochs):
    return loop(model, batches, make_rule, make_schedule, epochs, order="bfs")


@mend_training_loop.mistake(
    "`step` comes before `backward`: each step uses the gradient of the batch before, or none. What does `step` read?"
)
def step_before_backward(model, batches, make_rule, make_schedule, epochs):
    return loop(model, batches, make_rule, make_schedule, epochs, order="sfb")


@mend_training_loop.mistake(
    "The scheduler is called after every batch. Its numbers count passes here: at which depth does its line belong?"
)
def scheduler_per_batch(model, batches, make_rule, make_schedule, epochs):
    return loop(model, batches, make_rule, make_schedule, epochs, call="batch")


@mend_training_loop.mistake(
    "The scheduler is called before the first step of a pass, so that the rate falls one pass too early. When is a "
    "pass over?"
)
def scheduler_before_the_pass(model, batches, make_rule, make_schedule, epochs):
    return loop(model, batches, make_rule, make_schedule, epochs, call="before")


@mend_training_loop.mistake("The scheduler is never called, and the rate stays as it is. Who makes it fall?")
def scheduler_never_called(model, batches, make_rule, make_schedule, epochs):
    return loop(model, batches, make_rule, make_schedule, epochs, call="never")


@mend_training_loop.mistake(
    "A new optimizer and a new scheduler are made in each pass. What do they forget, that the ones before had kept?"
)
def optimizer_made_in_each_pass(model, batches, make_rule, make_schedule, epochs):
    return loop(model, batches, make_rule, make_schedule, epochs, new=True)


@mend_training_loop.mistake(
    "Two things are left: the gradients still add up, and the scheduler is called after every batch."
)
def gradients_and_scheduler_left(model, batches, make_rule, make_schedule, epochs):
    return loop(model, batches, make_rule, make_schedule, epochs, forget="never", call="batch")


@mend_training_loop.mistake(
    "Two things are left: a new optimizer in each pass, and a scheduler that is called after every batch."
)
def optimizer_and_scheduler_left(model, batches, make_rule, make_schedule, epochs):
    return loop(model, batches, make_rule, make_schedule, epochs, call="batch", new=True)


@mend_training_loop.mistake(
    "Two things are left: the gradients still add up, and a new optimizer is made in each pass."
)
def gradients_and_optimizer_left(model, batches, make_rule, make_schedule, epochs):
    return loop(model, batches, make_rule, make_schedule, epochs, forget="never", new=True)


@mend_training_loop.right
def forgets_after_the_step(model, batches, make_rule, make_schedule, epochs):
    rule = make_rule(model.parameters())
    schedule, losses = make_schedule(rule), []
    for _ in range(epochs):
        for X, y in batches:
            loss = model.loss(X, y)
            loss.backward()
            rule.step()
            rule.zero_grad()
        losses += [loss.item()]
        schedule.step()
    return losses


@mend_training_loop.right
def forgets_between_loss_and_backward(model, batches, make_rule, make_schedule, epochs):
    rule = make_rule(model.parameters())
    schedule, losses = make_schedule(rule), []
    for _ in range(epochs):
        for batch in batches:
            loss = model.loss(*batch)
            rule.zero_grad()
            loss.backward()
            rule.step()
        losses.append(loss.item())
        schedule.step()
    return np.array(losses)


@mend_training_loop.right
def with_a_step_of_its_own(model, batches, make_rule, make_schedule, epochs):
    rule = make_rule(model.parameters())
    schedule = make_schedule(rule)

    def one_pass():
        for X, y in batches:
            rule.zero_grad()
            loss = model.loss(X, y)
            loss.backward()
            rule.step()
        schedule.step()
        return loss.item()

    return [one_pass() for _ in range(epochs)]


@mend_training_loop.right
def with_grad_set_to_none(model, batches, make_rule, make_schedule, epochs):
    rule = make_rule(model.parameters())
    schedule, losses = make_schedule(rule), []
    for _ in range(epochs):
        for X, y in batches:
            for parameter in model.parameters():
                parameter.grad = None
            loss = model.loss(X, y)
            loss.backward()
            rule.step()
        schedule.step()
        losses.append(loss.item())
    return losses


@mend_training_loop.right
def counting_batches(model, batches, make_rule, make_schedule, epochs):
    rule = make_rule(model.parameters())
    schedule, losses = make_schedule(rule), []
    for k in range(epochs * len(batches)):
        X, y = batches[k % len(batches)]
        rule.zero_grad()
        loss = model.loss(X, y)
        loss.backward()
        rule.step()
        if (k + 1) % len(batches) == 0:
            schedule.step()
            losses.append(loss.item())
    return tuple(losses)
