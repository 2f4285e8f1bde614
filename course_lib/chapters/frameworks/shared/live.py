"""The installed frameworks: a run of each, and what their signatures say. Nothing here runs without them."""

import importlib
import importlib.util
import inspect
import os
import sys
from importlib import metadata

import numpy as np

from course_lib import optimizers
from course_lib.optimizers.conventions import FORMS

NEEDED = {"pytorch": ("torch",), "keras": ("keras", "tensorflow"), "optax": ("jax", "optax"), "course_lib": ()}
PLACES = {"pytorch": "torch.optim", "optax": "optax", "course_lib": "course_lib.optimizers"}
PACKAGES = {
    "PyTorch": ("torch",),
    "Keras": ("keras",),
    "TensorFlow": ("tensorflow-cpu", "tensorflow"),
    "Optax": ("optax",),
    "JAX": ("jax",),
}


def missing(frameworks=("pytorch", "keras", "optax")):
    """Return the modules that these frameworks need and this Python does not find."""
    needed = [module for framework in frameworks for module in NEEDED[framework]]
    return [module for module in needed if not _is_there(module)]


def _is_there(module):
    try:
        return sys.modules.get(module) is not None or importlib.util.find_spec(module) is not None
    except ImportError:
        return False


def versions():
    """Return the installed version of each framework, without the name of its build."""
    found = {}
    for name, distributions in PACKAGES.items():
        for distribution in distributions:
            try:
                found[name] = metadata.version(distribution).partition("+")[0]
                break
            except metadata.PackageNotFoundError:
                continue
    return found


def keras_on_tensorflow(bits=32):
    """Import Keras on TensorFlow, set to numbers of 32 or 64 bits: its learning rate is such a number, too."""
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras

    if keras.backend.backend() != "tensorflow":
        raise ImportError(f"Keras runs on {keras.backend.backend()} here; set KERAS_BACKEND=tensorflow")
    keras.config.set_floatx(f"float{bits}")
    return keras


def module(framework):
    """Return the module in which a framework keeps its rules."""
    if framework == "keras":
        return keras_on_tensorflow().optimizers
    return importlib.import_module(PLACES[framework])


def defaults(rule, framework):
    """Return the defaults of a rule as the installed signature has them; "not there" where it has no such setting."""
    form = FORMS[rule][framework]
    if not hasattr(module(framework), form.name):
        return {name: "not there" for name in form.settings}
    found = inspect.signature(getattr(module(framework), form.name)).parameters
    given = {name: found[name].default if name in found else "not there" for name in form.settings}
    return {name: None if default is inspect.Parameter.empty else default for name, default in given.items()}


def path(framework, rule, settings, start, gradient, steps, bits=64):
    """Return all points of a run, shape (steps + 1, d), in float64.

    Parameters
    ----------
    framework, rule : str
        As in `translate_settings`.
    settings : dict
        Under the framework's names, its flags among them; what is missing has the framework's default.
    start : array, shape (d,)
    gradient : function
        Of a point and the number t = 1, 2, … of the step.
    steps : int
    bits : 32 or 64
    """
    settings = FORMS[rule][framework].flags | settings
    runs = {"course_lib": _course_lib, "pytorch": _pytorch, "keras": _keras, "optax": _optax}
    points = runs[framework](FORMS[rule][framework].name, settings, np.asarray(start, float), gradient, steps, bits)
    return np.array([np.asarray(point, dtype=np.float64) for point in points])


def _course_lib(name, settings, w, gradient, steps, bits):
    optimizer = getattr(optimizers, name)(**settings)
    state = optimizer.init(w)
    yield w
    for t in range(1, steps + 1):
        w, state = optimizer.step(w, gradient(w, t), state, t)
        yield w


def _pytorch(name, settings, w, gradient, steps, bits):
    import torch

    kind, before = {32: torch.float32, 64: torch.float64}[bits], torch.get_default_dtype()
    torch.set_default_dtype(kind)  # NAdam keeps a product in the default precision
    try:
        parameter = torch.nn.Parameter(torch.tensor(w, dtype=kind))
        optimizer = getattr(torch.optim, name)([parameter], **settings)
        yield w
        for t in range(1, steps + 1):
            parameter.grad = torch.tensor(gradient(parameter.detach().double().numpy(), t), dtype=kind)
            optimizer.step()
            yield parameter.detach().double().numpy().copy()
    finally:
        torch.set_default_dtype(before)


def _keras(name, settings, w, gradient, steps, bits):
    keras = keras_on_tensorflow(bits)
    try:
        variable = keras.Variable(w, dtype=f"float{bits}")
        optimizer = getattr(keras.optimizers, name)(**settings)
        yield w
        for t in range(1, steps + 1):
            grad = keras.ops.convert_to_tensor(gradient(np.float64(variable.numpy()), t), dtype=f"float{bits}")
            optimizer.apply([grad], [variable])
            yield variable.numpy().copy()
    finally:
        keras.config.set_floatx("float32")


def _optax(name, settings, w, gradient, steps, bits):
    import jax
    import optax

    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", bits == 64)
    try:
        rule = getattr(optax, name)(**settings)
        point = jax.numpy.asarray(w, dtype=f"float{bits}")
        state = rule.init(point)
        yield w
        for t in range(1, steps + 1):
            grad = jax.numpy.asarray(gradient(np.asarray(point, dtype=np.float64), t), dtype=f"float{bits}")
            update, state = rule.update(grad, state, point)
            point = optax.apply_updates(point, update)
            yield np.asarray(point)
    finally:
        jax.config.update("jax_enable_x64", before)
