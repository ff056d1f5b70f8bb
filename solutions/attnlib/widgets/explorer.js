// The attention explorer: who looks at whom, one head at a time.
// The model holds weights (flat), shape [layers, heads, queries, keys], query_tokens, key_tokens,
// and what is shown: layer, head, side ("query" or "key") and token (-1: all of them). Where text is there,
// it can be typed, and the kernel answers with other weights, or with a note.

const ROW = 26;
const WIDTH = 220;
let count = 0;

// The second decimal as Python rounds it: 0.205 lies a little below and is 0.20 in the text too.
function percent(weight) {
  return `${Math.round(100 * Number(weight.toFixed(2)))} %`;
}

function choice(name, length) {
  const options = Array.from({ length }, (_, index) => node("option", { value: index }, String(index)));
  return { name, select: node("select", { "aria-label": name }, ...options), length };
}

const PAUSE = 350; // milliseconds after a key before a text is read

function line({ model }) {
  const input = node("input", { type: "text", "aria-label": "your sentence", spellcheck: "false" });
  input.value = model.get("text");
  const note = node("p", { class: "ax-note", "aria-live": "polite" });
  const tell = () => (note.textContent = model.isPage ? "In JupyterLab you can type another sentence here." : model.get("note"));
  input.readOnly = Boolean(model.isPage);
  let timer;
  input.addEventListener("keydown", (event) => event.stopPropagation());
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      model.set("text", input.value);
      model.save_changes();
    }, PAUSE);
  });
  model.on("change:note", tell);
  tell();
  return node("div", { class: "ax ax-line" }, node("label", { class: "ax-typed" }, "Your sentence", input), note);
}

function render({ model, el }) {
  const stage = node("div");
  if (typeof model.get("text") === "string") el.append(line({ model }));
  el.append(stage);
  let stop = explorer({ model, el: stage });
  model.on("change:weights", () => {
    stop();
    stage.replaceChildren();
    stop = explorer({ model, el: stage });
  });
}

