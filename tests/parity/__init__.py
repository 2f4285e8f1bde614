"""The update rules beside the frameworks they are compared with, live: `nox -s parity`.

The ordinary tests have NumPy alone. There `tests/test_recorded.py` compares with `pytorch.npz`,
recorded once from PyTorch. After a change of `cases.py`, record anew: `python -m tests.parity.record`.
"""
