"""A process of several that train one small network, sharded by PyTorch: prints the bytes for each parameter it holds.

`python -m tests.parity.sharded FILE RANK DEVICES STAGE`, one process for each rank; FILE is where they meet.
"""

import sys

import torch
import torch.distributed as dist


def bytes_of(tensor):
    local = tensor.to_local() if hasattr(tensor, "to_local") else tensor
    return local.numel() * local.element_size()


def main(file, rank, devices, stage):
    """Train one step of Adam in float32 and print what this rank holds: weights, gradients and state."""
    torch.manual_seed(0)
    dist.init_process_group("gloo", init_method=f"file://{file}", rank=rank, world_size=devices)
    model = torch.nn.Sequential(*(torch.nn.Linear(64, 64, bias=False) for _ in range(4)))
    n = sum(parameter.numel() for parameter in model.parameters())
    if stage == 3:
        from torch.distributed.device_mesh import init_device_mesh
        from torch.distributed.fsdp import fully_shard

        fully_shard(model, mesh=init_device_mesh("cpu", (devices,)))
        rule = torch.optim.Adam(model.parameters())
    else:
        from torch.distributed.optim import ZeroRedundancyOptimizer

        rule = ZeroRedundancyOptimizer(model.parameters(), optimizer_class=torch.optim.Adam, lr=1e-3)
    model(torch.ones(4, 64)).square().mean().backward()
    rule.step()
    state = (rule.optim if stage < 3 else rule).state
    held = [part for p in model.parameters() for part in (p, p.grad)]
    held += [part for kept in state.values() for part in kept.values() if part.dim()]
    print("bytes", sum(map(bytes_of, held)) / n, flush=True)
    dist.barrier()
    dist.destroy_process_group()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
