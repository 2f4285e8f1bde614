"""Check what `sweep` is given, and cut the work into parts."""

from dataclasses import dataclass, replace

import numpy as np

from course_lib.arguments import as_numbers, whole_number
from course_lib.data import Data, batch_rows
from course_lib.models import Model
from course_lib.optimizers import Optimizer
from course_lib.training.fingerprints import fingerprint
from course_lib.training.fitting import require_data, require_model_and_data
from course_lib.training.grids import as_rates
from course_lib.training.parts import OwnTraining, Part, Training, asked_for
from course_lib.training.stepping import as_seeds
from course_lib.training.trials import may_share

ENOUGH = 16  # rates that are lanes enough: the runs of a seed share its minibatches, so that one matrix product does
BLOCK = 2**15  # numbers in the parameters of a part's runs: with what a step makes of them they stay in the cache


@dataclass(frozen=True, eq=False)
class Plan:
    """A sweep before it runs: its axes, its parts, and a `Training` for each rule and fold."""

    rules: tuple
    lrs: np.ndarray
    rates: np.ndarray
    seeds: np.ndarray
    folds: np.ndarray | None
    trainings: dict
    parts: tuple

    @property
    def shape(self):
        """How many rules, rates, seeds and folds there are; without folds the last is 1."""
        return (*self.rates.shape, len(self.seeds), 1 if self.folds is None else self.folds.max() + 1)

    def arguments(self, part):
        """Return the rates and the seeds of a part."""
        return self.rates[part.rule, part.lrs], self.seeds[part.seeds]

    def calls(self, parts, packed):
        """Return (training, lrs, seeds) of each part; packed as bytes where they are to travel."""
        packs = {}
        for part in parts:
            place = part.rule, part.fold
            if place not in packs:
                training = self.trainings[place]
                packs[place] = _packed(training, self.rules[part.rule]) if packed else training
        return [(packs[part.rule, part.fold], *self.arguments(part)) for part in parts]

    def keys(self, version):
        """Return for each part a text that says what determines its numbers."""
        try:
            whole = {place: fingerprint(version, np.__version__, it) for place, it in self.trainings.items()}
        except TypeError as error:
            raise TypeError(f"store must know two sweeps apart by model, rules and data, but {error}") from None
        return [fingerprint(whole[part.rule, part.fold], *self.arguments(part)) for part in self.parts]


def plan(model, data, rules, lrs, epochs, batch_size, seeds, validation, folds, prepare, curves):
    """Return the `Plan` of a sweep, or raise an error that names the argument."""
    own = callable(model) and not isinstance(model, (Model, type))
    if not own:
        require_model_and_data(model, data, validation)
    for name, value in dict(data=data, validation=validation).items():
        if value is not None:
            require_data(name, value)
    rules = named_rules(rules, own)
    lrs, rates = _rates(lrs, rules)
    if not own or epochs is not None or curves:
        epochs = whole_number("epochs", epochs)
    seeds = _seeds(seeds)
    folds = None if folds is None else _folds(folds, data, validation)
    pairs = _pairs(data, validation, folds, prepare)
    if batch_size is not None and data is not None:
        batch_size = batch_rows("batch_size", batch_size, min(len(train) for train, _ in pairs))
    settings = epochs, batch_size, bool(curves)
    if own:
        asked_for(model)
        made = [[OwnTraining(model, rule, *pair, *settings) for pair in pairs] for rule in rules.values()]
    else:
        made = [_trainings(model, rule, pairs, rates[r], settings) for r, rule in enumerate(rules.items())]
    trainings = {(r, k): it for r, of_a_rule in enumerate(made) for k, it in enumerate(of_a_rule)}
    parts = _parts(trainings, rates.shape[1], len(seeds), 1 if own else model.size)
    return Plan(tuple(rules), lrs, rates, seeds, folds, trainings, tuple(parts))


def named_rules(rules, own):
    """Return what makes the rules, by name. A reader's own function may be given anything as a rule."""
    if isinstance(rules, Optimizer):
        raise TypeError(f"rules must make a rule of each learning rate, as Adam or lambda lr: Adam(lr), got {rules!r}")
    if not isinstance(rules, dict):
        listed = list(rules) if isinstance(rules, (list, tuple)) else [rules]
        names = [str(getattr(each, "__name__", each)) for each in listed]
        if "<lambda>" in names:
            raise ValueError('rules must give a lambda a name, as in {"clipped": lambda lr: Clip(Adam(lr), norm=1)}')
        twice = [name for i, name in enumerate(names) if name in names[:i]]
        if twice:
            raise ValueError(f"rules must have different names, got {twice[0]} twice; a dict gives names")
        rules = dict(zip(names, listed))
    if not rules:
        raise ValueError("rules must hold at least one rule, got none")
    for name, rule in rules.items():
        if not isinstance(name, str):
            raise TypeError(f"rules must have texts as names, got {name!r}")
        if not own and not callable(rule):
            wanted = "make a rule of a learning rate, as Adam or lambda lr: Adam(lr)"
            raise TypeError(f"rules[{name!r}] must {wanted}, got {rule!r}")
    return dict(rules)


def _rates(lrs, rules):
    """Return the rates as they are shown, (L,) or (R, L), and those of each rule, (R, L)."""
    if not isinstance(lrs, dict):
        rates = as_rates("lrs", lrs)
        return rates, np.tile(rates, (len(rules), 1))
    if set(lrs) != set(rules):
        raise ValueError(f"lrs must have rates for each of {', '.join(rules)}, got them for {', '.join(map(str, lrs))}")
    rates = [as_rates(f"lrs[{name!r}]", lrs[name]) for name in rules]
    if len({len(each) for each in rates}) > 1:
        numbers = ", ".join(f"{name} {len(each)}" for name, each in zip(rules, rates))
        raise ValueError(f"lrs must have equally many rates for each rule, got {numbers}")
    return np.array(rates), np.array(rates)


