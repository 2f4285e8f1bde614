// An explorer in the browser: native controls, a picture, a sentence.
//
// Python draws what stands still as a PNG and sends what moves as numbers, in fractions of the figure;
// this script paints them on a canvas over the PNG. It knows no scales and no formulas.
//
// A change of a control becomes a request {serial, values, drag}. While Python is busy, the model keeps
// only the newest request, so the last position wins. The picture that answers carries the request's
// serial: only the answer to the newest request may move the controls.

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && name !== "list") node[name] = value;
    else node.setAttribute(name, value);
  }
  // JupyterLab would take the arrow keys of whatever has the focus for its cells.
  if (["input", "select", "button"].includes(tag)) node.setAttribute("data-lm-suppress-shortcuts", "true");
  node.append(...children);
  return node;
}

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

// The controls. Each is {node, show(value)} and calls change(value, words) when its user moves it: the words,
// mostly none, tell what became of a number that was typed. --------------------------------------------------

let ids = 0;
const unique = () => `descent-${Math.random().toString(36).slice(2)}-${(ids += 1)}`;

// "0,3" is 0.3 in half of the world, and "−2" is copied from a sentence. "1,000" is one number here and another there.
const NUMBER = /^[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?$/i;
const EITHER = /^[+-]?[1-9]\d{0,2}(,\d{3})+$/;
function parsed(text) {
  const typed = text.trim().replace("−", "-");
  return NUMBER.test(typed) && !EITHER.test(typed) ? Number(typed.replace(",", ".")) : NaN;
}

// ARIA has no 1e-8.
const decimal = (number) => number.toLocaleString("en", { useGrouping: false, maximumFractionDigits: 20 });

// A box for a number. What arrives from Python while somebody types waits until they are done.
function numberBox({ low, high, whole }, label, attributes, { take, nudge, say }) {
  let current = NaN;
  let typing = false;
  const finish = () => {
    if (!typing) return;
    typing = false;
    const typed = parsed(box.value);
    const value = clamp(whole ? Math.round(typed) : typed, low, high);
    const range = `${label} is a ${whole ? "whole " : ""}number from ${low} to ${high}`;
    if (Number.isNaN(typed)) {
      const text = box.value.trim();
      const why = EITHER.test(text.replace("−", "-")) ? "can be read in two ways: write it without a comma" : "is none";
      if (text) say(`${range}; “${text}” ${why}.`);
      box.value = current;
    } else {
      const words = value === typed ? "" : `${range}: ${box.value.trim()} became ${value}.`;
      box.value = value;
      take(value, words);
    }
  };
  const box = make("input", {
    type: "text",
    inputMode: "decimal",
    autocomplete: "off",
    role: "spinbutton",
    "aria-valuemin": decimal(low),
    "aria-valuemax": decimal(high),
    ...attributes,
    oninput: () => (typing = true),
    onchange: finish,
    onblur: finish,
    onkeydown: (event) => {
      if (event.key === "Enter") finish();
      if (event.key === "Escape") {
        typing = false;
        box.value = current;
      }
      const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!direction) return;
      event.preventDefault();
      finish();
      nudge(direction);
    },
  });
  const show = (value) => {
    current = value;
    box.setAttribute("aria-valuenow", decimal(value));
    if (!typing) box.value = value;
  };
  return { node: box, show };
}

function slider(spec, change, say) {
  // On a logarithmic scale, and in a recording, the slider stops at given values: it has a position for each, so that
  // every key finds another.
  const { low, high, log, step, stops, recorded } = spec;
  const last = stops ? stops.length - 1 : high;
  const far = (one, other) => Math.abs(log ? Math.log(one / other) : one - other);
  const nearest = (value) => stops.reduce((best, stop, at) => (far(stop, value) < far(stops[best], value) ? at : best), 0);
  const toValue = (position) => (stops ? stops[position] : position);
  const toPosition = (value) => (stops ? nearest(value) : value);
  const range = make("input", {
    type: "range",
    id: unique(),
    min: stops ? 0 : low,
    max: last,
    step: stops ? 1 : step,
    "aria-label": spec.label,
    oninput: () => set(toValue(range.valueAsNumber)),
  });
  const nudge = (direction) => {
    range.value = toPosition(current);
    direction > 0 ? range.stepUp() : range.stepDown();
    set(toValue(range.valueAsNumber));
  };
  const name = { "aria-label": `${spec.label}, as a number` };
  // A recording has the stops and nothing between them.
  const take = (value, words) => {
    const shown = recorded ? stops[nearest(value)] : value;
    const instead = `On this page ${spec.label} ${value} is not recorded: ${shown} is shown.`;
    set(shown, shown === value ? words : `${words} ${instead}`.trim());
  };
  const box = numberBox(spec, spec.label, name, { take, nudge, say });
  let current = spec.value;
  const show = (value) => {
    current = value;
    range.value = toPosition(value);
    range.setAttribute("aria-valuetext", value);
    box.show(value);
  };
  const set = (value, words) => {
    show(value);
    change(value, words);
  };
  const to = (count) =>
    set(stops ? stops[clamp(nearest(current) + count, 0, last)] : clamp(current + count * step, low, high));
  return { node: row(spec, range, box.node), show, step: to };
}

