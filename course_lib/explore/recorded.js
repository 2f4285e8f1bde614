// A recording in the place of the kernel: a model for explorer.js that answers each request with the recorded
// picture nearest to it. `recording.py` says how the block is made up.

async function unpack(base64) {
  const zipped = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const stream = new Blob([zipped]).stream().pipeThrough(new DecompressionStream("gzip"));
  const block = new Uint8Array(await new Response(stream).arrayBuffer());
  const size = new DataView(block.buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(block.subarray(4, 4 + size)));
  let at = 4 + size;
  const backgrounds = head.backgrounds.map((length) => block.slice(at, (at += length)));
  const half = (block.length - at) / 2;
  return { head, backgrounds, low: block.subarray(at, at + half), high: block.subarray(at + half) };
}

// All pictures' points, undone from differences: an array of numbers for each mark of each picture.
function undone({ head, low, high }) {
  let at = 0;
  let before = [];
  return head.pictures.map(({ marks }) => {
    before = marks.map(([, count], place) => {
      const old = before[place] ?? [];
      const numbers = new Uint16Array(2 * count);
      for (let i = 0; i < 2 * count; i++, at++) {
        const from = i < old.length ? old[i] : i > 1 ? numbers[i - 2] : 0;
        numbers[i] = from + low[at] + 256 * high[at]; // modulo 65536, by its type
      }
      return numbers;
    });
    return before;
  });
}

// How far a recorded value is from a wanted one, as the control counts.
function distance(spec, one, other) {
  if (typeof one !== "number" || spec.kind === "choice") return one === other ? 0 : Infinity;
  return Math.abs(spec.log ? Math.log(one / other) : one - other);
}

export async function recorded(base64) {
  const block = await unpack(base64);
  const { head } = block;
  const points = undone(block);
  const [low, high, gap] = head.unit;
  const fraction = (number) => (number === gap ? NaN : low + ((high - low) * number) / (gap - 1));
  const specs = head.grid.map(({ name }) => head.form.controls.find((spec) => spec.name === name));

  function nearest(values) {
    let number = 0;
    const found = { ...head.form.first };
    head.grid.forEach(({ name, values: stops }, axis) => {
      const far = stops.map((stop) => distance(specs[axis], stop, values[name]));
      const place = far.indexOf(Math.min(...far));
      number = number * stops.length + place;
      found[name] = stops[place];
    });
    return { number, values: found };
  }

  function picture({ serial = 0, values }) {
    const { number, values: found } = nearest(values);
    const stored = head.pictures[number];
    const numbers = points[number].flatMap((mark) => Array.from(mark, fraction));
    return {
      ...stored,
      serial,
      values: found,
      marks: stored.marks.map(([look, n]) => ({ ...head.look[look], n })),
      handles: head.look[stored.handles],
      panels: head.look[stored.panels],
      points: new Uint8Array(Float32Array.from(numbers).buffer),
      sentence: head.texts[stored.sentence],
      goal: head.texts[stored.goal],
      answer: head.texts[stored.answer],
      error: "",
    };
  }

  const listeners = {};
  const stops = Object.fromEntries(head.grid.map(({ name, values }) => [name, values]));
  const controls = head.form.controls.map((spec) =>
    spec.kind === "slider" && stops[spec.name] ? { ...spec, stops: stops[spec.name], recorded: true } : spec,
  );
  const state = { _form: { ...head.form, controls }, _request: {} };
  const show = (request) => {
    state._picture = picture(request);
    const background = block.backgrounds[state._picture.background];
    const changed = background !== state._background;
    state._background = background;
    if (changed) (listeners["change:_background"] ?? []).forEach((call) => call());
    (listeners["change:_picture"] ?? []).forEach((call) => call());
  };
  show({ values: head.form.first });
  return {
    get: (name) => state[name],
    set: (name, value) => (state[name] = value),
    save_changes: () => queueMicrotask(() => show(state._request)),
    on: (event, call) => (listeners[event] ??= []).push(call),
    off: (event, call) => (listeners[event] = (listeners[event] ?? []).filter((one) => one !== call)),
  };
}
