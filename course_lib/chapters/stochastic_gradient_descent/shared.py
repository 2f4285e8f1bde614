"""What several exercises of the chapter use."""


def steps_in_order(w, b, X, y, lr, batch_size, order):
    """One pass of SGD over the rows in a given order."""
    for start in range(0, len(y), batch_size):
        rows = order[start : start + batch_size]
        residual = X[rows] @ w + b - y[rows]
        w, b = w - lr * 2 * X[rows].T @ residual / len(rows), b - lr * 2 * residual.mean()
    return w, b