function choice(spec, change) {
  const options = spec.options.map((option) => make("option", { value: option }, option));
  const chosen = () => change(select.value);
  const select = make("select", { id: unique(), "aria-label": spec.label, onchange: chosen }, ...options);
  return { node: row(spec, select), show: (value) => (select.value = value) };
}

function toggle(spec, change) {
  const checked = () => change(box.checked);
  const box = make("input", { type: "checkbox", id: unique(), "aria-label": spec.label, onchange: checked });
  return { node: row(spec, box), show: (value) => (box.checked = value) };
}

function point(spec, change, say) {
  let current = spec.value;
  const set = (axis, value, words) => {
    const moved = current.map((old, other) => (other === axis ? value : old));
    show(moved);
    change(moved, words);
  };
  const boxes = spec.axes.map((name, axis) => {
    const label = `${spec.label} ${name}`;
    const nudge = (direction) => {
      const next = Number((current[axis] + direction * spec.step).toPrecision(12));
      set(axis, clamp(next, spec.low, spec.high));
    };
    const attributes = { id: unique(), "aria-label": label };
    return numberBox(spec, label, attributes, { take: (value, words) => set(axis, value, words), nudge, say });
  });
  const show = (value) => {
    current = value;
    boxes.forEach((box, axis) => box.show(value[axis]));
  };
  const named = boxes.flatMap(({ node }, axis) => [make("label", { htmlFor: node.id }, spec.axes[axis]), node]);
  return { node: row(spec, make("span", { className: "descent-pair" }, ...named)), show };
}

// A control under its label, a slider's box beside it; a point has one for each of its boxes, and a plain name for both.
function row(spec, ...inputs) {
  const { id } = inputs[0];
  const name = make(id ? "label" : "span", id ? { htmlFor: id } : {}, spec.label);
  return make("div", { className: `descent-control descent-${spec.kind}` }, name, ...inputs);
}

// On a page without a kernel: what was not recorded is shown, and does not move.
function rest(node) {
  node.classList.add("descent-rest");
  for (const input of node.querySelectorAll("input, select")) input.disabled = true;
}

const CONTROLS = { slider, choice, toggle, point };

// Play, step and restart for a slider with `play`. The next value waits for the last one's picture. -----

function player(control, spec, value, arrived) {
  let timer = null;
  const pause = () => {
    clearInterval(timer);
    timer = null;
    play.textContent = "▶ Play";
  };
  const start = () => {
    if (value() >= spec.high) control.step(-Infinity);
    timer = setInterval(() => {
      if (value() >= spec.high) pause();
      else if (arrived()) control.step(1);
    }, 80);
    play.textContent = "❚❚ Pause";
  };
  const press = (action) => () => {
    pause();
    action();
  };
  const play = make("button", { onclick: () => (timer ? pause() : start()) }, "▶ Play");
  const next = make("button", { onclick: press(() => control.step(1)) }, "Step");
  const back = make("button", { onclick: press(() => control.step(-Infinity)) }, "Restart");
  return { nodes: [play, next, back], pause };
}

// The canvas. ------------------------------------------------------------------------------------------

