"""The rules that several explorers offer, by the names in their menus."""

from course_lib.optimizers import AdaDelta, AdaGrad, Adam, GradientDescent, Momentum, Nesterov, RMSProp

RULES = {
    "gradient descent": GradientDescent,
    "momentum": Momentum,
    "Nesterov": Nesterov,
    "AdaGrad": AdaGrad,
    "RMSProp": RMSProp,
    "AdaDelta": AdaDelta,
    "Adam": Adam,
}
