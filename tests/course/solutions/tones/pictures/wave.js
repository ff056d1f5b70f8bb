// Draws one second of a tone as a line.

const WIDTH = 300;
const HEIGHT = 100;

function point(frequency, x) {
  const angle = (2 * Math.PI * frequency * x) / WIDTH;
  return `${x},${(HEIGHT / 2) * (1 - Math.sin(angle))}`;
}

function render({ model, el }) {
  const points = Array.from({ length: WIDTH + 1 }, (_, x) => point(model.get("frequency"), x));
  const line = `<polyline fill="none" stroke="currentColor" points="${points.join(" ")}"/>`;
  el.innerHTML = `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${line}</svg>`;
}

export default { render };
