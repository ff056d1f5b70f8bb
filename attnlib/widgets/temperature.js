// The temperature slider. The model holds labels, temperatures, weights (one row for each temperature)
// and position, the temperature that is shown. The weights were computed by the learner's function.

const STEP = 68;
const HEIGHT = 150;

function render({ model, el }) {
  const [labels, temperatures, weights] = ["labels", "temperatures", "weights"].map((name) => model.get(name));
  const slider = node("input", { type: "range", min: 0, max: temperatures.length - 1, "aria-label": "temperature" });
  const shown = node("output");
  const say = node("p", { class: "sl-say", "aria-live": "polite" });
  const drawing = shape("svg", {
    class: "sl-drawing", width: STEP * labels.length, height: HEIGHT + 40, "aria-hidden": "true",
  });

  function bar(weight, index) {
    const [middle, height] = [(index + 0.5) * STEP, Math.max(1, HEIGHT * weight)];
    const top = 20 + HEIGHT - height;
    return [
      shape("rect", { x: middle - 22, y: top, width: 44, height, rx: 2 }),
      shape("text", { x: middle, y: top - 5 }, weight.toFixed(2)),
      shape("text", { x: middle, y: HEIGHT + 36 }, labels[index]),
    ];
  }

  function draw() {
    const position = model.get("position");
    const row = weights[position];
    slider.value = position;
    shown.textContent = `T = ${temperatures[position]}`;
    drawing.replaceChildren(
      ...row.flatMap(bar), shape("line", { x1: 0, x2: STEP * labels.length, y1: HEIGHT + 20.5, y2: HEIGHT + 20.5 }));
    const spread = row.map((weight, index) => `${labels[index]}: ${weight.toFixed(2)}`).join(", ");
    say.textContent = `Temperature ${temperatures[position]}. ${spread}.`;
  }

  slider.addEventListener("input", () => {
    model.set("position", Number(slider.value));
    model.save_changes();
  });
  model.on("change:position", draw);
  el.append(node("div", { class: "sl" },
    node("div", { class: "sl-bar" }, node("label", {}, "Temperature", slider), shown), drawing, say));
  draw();
}

export default { render };