def _seeds(seeds):
    if isinstance(seeds, (int, np.integer)):
        raise TypeError(f"seeds must list the seeds, as range({seeds}) or [{seeds}], got {seeds}")
    seeds = as_seeds("seeds", list(seeds) if isinstance(seeds, range) else seeds)
    if seeds.ndim != 1:
        raise ValueError(f"seeds must have shape (S,), got {seeds.shape}")
    values, times = np.unique(seeds, return_counts=True)
    if (times > 1).any():
        raise ValueError(f"seeds must differ, got {values[times > 1][0]} twice")
    return seeds


def _folds(folds, data, validation):
    """Return the fold of each row."""
    if validation is not None:
        raise ValueError("folds hold out data of their own: give folds or validation, not both")
    require_data("data", data)
    n = len(data)
    if np.ndim(folds) == 0:
        k = whole_number("folds", folds, minimum=2)
        if k > n:
            raise ValueError(f"folds must be at most the number of rows, {n}, got {k}")
        of_row = np.empty(n, dtype=np.int64)
        of_row[np.random.default_rng(0).permutation(n)] = np.arange(n) % k
        return of_row
    given = as_numbers("folds", folds)
    if given.shape != (n,):
        raise ValueError(f"folds must be a number, or say the fold of each of the {n} rows, got shape {given.shape}")
    of_row = given.astype(np.int64)
    if (of_row != given).any() or of_row.min() != 0 or len(np.unique(of_row)) != of_row.max() + 1 or not of_row.max():
        raise ValueError("folds must number the folds 0, 1, … and use at least two of them")
    return of_row


def _pairs(data, validation, folds, prepare):
    """Return (what is trained on, what is held out) of each fold."""
    pairs = [(data, validation)]
    if folds is not None:
        held_out = [folds == k for k in range(folds.max() + 1)]
        pairs = [tuple(replace(data, X=data.X[rows], y=data.y[rows]) for rows in (~out, out)) for out in held_out]
    if prepare is None:
        return pairs
    if not callable(prepare):
        raise TypeError(f"prepare must be a function of (train, held_out), such as standardize, got {prepare!r}")
    if pairs[0][1] is None:
        raise ValueError("prepare takes data held out, too: give validation or folds, or prepare the data before")
    prepared = [prepare(*pair) for pair in pairs]
    for pair in prepared:
        if not isinstance(pair, tuple) or len(pair) != 2 or not all(isinstance(each, Data) for each in pair):
            raise TypeError(f"prepare must return two Data, what is trained on and what is held out, got {pair!r}")
    return prepared


def _trainings(model, rule, pairs, rates, settings):
    """Return a `Training` for each fold, after a look at the rule, its schedule and the model."""
    (name, make), (epochs, batch_size, _) = rule, settings
    for data, validation in pairs:
        model.on(*data)
        if validation is not None:
            model.on(*validation)
    n = min(len(data) for data, _ in pairs)
    steps = epochs * -(-n // (batch_size or n))
    for lr in rates[[0, -1]]:
        try:
            made = make(float(lr))
        except Exception:  # it will be named where a part fails
            continue
        if not isinstance(made, Optimizer):
            raise TypeError(f"rules[{name!r}] must return a rule such as Adam(lr), got {made!r}")
        _check_schedule(name, made, steps)
    lanes = may_share(model, make, pairs[0][0], rates)
    return [Training(model, make, *pair, *settings, lanes) for pair in pairs]


def _check_schedule(name, rule, steps):
    """Ask a schedule for the rate of each step before the first is taken."""
    if callable(rule.lr):
        try:
            for t in range(1, steps + 1):
                rule.learning_rate(t)
        except (TypeError, ValueError) as error:
            raise type(error)(f"rules[{name!r}]: {error}") from None


def _parts(trainings, n_lrs, n_seeds, size):
    """Yield the parts, all that use the first seeds first, so that what is interrupted can be compared."""
    rules, folds = (max(axis) + 1 for axis in zip(*trainings))
    block = max(1, BLOCK // size)
    several = max(1, block // n_lrs) if n_lrs < ENOUGH else 1
    seeds_at_once = {r: several if trainings[r, 0].lanes else 1 for r in range(rules)}
    lrs_at_once = {r: min(n_lrs, block) if trainings[r, 0].lanes else 1 for r in range(rules)}
    parts = [
        Part(r, slice(i, min(i + lrs_at_once[r], n_lrs)), slice(j, min(j + seeds_at_once[r], n_seeds)), k)
        for r in range(rules)
        for k in range(folds)
        for i in range(0, n_lrs, lrs_at_once[r])
        for j in range(0, n_seeds, seeds_at_once[r])
    ]
    return sorted(parts, key=lambda part: part.seeds.start)


def _packed(training, name):
    """Return a training as bytes; what cannot be packed is named."""
    import cloudpickle

    try:
        return cloudpickle.dumps(training)
    except Exception as error:
        words = {"model": "model", "rule": f"rules[{name!r}]", "data": "data", "validation": "validation"}
        for field, argument in words.items():
            try:
                cloudpickle.dumps(getattr(training, field))
            except Exception as cause:
                raise TypeError(
                    f"{argument} cannot be packed for another process: {cause}. Leave out what belongs to this "
                    "process, such as an open file or a lock, or run the sweep here, with executor=None"
                ) from None
        raise error
