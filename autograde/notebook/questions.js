// Questions without points. Python has put the functions of elements.js before these lines.
// An item without `given` is open; the kernel keeps an answer and sends what is right along with it.

function marked(tag, item, text, attributes = {}) {
  const made = node(tag, attributes);
  made.innerHTML = item.html[text] ?? ""; // made by Python, which escapes it
  return made;
}

// Each way to answer returns what to show and how to read the answer; "" is none.
const ways = {
  choice(item, name) {
    const rows = item.choices.map((choice) => {
      const input = node("input", { type: "radio", name, value: choice });
      return node("label", {}, input, marked("span", item, choice));
    });
    const all = node("div", { class: "ag-choices" }, ...rows);
    return { shown: all, read: () => all.querySelector(":checked")?.value ?? "" };
  },
  number() {
    const input = node("input", { type: "text", inputmode: "decimal", size: "10", "aria-label": "A number" });
    return { shown: input, read: () => input.value.trim() };
  },
  order(item) {
    const list = node("ol", { class: "ag-order" });
    const move = (row, by) => {
      const rows = [...list.children];
      const other = rows[rows.indexOf(row) + by];
      if (!other) return;
      if (by < 0) other.before(row);
      else other.after(row);
      row.querySelector(by < 0 ? ".ag-up" : ".ag-down").focus();
    };
    for (const choice of item.choices) {
      const row = node("li", { "data-choice": choice });
      const words = marked("span", item, choice);
      const name = words.textContent;
      const up = node("button", { type: "button", class: "ag-up", "aria-label": `${name}: move up` }, "↑");
      const down = node("button", { type: "button", class: "ag-down", "aria-label": `${name}: move down` }, "↓");
      up.addEventListener("click", () => move(row, -1));
      down.addEventListener("click", () => move(row, 1));
      row.append(up, down, words);
      list.append(row);
    }
    return { shown: list, read: () => [...list.children].map((row) => row.dataset.choice).join(" > ") };
  },
};

function open(item, send) {
  const way = ways[item.kind](item, `${item.id} ${Math.random()}`);
  const commit = node("button", { type: "submit" }, "Answer");
  const form = node("form", {}, way.shown, commit);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (way.read()) send({ id: item.id, given: way.read() });
  });
  form.addEventListener("keydown", (event) => event.stopPropagation()); // keys of the notebook
  return form;
}

function answered(item, send, closed) {
  const sign = item.right ? "✓" : "✗";
  const line = (name, text) =>
    node("div", { class: "ag-line" }, node("span", { class: "ag-name" }, name), marked("span", item, text));
  const verdict = node("div", { class: item.right ? "ag-good" : "ag-other" }, `${sign} ${item.verdict}`);
  const shown = node("div", { class: "ag-beside" }, line("You", item.given), line("It is", item.answer), verdict);
  shown.append(marked("p", item, item.because));
  if (closed) return shown;
  const again = node("button", { type: "button", class: "ag-again" }, "Ask me again");
  again.addEventListener("click", () => send({ id: item.id, given: null }));
  shown.append(again);
  return shown;
}

function render({ model, el }) {
  const title = node("h4");
  const list = node("ol", { class: "ag-list" });
  const said = node("div", { class: "ag-said", role: "status", "aria-live": "polite" });
  const drawn = new Map(); // what each item was drawn from
  let asked = "";
  const ask = (message) => {
    asked = message.id;
    said.textContent = send(model, message);
  };

  const draw = (item) => {
    const closed = model.get("closed");
    const label = marked("legend", item, item.ask);
    const box = node("fieldset", {}, label);
    if (item.lesson) label.append(node("span", { class: "ag-from" }, ` (lesson ${item.lesson})`));
    if (item.given !== null) box.append(answered(item, ask, closed));
    else box.append(closed ? node("div", { class: "ag-from" }, "Not answered.") : open(item, ask));
    return node("li", {}, box);
  };
  const update = () => {
    title.textContent = model.get("title");
    title.hidden = !model.get("title");
    for (const item of model.get("items")) {
      const text = JSON.stringify(item);
      const before = drawn.get(item.id);
      if (before?.text === text) continue;
      const shown = draw(item);
      if (before) before.shown.replaceWith(shown);
      else list.append(shown);
      drawn.set(item.id, { text, shown });
      if (asked === item.id) shown.querySelector("button, input")?.focus();
    }
    list.classList.toggle("ag-single", model.get("items").length === 1);
  };
  const tell = () => (said.textContent = model.get("said").replace(/[`*]/g, ""));

  model.on("change:items", update);
  model.on("change:said", tell);
  el.classList.add("ag-questions");
  el.append(title, list, said);
  update();
}

export default { render };
