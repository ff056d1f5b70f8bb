// The stepper. The model holds steps, each with name, title, role, rule, tables (the last one is the result) and,
// where nothing can be shown yet, missing; and what is shown: position, and row and column of the chosen number.

const plain = (cell) => (typeof cell === "number" ? String(Number(cell.toFixed(3))).replace("-", "−") : cell);
const factor = (cell) => (cell < 0 ? `(${plain(cell)})` : plain(cell));

function products(left, right) {
  return left.map((number, index) => `${factor(number)} · ${factor(right[index])}`).join(" + ");
}

// How the chosen number of the result came about, in numbers.
function arithmetic(step, row, column) {
  const [left, right] = step.tables.map((table) => table.cells);
  if (step.rule === "column") return products(left[row], right.map((cells) => cells[column]));
  if (step.rule === "row") return products(left[row], right[column]);
  if (step.rule === "divide") return `${plain(left[row][column])} / √4`;
  return `e^${plain(left[row][column])} / (${left[row].map((cell) => `e^${plain(cell)}`).join(" + ")})`;
}

// Whether a cell of a table takes part in the chosen number.
function takesPart(step, place, row, column, chosen) {
  if (place === step.tables.length - 1) return row === chosen.row && column === chosen.column;
  if (place === 0) return row === chosen.row && (step.rule !== "divide" || column === chosen.column);
  return step.rule === "row" ? row === chosen.column : column === chosen.column;
}

function render({ model, el }) {
  const steps = model.get("steps");
  const say = node("p", { class: "st-say", "aria-live": "polite" });
  const title = node("strong", { class: "st-title" });
  const stage = node("div", { class: "st-stage" });
  let buttons = [];

  function change(values) {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
  }

  function go(position) {
    change({ position: Math.max(0, Math.min(steps.length - 1, position)) });
  }

  const back = node("button", {}, "◀ Back");
  const next = node("button", {}, "Next ▶");
  back.addEventListener("click", () => go(model.get("position") - 1));
  next.addEventListener("click", () => go(model.get("position") + 1));
  const chips = steps.map((step, position) => {
    const chip = node("button", { class: `st-chip st-${step.role || "x"}`, title: step.title }, step.name);
    if (step.missing) chip.classList.add("st-missing");
    chip.addEventListener("click", () => go(position));
    return chip;
  });

  function move(event, row, column) {
    const way = arrow(event);
    if (!way) return;
    const [down, right] = way;
    if (!buttons[row + down]?.[column + right]) return;
    change({ row: row + down, column: column + right });
    buttons[row + down][column + right].focus();
  }

  function number(table, row, column, chosen, isResult) {
    const text = plain(table.cells[row][column]);
    if (!isResult) return text;
    const here = row === chosen.row && column === chosen.column;
    const label = `${table.rows[row]}, ${table.columns[column]}: ${text}`;
    const made = node("button", { "aria-label": label, "aria-pressed": here, tabindex: here ? 0 : -1 }, text);
    made.addEventListener("click", () => {
      change({ row, column });
      buttons[row][column].focus();
    });
    made.addEventListener("keydown", (event) => move(event, row, column));
    (buttons[row] ||= [])[column] = made;
    return made;
  }

  function drawTable(step, table, place, chosen) {
    const most = Math.max(...table.cells.flat().map((cell) => Math.abs(cell) || 0), 1e-9);
    const head = table.columns.map((column) => node("th", { scope: "col" }, column));
    const body = table.cells.map((cells, row) =>
      node("tr", {}, node("th", { scope: "row" }, table.rows[row]),
        ...cells.map((cell, column) => {
          const part = takesPart(step, place, row, column, chosen) ? "st-part" : "";
          const made = node("td", { class: part, style: `--st-strength: ${Math.abs(cell) / most || 0}` });
          made.append(number(table, row, column, chosen, place === step.tables.length - 1));
          return made;
        })));
    return node("table", { class: `st-${table.role || "x"}` },
      node("caption", {}, table.name), node("tr", {}, node("td"), ...head), ...body);
  }

  function draw() {
    const position = model.get("position");
    const step = steps[position];
    title.textContent = `Step ${position + 1} of ${steps.length}. ${step.title}`;
    back.disabled = position === 0;
    next.disabled = position === steps.length - 1;
    chips.forEach((chip, index) => {
      if (index === position) chip.setAttribute("aria-current", "step");
      else chip.removeAttribute("aria-current");
    });
    const result = step.tables[step.tables.length - 1];
    if (!result) {
      stage.replaceChildren(node("p", { class: "st-wait" }, step.missing));
      say.textContent = "";
      return;
    }
    const chosen = {
      row: Math.min(model.get("row"), result.rows.length - 1),
      column: Math.min(model.get("column"), result.columns.length - 1),
    };
    buttons = [];
    const signs = { column: ["·", "="], row: ["· ⊤", "="], divide: ["/ √4 =", ""], softmax: ["softmax:", ""] };
    const drawn = step.tables.map((table, place) => drawTable(step, table, place, chosen));
    stage.replaceChildren(...drawn.flatMap((table, place) =>
      place < drawn.length - 1 ? [table, node("span", { class: "st-sign", "aria-hidden": "true" }, signs[step.rule][place])] : [table]));
    const value = plain(result.cells[chosen.row][chosen.column]);
    const column = result.columns[chosen.column];
    const where = `“${result.rows[chosen.row]}”, ${/\d/.test(column) ? `column ${column}` : `“${column}”`}`;
    const isRounded = step.tables.some((table) => table.cells.flat().some((cell) => cell !== Number(plain(cell).replace("−", "-"))));
    const made = step.rule === "given" ? "" : `${arithmetic(step, chosen.row, chosen.column)} ${isRounded ? "≈" : "="} `;
    say.textContent = `${where}: ${made}${value}`;
  }

  for (const name of ["position", "row", "column"]) model.on(`change:${name}`, draw);
  el.append(node("div", { class: "st" },
    node("div", { class: "st-bar", role: "group", "aria-label": "steps" }, back, next, ...chips),
    node("p", { class: "st-head", "aria-live": "polite" }, title), stage, say,
    node("p", { class: "st-help" }, "Choose a number of the result, with the mouse or the arrow keys, to see how it comes about.")));
  draw();
}

export default { render };
