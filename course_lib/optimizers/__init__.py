"""The update rules, one family a file.

`RULES` holds the rules that the explorers' menus offer, by the name they have there; `register` adds one.
"""

from course_lib.optimizers.adam import Adam, AdamW, AMSGrad, NAdam
from course_lib.optimizers.adaptive import AdaDelta, AdaGrad, RMSProp
from course_lib.optimizers.base import Optimizer
from course_lib.optimizers.base import hyperparameter as hyperparameter
from course_lib.optimizers.base import option as option
from course_lib.optimizers.gradient_descent import GradientDescent
from course_lib.optimizers.momentum import Momentum, Nesterov
from course_lib.optimizers.own import own_rule as own_rule
from course_lib.optimizers.translating import NoTranslation as NoTranslation
from course_lib.optimizers.translating import translate_settings as translate_settings
from course_lib.optimizers.wrappers import Averaged as Averaged
from course_lib.optimizers.wrappers import Clip as Clip
from course_lib.optimizers.wrappers import Lookahead as Lookahead

__all__ = [
    "AMSGrad",
    "AdaDelta",
    "AdaGrad",
    "Adam",
    "AdamW",
    "GradientDescent",
    "Momentum",
    "NAdam",
    "Nesterov",
    "Optimizer",
    "RMSProp",
]

RULES = {
    "gradient descent": GradientDescent,
    "momentum": Momentum,
    "Nesterov": Nesterov,
    "AdaGrad": AdaGrad,
    "RMSProp": RMSProp,
    "AdaDelta": AdaDelta,
    "Adam": Adam,
}


def register(name, rule):
    """Offer a rule in the menus of the explorers that are made from here on.

    Parameters
    ----------
    name : str
        What the menus show. A name that is there already gets the new rule.
    rule : class, or function
        Called as `rule(lr=…)` it returns the rule.

    Examples
    --------
    >>> from course_lib.optimizers import RULES, register
    >>> register("NAdam", NAdam)
    >>> list(RULES)[-1]
    'NAdam'
    >>> del RULES["NAdam"]
    """
    if not isinstance(name, str) or not name:
        raise TypeError(f"name must be what the menus show, such as 'my momentum', got {name!r}")
    if not callable(rule):
        raise TypeError(f"rule must be a class of rules, or a function of lr that returns one, got {rule!r}")
    RULES[name] = rule
