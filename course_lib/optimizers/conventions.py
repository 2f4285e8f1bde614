"""What each framework calls a rule and its settings, its defaults, and where its formula differs.

`FORMS[rule][framework]` is the one place where the course keeps this. `nox -s parity` reads and runs the installed
frameworks and compares; the table in notebooks/rules.md and chapter 16 are made from the same recording.
"""

from dataclasses import dataclass, field

FRAMEWORKS = ("course_lib", "pytorch", "keras", "optax")
SPOKEN = {"course_lib": "course_lib", "pytorch": "PyTorch", "keras": "Keras", "optax": "Optax"}
WHOSE = {name: f"{spoken}'" if spoken.endswith("s") else f"{spoken}'s" for name, spoken in SPOKEN.items()}

OUTSIDE, INSIDE, BEFORE = "outside the root", "inside the root", "outside the root, before the correction"
DECOUPLED, L2, EITHER = "decoupled", "L2", "either"
REQUIRED = None  # a setting without a default
# What else the frameworks' classes take, and the value at which it changes nothing. WITH_OPTION says
# which of it makes another rule of the course.
OPTIONS = {
    "course_lib": {},
    "pytorch": dict(
        momentum=0, dampening=0, nesterov=False, maximize=False, lr_decay=0, centered=False, amsgrad=False
    ),
    "keras": dict(momentum=0, nesterov=False, centered=False, amsgrad=False, use_ema=False)
    | dict.fromkeys(["clipnorm", "clipvalue", "global_clipnorm", "loss_scale_factor", "gradient_accumulation_steps"]),
    "optax": dict(momentum=0, nesterov=False, centered=False, eps_root=0, initial_scale=0, bias_correction=False)
    | dict.fromkeys(["mask", "weight_decay_mask", "mu_dtype", "accumulator_dtype"])
    | dict(bias_correction_mu=True, bias_correction_nu=True),
}
# What they take, and what changes no run by itself.
IDLE = {
    "course_lib": (),
    "pytorch": ("foreach", "fused", "capturable", "differentiable"),
    "keras": ("name", "ema_momentum", "ema_overwrite_frequency"),
    "optax": (),
}
# Which rule of the course a rule is, where an option is switched on.
WITH_OPTION = {
    ("GradientDescent", "momentum"): "Momentum",
    ("GradientDescent", "nesterov"): "Nesterov",
    ("Momentum", "nesterov"): "Nesterov",
    ("Adam", "amsgrad"): "AMSGrad",
    ("Adam", "nesterov"): "NAdam",
}
NO_WARMUP = 1e4  # ψ at which NAdam's μ_t is β₁ to the last bit, from the first step on


@dataclass(frozen=True)
class Form:
    """A rule as one framework has it.

    Parameters
    ----------
    name : str
        What the framework calls it.
    settings : dict
        The framework's name of each setting: the course's name, or a tuple of them, and the default.
    flags : dict
        What must be given besides, so that the framework's class is this rule.
    eps : str
        Where ε stands; None where there is none.
    decay : str
        What `weight_decay` does: `DECOUPLED`, `L2`, or `EITHER`, by the flag `decoupled_weight_decay`.
    warmup : float
        ψ, where a framework fixes it.
    maximum_after : bool
        Whether AMSGrad's maximum is taken after the correction.
    """

    name: str
    settings: dict
    flags: dict = field(default_factory=dict)
    eps: str | None = None
    decay: str | None = None
    warmup: float | None = None
    maximum_after: bool = False


def _ours(name, place=None, weight_decay=0.0, **defaults):
    decay = {"weight_decay": weight_decay}
    return Form(name, {key: (key, default) for key, default in (defaults | decay).items()}, {}, place, DECOUPLED)


def _pytorch(name, settings, eps=None, decay=L2, weight_decay=0.0, **flags):
    return Form(name, settings | {"weight_decay": ("weight_decay", weight_decay)}, flags, eps, decay)


def _keras(name, settings, eps=None, weight_decay=None, warmup=None, **flags):
    settings = {"learning_rate": ("lr", 0.01 if name == "SGD" else 0.001)} | settings
    return Form(name, settings | {"weight_decay": ("weight_decay", weight_decay)}, flags, eps, DECOUPLED, warmup)


def _optax(name, settings, eps=None, decay=None, warmup=None, maximum_after=False, **flags):
    return Form(name, {"learning_rate": ("lr", REQUIRED)} | settings, flags, eps, decay, warmup, maximum_after)


def _pytorch_adam(name="Adam", lr=0.001, decay=EITHER, weight_decay=0.0, **flags):
    settings = {"lr": ("lr", lr), "betas": (("beta1", "beta2"), (0.9, 0.999)), "eps": ("eps", 1e-8)}
    return _pytorch(name, settings, OUTSIDE, decay, weight_decay, **flags)