const PAINT = {
  line(pen, mark, points) {
    pen.setLineDash(mark.dashes.map((dash) => dash * pen.lineWidth));
    pen.beginPath();
    let down = false;
    for (const [x, y] of points) {
      if (Number.isNaN(x + y)) down = false;
      else if (down) pen.lineTo(x, y);
      else {
        pen.moveTo(x, y);
        down = true;
      }
    }
    pen.stroke();
  },
  dots(pen, mark, points, scale) {
    for (const [x, y] of points) {
      pen.beginPath();
      pen.arc(x, y, (mark.size / 2) * scale, 0, 2 * Math.PI);
      pen.fill();
    }
  },
  bars(pen, mark, points) {
    for (let bar = 0; bar < points.length / 2; bar++) {
      const [[left, base], [right, top]] = points.slice(2 * bar, 2 * bar + 2);
      pen.fillStyle = mark.colors[bar];
      pen.fillRect(left, top, right - left, base - top);
    }
  },
  area(pen, mark, points) {
    pen.beginPath();
    for (const [x, y] of points) pen.lineTo(x, y);
    pen.fill();
  },
  arrow(pen, mark, [from, to], scale) {
    const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
    const size = 4 * mark.width * scale;
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(to[0] - 0.8 * size * Math.cos(angle), to[1] - 0.8 * size * Math.sin(angle));
    pen.stroke();
    pen.beginPath();
    pen.moveTo(...to);
    for (const side of [-0.4, 0.4]) pen.lineTo(to[0] - size * Math.cos(angle + side), to[1] - size * Math.sin(angle + side));
    pen.fill();
  },
  text(pen, mark, [[x, y]], scale) {
    const least = SMALLEST * (window.devicePixelRatio || 1);
    pen.font = `${Math.max(mark.size * scale, least)}px "DejaVu Sans", Verdana, sans-serif`;
    pen.textAlign = mark.align;
    pen.textBaseline = "middle";
    pen.fillText(mark.text, x, y);
  },
};

const NARROW = 520; // below that width the panels of a picture stand one below the other
const LARGEST = 1; // a panel alone in its row is not blown up
const SMALLEST = 9; // pixels of a letter

// Where the parts of a figure are on a stage of this width: `box` in fractions of the figure, the rest in pixels.
// A wide stage shows the figure as it is, a narrow one its panels, from the upper left on.
function layOut(form, panels, width) {
  const [wide, high] = [100 * form.width, 100 * form.height];
  if (width >= NARROW || !panels?.length)
    return { parts: [{ box: [0, 0, 1, 1], x: 0, y: 0, scale: width / wide }], height: (width * high) / wide };
  let y = 0;
  const sorted = [...panels].sort((one, other) => (Math.abs(one[3] - other[3]) < 0.2 ? one[0] - other[0] : other[3] - one[3]));
  const parts = sorted.map((panel) => {
    const [dx, dy] = [4 / wide, 4 / high];
    const box = [panel[0] - dx, panel[1] - dy, panel[2] + dx, panel[3] + dy].map((edge) => clamp(edge, 0, 1));
    const scale = Math.min(width / ((box[2] - box[0]) * wide), LARGEST);
    const part = { box, x: (width - (box[2] - box[0]) * wide * scale) / 2, y, scale };
    y += (box[3] - box[1]) * high * scale + 12;
    return part;
  });
  return { parts, height: y };
}

// The part that a frame lies in, and the ways from fractions of the figure to pixels of the stage and back.
function partOf({ parts }, [left, bottom, right, top]) {
  const [x, y] = [(left + right) / 2, (bottom + top) / 2];
  return parts.find(({ box }) => box[0] <= x && x <= box[2] && box[1] <= y && y <= box[3]) ?? parts[0];
}

function ways(form, { box, x, y, scale }) {
  const [wide, high] = [100 * form.width * scale, 100 * form.height * scale];
  return {
    to: (fx, fy) => [x + (fx - box[0]) * wide, y + (box[3] - fy) * high],
    back: (px, py) => [box[0] + (px - x) / wide, box[3] - (py - y) / high],
  };
}

function paint(canvas, image, picture, form, layout) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(canvas.clientWidth * ratio);
  canvas.height = Math.round(canvas.clientHeight * ratio);
  if (!canvas.width || !picture.marks) return;
  const bytes = picture.points;
  const numbers = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  const pen = canvas.getContext("2d");
  pen.lineJoin = "round";
  image.hidden = layout.parts.length > 1;
  for (const { box, x, y, scale } of image.hidden ? layout.parts : []) {
    const { naturalWidth: wide, naturalHeight: high } = image;
    const [w, h] = [box[2] - box[0], box[3] - box[1]];
    const to = [x, y, w * 100 * form.width * scale, h * 100 * form.height * scale];
    if (wide) pen.drawImage(image, box[0] * wide, (1 - box[3]) * high, w * wide, h * high, ...to.map((edge) => edge * ratio));
  }
  let next = 0;
  for (const mark of picture.marks) {
    const part = partOf(layout, mark.clip);
    const to = (x, y) => ways(form, part).to(x, y).map((edge) => edge * ratio);
    const scale = (ratio * part.scale * 100) / 72; // pixels of a point
    const points = [];
    for (const end = next + 2 * mark.n; next < end; next += 2) points.push(to(numbers[next], numbers[next + 1]));
    const [left, bottom, right, top] = mark.clip;
    pen.save();
    if (mark.kind !== "text") {
      const [[x, y], [across, down]] = [to(left, top), to(right, bottom)];
      pen.beginPath();
      pen.rect(x, y, across - x, down - y);
      pen.clip();
    }
    pen.strokeStyle = pen.fillStyle = mark.color;
    pen.lineWidth = (mark.width || 1) * scale;
    pen.globalAlpha = mark.alpha ?? 1;
    PAINT[mark.kind](pen, mark, points, scale);
    pen.restore();
  }
}

