// What the modules of all widgets share: Python puts these lines before theirs.

const SVG = "http://www.w3.org/2000/svg";

function node(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function shape(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

// Where an arrow key leads in a table, as [down, right]; null for any other key. The notebook around us, which
// would move to another cell or run this one, hears of neither arrows nor presses.
function arrow(event) {
  const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  if (!(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey) {
    if (event.key === " " || (event.key === "Enter" && !event.shiftKey)) event.stopPropagation();
    return null;
  }
  event.preventDefault();
  event.stopPropagation();
  return moves[event.key];
}

const GONE = "The kernel was restarted. Run the first cell of this notebook, then this one again.";

// Asks the kernel for something; returns "", or why that cannot be: a new kernel knows of no widget before it.
function send(model, message) {
  try {
    model.send(message);
    return "";
  } catch {
    return GONE;
  }
}
