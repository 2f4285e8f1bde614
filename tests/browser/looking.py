"""How the browser's tests look at a page: the pixels of a canvas, and what axe-core found."""

# A sum over all that is painted on a canvas: another picture has another one.
PIXELS = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let sum = 7;
  for (let i = 0; i < data.length; i += 4) if (data[i + 3]) sum = (31 * sum + i + data[i] + data[i + 2]) | 0;
  return sum;
}"""


def serious(found):
    """Return, from what `axe.run` found, a line for each node that is hard to use."""
    assert found["passes"]
    return [
        f"{violation['id']}: {violation['help']}: {node['html']}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
