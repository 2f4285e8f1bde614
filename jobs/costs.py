"""Measure chapter 19's table where PyTorch and JAX are installed, and store it: `python -m jobs.costs`, five minutes.

One step of Adam, way by way, as ratios to in-place scaling of the same bytes in the same round, with the middle half of
the rounds; everything on one core, in processor time. Speeds that are no ratios are those of the fastest round. Also
products of matrices on that core, the step as written where freed memory stays with the process, the step in blocks on
two threads, and the bytes that PyTorch allocates. Set OMP_NUM_THREADS=1. `python -m jobs.costs sizes products` measures
these parts anew and keeps the others; the load of the machine (its mean over a minute) is kept with each part.
"""

import json
import os
import platform
import subprocess
import sys

import numpy as np

from benchmarks.updates import CLOCK, LIMIT, SIZES, N, check_same, one_core, seconds, table, threaded
from course_lib.chapters.what_an_update_costs.shared import FILE, ways

KEPT = {"MALLOC_MMAP_THRESHOLD_": str(1 << 32), "MALLOC_TRIM_THRESHOLD_": str(1 << 33), "MALLOC_TOP_PAD_": str(1 << 29)}
TORCH = ("SGD", "Adagrad", "RMSprop", "Adadelta", "Adam", "AdamW", "NAdam")


def ratios(rows):
    """Return the quartiles of each way's ratio to the limit, by name."""
    return {name: [round(ratio, 3) for ratio in quartiles] for name, (_, quartiles, _) in rows.items() if name != LIMIT}


def products(sizes=(16, 64, 256, 1024, 2048)):
    """Return the billions of operations a second of a product of two square matrices of float32, by their size."""
    found = {}
    for n in sizes:
        a, b = np.ones((2, n, n), dtype=np.float32)
        out, taken, times = np.empty_like(a), [], max(1, 10**8 // n**3)
        for _ in range(25):
            start = CLOCK()
            for _ in range(times):
                np.matmul(a, b, out=out)
            taken.append((CLOCK() - start) / times)
        found[str(n)] = round(2 * n**3 / min(taken) / 1e9, 2)
    return found


def as_written_with_memory_kept():
    """Return the quartiles of the step as written, in a process whose freed memory stays with it (glibc)."""
    program = "import json; from jobs.costs import written; print(json.dumps(written()))"
    done = subprocess.run([sys.executable, "-c", program], env=os.environ | KEPT, capture_output=True, check=True)
    return json.loads(done.stdout)


def written():
    """Return the quartiles of the step as written alone, beside the limit."""
    calls = ways(N)
    with one_core():
        return ratios(seconds({name: calls[name] for name in (LIMIT, "as written")}, 9))["as written"]


def allocated():
    """Return the bytes for each parameter that PyTorch holds after a step of a small network, by its rule's name."""
    import torch

    found = {}
    for name in TORCH:
        model = torch.nn.Sequential(torch.nn.Linear(300, 200), torch.nn.Tanh(), torch.nn.Linear(200, 10))
        more = {"momentum": 0.9} if name == "SGD" else {}
        rule = getattr(torch.optim, name)(model.parameters(), lr=0.01, **more)
        model(torch.ones(4, 300)).square().mean().backward()
        rule.step()
        tensors = [part for p in model.parameters() for part in (p, p.grad, *rule.state[p].values())]
        held = sum(part.untyped_storage().nbytes() for part in tensors if torch.is_tensor(part) and part.dim())
        found[name] = held / sum(p.numel() for p in model.parameters())
    return found


def of_ten_million():
    """Return the ratios of every way, and the bytes that the limit moves a second."""
    with one_core():
        rows = table(N, rounds=31)
    return {"ratios": ratios(rows), "GB/s of the limit": round(28 * N / rows[LIMIT][2] / 1e9, 1)}


def of_sizes():
    """Return the median ratios by the number of parameters."""
    with one_core():
        return {str(n): {name: quartiles[1] for name, quartiles in ratios(table(n)).items()} for n in SIZES}


def on_two_threads():
    """Return the quartiles of the step in blocks beside the limit, both on two threads."""
    two = threaded(N, 2)
    limit, blocks = two["limit, 2 threads"], two["in blocks, 2 threads"]
    return ratios(seconds({LIMIT: limit, "in blocks": blocks}, 21))["in blocks"]


PARTS = {
    "ways": of_ten_million,
    "sizes": of_sizes,
    "products": products,
    "as written, memory kept": as_written_with_memory_kept,
    "in blocks, two threads": on_two_threads,
    "allocated": allocated,
}


def main(names):
    """Measure these parts, all without names, and store them."""
    import jax
    import torch

    check_same()
    found = json.loads(FILE.read_text(encoding="utf-8")) if names else {"load": {}}
    for name in names or PARTS:
        load = os.getloadavg()[0]
        found |= {name: PARTS[name]()}
        found["load"][name] = [round(load, 1), round(os.getloadavg()[0], 1)]
    versions = {module.__name__: module.__version__ for module in (np, torch, jax)}
    found |= {"numbers": N, "machine": {"threads": 1, "system": platform.system()} | versions}
    FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(FILE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(sys.argv[1:])