KERAS_ADAM = {"beta_1": ("beta1", 0.9), "beta_2": ("beta2", 0.999), "epsilon": ("eps", 1e-7)}
OPTAX_ADAM = {"b1": ("beta1", 0.9), "b2": ("beta2", 0.999), "eps": ("eps", 1e-8)}
KERAS_ADAGRAD = {"initial_accumulator_value": ("start", 0.1), "epsilon": ("eps", 1e-7)}
OPTAX_ADAGRAD = {"initial_accumulator_value": ("start", 0.1), "eps": ("eps", 1e-7)}
OUR_ADAM = dict(lr=REQUIRED, beta1=0.9, beta2=0.999, eps=1e-8)
NADAM = _pytorch_adam("NAdam", 0.002)
LR, MOMENTUM = {"lr": ("lr", 0.001)}, {"momentum": ("momentum", 0.0)}

FORMS = {
    "GradientDescent": {
        "course_lib": _ours("GradientDescent", lr=REQUIRED),
        "pytorch": _pytorch("SGD", LR),
        "keras": _keras("SGD", {}),
        "optax": _optax("sgd", {}),
    },
    "Momentum": {
        "course_lib": _ours("Momentum", lr=REQUIRED, momentum=0.9),
        "pytorch": _pytorch("SGD", LR | MOMENTUM),
        "keras": _keras("SGD", MOMENTUM),
        "optax": _optax("sgd", {"momentum": ("momentum", None)}),
    },
    "Nesterov": {
        "course_lib": _ours("Nesterov", lr=REQUIRED, momentum=0.9),
        "pytorch": _pytorch("SGD", LR | MOMENTUM, nesterov=True),
        "keras": _keras("SGD", MOMENTUM, nesterov=True),
        "optax": _optax("sgd", {"momentum": ("momentum", None)}, nesterov=True),
    },
    "AdaGrad": {
        "course_lib": _ours("AdaGrad", OUTSIDE, lr=REQUIRED, eps=1e-10),
        "pytorch": _pytorch(
            "Adagrad",
            {"lr": ("lr", 0.01), "eps": ("eps", 1e-10), "initial_accumulator_value": ("start", 0.0)},
            OUTSIDE,
        ),
        "keras": _keras("Adagrad", KERAS_ADAGRAD, INSIDE),
        "optax": _optax("adagrad", OPTAX_ADAGRAD, INSIDE),
    },
    "RMSProp": {
        "course_lib": _ours("RMSProp", OUTSIDE, lr=REQUIRED, beta2=0.99, eps=1e-8),
        "pytorch": _pytorch(
            "RMSprop", {"lr": ("lr", 0.01), "alpha": ("beta2", 0.99), "eps": ("eps", 1e-8)}, OUTSIDE
        ),
        "keras": _keras("RMSprop", {"rho": ("beta2", 0.9), "epsilon": ("eps", 1e-7)}, INSIDE),
        "optax": _optax("rmsprop", {"decay": ("beta2", 0.9), "eps": ("eps", 1e-8)}, EITHER),
    },
    "AdaDelta": {
        "course_lib": _ours("AdaDelta", INSIDE, lr=1.0, rho=0.9, eps=1e-6),
        "pytorch": _pytorch(
            "Adadelta", {"lr": ("lr", 1.0), "rho": ("rho", 0.9), "eps": ("eps", 1e-6)}, INSIDE
        ),
        "keras": _keras("Adadelta", {"rho": ("rho", 0.95), "epsilon": ("eps", 1e-7)}, INSIDE),
        "optax": _optax(
            "adadelta",
            {"rho": ("rho", 0.9), "eps": ("eps", 1e-6), "weight_decay": ("weight_decay", 0.0)},
            INSIDE,
            L2,
        ),
    },
    "Adam": {
        "course_lib": _ours("Adam", OUTSIDE, **OUR_ADAM),
        "pytorch": _pytorch_adam(),
        "keras": _keras("Adam", KERAS_ADAM, BEFORE),
        "optax": _optax("adam", OPTAX_ADAM, OUTSIDE),
    },
    "AdamW": {
        "course_lib": _ours("AdamW", OUTSIDE, **OUR_ADAM, weight_decay=0.01),
        "pytorch": _pytorch_adam("AdamW", decay=DECOUPLED, weight_decay=0.01),
        "keras": _keras("AdamW", KERAS_ADAM, BEFORE, 0.004),
        "optax": _optax("adamw", OPTAX_ADAM | {"weight_decay": ("weight_decay", 1e-4)}, OUTSIDE, DECOUPLED),
    },
    "AMSGrad": {
        "course_lib": _ours("AMSGrad", OUTSIDE, **OUR_ADAM),
        "pytorch": _pytorch_adam(amsgrad=True),
        "keras": _keras("Adam", KERAS_ADAM, BEFORE, amsgrad=True),
        "optax": _optax("amsgrad", OPTAX_ADAM, OUTSIDE, maximum_after=True),
    },
    "NAdam": {
        "course_lib": _ours("NAdam", OUTSIDE, **OUR_ADAM, momentum_decay=0.004),
        "pytorch": Form(
            NADAM.name, NADAM.settings | {"momentum_decay": ("momentum_decay", 0.004)}, {}, OUTSIDE, EITHER
        ),
        "keras": _keras("Nadam", KERAS_ADAM, OUTSIDE, warmup=1.0),
        "optax": _optax("nadam", OPTAX_ADAM, OUTSIDE, warmup=NO_WARMUP),
    },
}