// Draws the explorer into an element; returns what makes it deaf to further changes.
function explorer({ model, el }) {
  const id = `ax-${Date.now()}-${count++}`;
  const [layers, heads, queries, keys] = model.get("shape");
  const tokens = { query: model.get("query_tokens"), key: model.get("key_tokens") };
  const weights = model.get("weights");
  const lists = {};
  let hovered = null;

  const weight = (query, key) =>
    weights[((model.get("layer") * heads + model.get("head")) * queries + query) * keys + key];
  const chosen = () => ({ side: model.get("side"), token: model.get("token") });
  const along = ({ side, token }, other) => (side === "query" ? weight(token, other) : weight(other, token));

  function change(values) {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
  }

  function controls() {
    const bar = node("div", { class: "ax-bar" });
    const choices = [choice("layer", layers), choice("head", heads)].filter(({ length }) => length > 1);
    for (const { name, select } of choices) {
      select.addEventListener("change", () => change({ [name]: Number(select.value) }));
      bar.append(node("label", {}, name === "layer" ? "Layer" : "Head", select));
    }
    const cut = node("input", { type: "range", min: 0, max: 50, value: 3, "aria-label": "hide weights below" });
    const shown = node("output");
    cut.addEventListener("input", draw);
    bar.append(node("label", {}, "Hide below", cut, shown));
    return { bar, choices, cut, shown };
  }

  function column(side, title, label) {
    const list = node("div", { class: "ax-list", role: "listbox", tabindex: 0, "aria-label": label });
    tokens[side].forEach((text, token) => {
      const option = node("div", { class: "ax-token", role: "option", id: `${id}-${side}-${token}`, title: text });
      option.append(node("span", { class: "ax-number" }), text);
      option.addEventListener("click", () => change({ side, token }));
      option.addEventListener("mouseenter", () => draw((hovered = { side, token })));
      list.append(option);
    });
    list.addEventListener("mouseleave", () => draw((hovered = null)));
    list.addEventListener("focus", () => {
      if (chosen().side !== side || chosen().token < 0) change({ side, token: 0 });
    });
    list.addEventListener("keydown", (event) => press(event, side));
    lists[side] = list;
    return node("div", { class: "ax-side" }, node("div", { class: "ax-title" }, title), list);
  }

  function press(event, side) {
    const last = tokens[side].length - 1;
    const token = chosen().token;
    const head = model.get("layer") * heads + model.get("head");
    const turn = (by) => {
      const next = (head + by + layers * heads) % (layers * heads);
      return { layer: Math.floor(next / heads), head: next % heads };
    };
    const moves = {
      ArrowDown: { side, token: Math.min(last, token + 1) },
      ArrowUp: { side, token: Math.max(0, token - 1) },
      Home: { side, token: 0 },
      End: { side, token: last },
      ArrowRight: turn(1),
      ArrowLeft: turn(-1),
      Escape: { token: -1 },
    };
    if (!(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey) return;
    // The notebook around us would move to another cell.
    event.preventDefault();
    event.stopPropagation();
    hovered = null;
    change(moves[event.key]);
  }

  function connection(query, key, focus) {
    const value = weight(query, key);
    const strong = focus.token < 0 || focus.token === (focus.side === "query" ? query : key);
    const look = strong
      ? { "stroke-width": 0.5 + 5 * value, "stroke-opacity": focus.token < 0 ? value : 0.2 + 0.8 * value }
      : { "stroke-width": 1, "stroke-opacity": 0.2 * value };
    return shape("line", { x1: 3, x2: WIDTH - 3, y1: (query + 0.5) * ROW, y2: (key + 0.5) * ROW, ...look });
  }

  function draw() {
    const focus = hovered || chosen();
    const least = panel.cut.value / 100;
    panel.shown.textContent = percent(least);
    for (const { name, select } of panel.choices) select.value = model.get(name);
    const drawn = [];
    for (let query = 0; query < queries; query++)
      for (let key = 0; key < keys; key++)
        if (weight(query, key) >= least) drawn.push(connection(query, key, focus));
    lines.replaceChildren(...drawn);
    for (const side of ["query", "key"]) mark(side, focus, least);
    say.textContent = sentence(focus);
  }

  function mark(side, focus, least) {
    const { side: mine, token } = chosen();
    [...lists[side].children].forEach((option, index) => {
      const value = focus.token >= 0 && focus.side !== side ? along(focus, index) : 0;
      option.setAttribute("aria-selected", mine === side && token === index);
      option.style.setProperty("--ax-weight", value);
      option.firstChild.textContent = value > 0 && value >= least ? value.toFixed(2) : "";
    });
    const active = mine === side && token >= 0;
    if (active) lists[side].setAttribute("aria-activedescendant", `${id}-${side}-${token}`);
    else lists[side].removeAttribute("aria-activedescendant");
  }

  function sentence(focus) {
    const place = layers * heads > 1 ? `Layer ${model.get("layer")}, head ${model.get("head")}: ` : "";
    if (focus.token < 0) return `${place}all ${queries} × ${keys} weights. Choose a token to read its own.`;
    const others = tokens[focus.side === "query" ? "key" : "query"];
    const best = others
      .map((text, index) => [along(focus, index), text])
      .sort((left, right) => right[0] - left[0])
      .slice(0, 3)
      .map(([value, text]) => `“${text}” ${percent(value)}`);
    const verb = focus.side === "query" ? "looks most at" : "is looked at most by";
    return `${place}“${tokens[focus.side][focus.token]}” ${verb} ${best.join(", ")}.`;
  }

  const panel = controls();
  const height = ROW * Math.max(queries, keys);
  const stretches = { viewBox: `0 0 ${WIDTH} ${height}`, preserveAspectRatio: "none" }; // where there is less room
  const lines = shape("svg", { class: "ax-lines", width: WIDTH, height, ...stretches, "aria-hidden": "true" });
  const say = node("p", { class: "ax-say", "aria-live": "polite" });
  const turning = layers * heads > 1 ? " Left and right: head." : "";
  el.append(
    node("div", { class: "ax" }, panel.bar,
      node("div", { class: "ax-main" },
        column("query", "looks (query)", "queries: the token that looks"), lines,
        column("key", "is looked at (key)", "keys: the token that is looked at")),
      say, node("p", { class: "ax-help" }, `Keys: up and down: token.${turning} Escape: all.`)));
  let isShown = true;
  for (const name of ["layer", "head", "side", "token"]) model.on(`change:${name}`, () => isShown && draw());
  draw();
  return () => (isShown = false);
}

export default { render };