// A handle: a ring that is dragged, or moved by the arrow keys. -------------------------------------------

function handle(stage, number, drag, still, way) {
  let spec;
  const move = (x, y) => {
    const [left, bottom, right, top] = spec.frame;
    spec = { ...spec, at: [clamp(x, left, right), clamp(y, bottom, top)] };
    place();
    drag({ handle: number, at: spec.at });
  };
  const place = () => {
    const [x, y] = way(spec.frame).to(...spec.at);
    ring.style.left = `${x}px`;
    ring.style.top = `${y}px`;
  };
  const at = (event) => {
    const box = stage.getBoundingClientRect();
    return way(spec.frame).back(event.clientX - box.left, event.clientY - box.top);
  };
  const follow = (event) => move(...at(event));
  const ring = make("button", {
    className: "descent-handle",
    disabled: Boolean(still),
    "aria-roledescription": "movable point",
    onpointerdown: (event) => ring.setPointerCapture(event.pointerId),
    onpointermove: (event) => ring.hasPointerCapture(event.pointerId) && follow(event),
    onkeydown: (event) => {
      const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!direction) return;
      event.preventDefault();
      const [left, bottom, right, top] = spec.frame;
      const share = event.shiftKey ? 0.005 : 0.02;
      move(spec.at[0] + direction[0] * share * (right - left), spec.at[1] + direction[1] * share * (top - bottom));
    },
  });
  stage.append(ring);
  return {
    follow,
    place,
    inside(event) {
      const [x, y] = at(event);
      return x > spec.frame[0] && x < spec.frame[2] && y > spec.frame[1] && y < spec.frame[3];
    },
    show(newer, moveToo) {
      spec = moveToo || !spec ? newer : { ...newer, at: spec.at };
      ring.style.borderColor = spec.color;
      const moves = still ? "" : "; the arrow keys move it, with Shift in small steps";
      ring.setAttribute("aria-label", spec.label + moves);
      place();
    },
  };
}

