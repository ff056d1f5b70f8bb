// The scaling demonstration. The model holds sizes (of a head), panels (for each name and each size:
// shares of the scores in equal bins, their deviation, and the weights, largest first), reach (the scores
// lie between -reach and reach) and position, the size that is shown.

const WIDTH = 300;
const HEIGHT = 110;
const TALLEST = 0.45; // the share of the fullest bin, that of the smallest head

function histogram(shares, reach) {
  const width = WIDTH / shares.length;
  const bars = shares.map((share, index) => {
    const height = share > 0 ? Math.max(1, (HEIGHT * share) / TALLEST) : 0;
    return shape("rect", { class: "sl-score", x: index * width, y: HEIGHT - height, width: width - 0.5, height });
  });
  const marks = [-reach, 0, reach].map((score, index) =>
    shape("text", { x: [16, WIDTH / 2, WIDTH - 16][index], y: HEIGHT + 16 }, String(score).replace("-", "−")));
  return shape("svg", { class: "sl-drawing", width: WIDTH, height: HEIGHT + 20, "aria-hidden": "true" },
    ...bars, shape("line", { x1: 0, x2: WIDTH, y1: HEIGHT + 0.5, y2: HEIGHT + 0.5 }), ...marks);
}

function bars(weights) {
  const width = WIDTH / weights.length;
  const drawn = weights.flatMap((weight, index) => {
    const height = Math.max(1, 80 * weight);
    return [
      shape("rect", { x: index * width + 4, y: 98 - height, width: width - 8, height }),
      shape("text", { x: (index + 0.5) * width, y: 94 - height }, weight.toFixed(2)),
    ];
  });
  return shape("svg", { class: "sl-drawing", width: WIDTH, height: 100, "aria-hidden": "true" },
    ...drawn, shape("line", { x1: 0, x2: WIDTH, y1: 98.5, y2: 98.5 }));
}

function render({ model, el }) {
  const [sizes, panels, reach] = ["sizes", "panels", "reach"].map((name) => model.get(name));
  const slider = node("input", { type: "range", min: 0, max: sizes.length - 1, "aria-label": "d_head" });
  const shown = node("output");
  const place = node("div", { class: "sl-panels" });
  const say = node("p", { class: "sl-say", "aria-live": "polite" });

  function draw() {
    const position = model.get("position");
    slider.value = position;
    shown.textContent = `d_head = ${sizes[position]}`;
    const now = panels.map(({ name, steps }) => ({ name, ...steps[position] }));
    place.replaceChildren(...now.map(({ name, shares, deviation, weights }) =>
      node("div", {},
        node("div", { class: "sl-title" }, name),
        node("div", {}, `scores: standard deviation ${deviation.toFixed(1)}`), histogram(shares, reach),
        node("div", {}, "softmax over 8 keys, the largest weight first"), bars(weights))));
    const largest = now.map(({ name, weights }) => `${name}: largest weight ${Math.max(...weights).toFixed(2)}`);
    say.textContent = `d_head ${sizes[position]}. ${largest.join("; ")}.`;
  }

  slider.addEventListener("input", () => {
    model.set("position", Number(slider.value));
    model.save_changes();
  });
  model.on("change:position", draw);
  el.append(node("div", { class: "sl" },
    node("div", { class: "sl-bar" }, node("label", {}, "Size of a head", slider), shown), place, say));
  draw();
}

export default { render };