// Copies what an element shows; where the page may not (without https), leaves it selected. Returns whether it worked.
async function toClipboard(node) {
  try {
    await navigator.clipboard.writeText(node.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(node);
    return document.execCommand("copy");
  }
}

// The imports stand in a cell further up, so this cell alone does not help.
const GONE =
  "The kernel does not answer. If it was stopped or restarted, choose Run > Run All Above Selected Cell, " +
  "then run this cell.";

// The whole. ----------------------------------------------------------------------------------------------

function render({ model, el }) {
  const form = model.get("_form");
  const picture = () => model.get("_picture");
  const newest = () => model.get("_request");
  const arrived = () => (newest().serial ?? 0) === picture().serial;
  let waiting;

  function request(values, drag = arrived() ? undefined : newest().drag, words = "") {
    const known = arrived() ? picture().values : newest().values;
    const serial = (newest().serial ?? 0) + 1;
    model.set("_request", { serial, values: { ...known, ...values }, ...(drag && { drag }) });
    model.save_changes();
    notice.textContent = words;
    offerOnly();
    sentence.setAttribute("aria-busy", "true"); // screen readers wait until the changes stop
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      sentence.setAttribute("aria-busy", "false");
      if (arrived()) return;
      error.textContent = GONE;
      players.forEach((playing) => playing.pause());
    }, 3000);
  }

  const controls = {};
  const players = [];
  const panel = make("div", { className: "descent-controls" });
  const buttons = make("div", { className: "descent-buttons" });
  for (const spec of form.controls) {
    const change = (value, words) => request({ [spec.name]: value }, undefined, words);
    const control = CONTROLS[spec.kind](spec, change, (words) => (notice.textContent = words));
    controls[spec.name] = { spec, ...control };
    panel.append(control.node);
    if (spec.rest) rest(control.node);
    if (spec.play && !spec.rest) {
      const playing = player(control, spec, () => (arrived() ? picture() : newest()).values[spec.name], arrived);
      players.push(playing);
      buttons.append(...playing.nodes);
    }
  }
  const reset = () => {
    players.forEach((playing) => playing.pause());
    request(form.first, null);
  };
  buttons.append(make("button", { onclick: reset }, "Reset all"));

  function offerOnly() {
    const { values } = arrived() ? picture() : newest();
    for (const { spec, node } of Object.values(controls))
      node.hidden = Object.entries(spec.only ?? {}).some(([name, allowed]) => !allowed.includes(values[name]));
  }

  const image = make("img", { alt: "" });
  const canvas = make("canvas", { role: "img" });
  const stage = make("div", { className: "descent-stage" }, image, canvas);
  stage.style.maxWidth = `${100 * form.width}px`;
  let layout = layOut(form, [], 100 * form.width);
  const way = (frame) => ways(form, partOf(layout, frame));
  const handles = [];
  canvas.addEventListener("click", (event) => {
    if (!form.recorded) handles.find((each) => each.inside(event))?.follow(event);
  });

  const sentence = make("p", { className: "descent-sentence", "aria-live": "polite" });
  const answer = make("code", { className: "descent-answer" });
  const copied = async () => {
    const done = await toClipboard(answer);
    notice.textContent = done ? "Copied." : "The browser does not let a page copy here. The line is selected: press Ctrl+C.";
  };
  const copy = make("button", { onclick: copied }, "Copy");
  copy.setAttribute("aria-label", "Copy the line for the answer cell");
  const notice = make("p", { className: "descent-notice", role: "status" });
  const error = make("p", { className: "descent-error", role: "alert" });
  const bar = make("div", { className: "descent-bar" }, buttons, make("span", {}, answer, copy));
  const root = make("div", { className: "descent", role: "group" }, panel, stage, sentence, bar, notice, error);
  if (form.recorded && form.controls.some((spec) => spec.rest))
    panel.after(make("p", { className: "descent-note" }, "Grey controls are at rest on this page; they move in JupyterLab."));
  root.setAttribute("aria-label", form.title);
  el.append(root);

  let decoded = Promise.resolve();
  function showBackground() {
    const old = image.src;
    image.src = URL.createObjectURL(new Blob([model.get("_background")], { type: "image/png" }));
    if (old) URL.revokeObjectURL(old);
    decoded = image.decode().catch(() => {});
  }

  function arrange() {
    const width = stage.clientWidth;
    if (!width) return; // it is not on the page yet
    layout = layOut(form, picture().panels, width);
    // Panels below each other are higher than a phone: what plays, and answers, stands above the first of them.
    const stacked = layout.parts.length > 1;
    if (stacked !== (stage.previousElementSibling === notice))
      stacked ? stage.before(bar, notice) : sentence.after(bar, notice);
    stage.style.height = `${layout.height}px`;
    handles.forEach((each) => each.place());
  }

  function showPicture() {
    const now = picture();
    arrange();
    if (arrived()) {
      for (const [name, value] of Object.entries(now.values)) controls[name]?.show(value); // some are hidden
      offerOnly();
      clearTimeout(waiting);
      waiting = setTimeout(() => sentence.setAttribute("aria-busy", "false"), 400);
    }
    now.handles.forEach((spec, number) => {
      handles[number] ??= handle(stage, number, (drag) => request({}, drag), form.recorded, way);
      handles[number].show(spec, arrived());
    });
    sentence.replaceChildren(now.sentence);
    if (now.goal) sentence.append(" ", make("strong", { className: now.met ? "descent-met" : "" }, now.goal));
    canvas.setAttribute("aria-label", sentence.textContent);
    answer.textContent = now.answer.replaceAll("\n", "; ");
    copy.hidden = !now.answer;
    error.textContent = now.error;
    decoded.then(repaint);
  }
  const repaint = () => paint(canvas, image, picture(), form, layout);

  model.on("change:_background", showBackground);
  model.on("change:_picture", showPicture);
  const resized = new ResizeObserver(() => {
    arrange();
    repaint();
  });
  resized.observe(stage);
  showBackground();
  showPicture();
  return () => {
    players.forEach((playing) => playing.pause());
    clearTimeout(waiting);
    resized.disconnect();
    model.off("change:_background", showBackground);
    model.off("change:_picture", showPicture);
    URL.revokeObjectURL(image.src);
  };
}

export default { render };
