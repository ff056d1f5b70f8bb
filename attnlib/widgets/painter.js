// The mask painter. The model holds scores (queries x keys), query_tokens, key_tokens, and cells: for each
// pair whether the query may look at the key. Each click hides a pair or shows it again.

function masked(scores, cells) {
  const top = Math.max(...scores.filter((_, key) => cells[key]));
  const strengths = scores.map((score, key) => (cells[key] ? Math.exp(score - top) : 0));
  const total = strengths.reduce((sum, strength) => sum + strength, 0);
  return strengths.map((strength) => (total > 0 ? strength / total : 0));
}

function render({ model, el }) {
  const [scores, queries, keys] = ["scores", "query_tokens", "key_tokens"].map((name) => model.get(name));
  const say = node("p", { class: "sl-say", "aria-live": "polite" });
  let last = 0;

  function paint(rule) {
    model.set("cells", model.get("cells").map((row, query) => row.map((cell, key) => rule(cell, query, key))));
    model.save_changes();
  }

  function cell(query, key) {
    const tabindex = query === 0 && key === 0 ? 0 : -1;
    const made = node("button", { class: "sl-cell", tabindex, "aria-label": `${queries[query]} looks at ${keys[key]}` });
    made.addEventListener("click", () => {
      last = query;
      paint((old, i, j) => (i === query && j === key ? !old : old));
    });
    made.addEventListener("keydown", (event) => step(event, query, key));
    return made;
  }

  function step(event, query, key) {
    const way = arrow(event);
    if (!way) return;
    const [down, right] = way;
    const next = buttons[query + down]?.[key + right];
    if (!next) return;
    event.target.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  function draw() {
    const cells = model.get("cells");
    buttons.forEach((row, query) => {
      const weights = masked(scores[query], cells[query]);
      row.forEach((button, key) => {
        button.setAttribute("aria-pressed", cells[query][key]);
        button.style.setProperty("--sl-weight", weights[key]);
        button.textContent = cells[query][key] ? weights[key].toFixed(2) : "–";
      });
    });
    const weights = masked(scores[last], cells[last]);
    const list = keys.map((key, index) => `${key} ${weights[index].toFixed(2)}`).filter((_, key) => cells[last][key]);
    const seen = list.length ? `: ${list.join(", ")}` : "";
    say.textContent = `“${queries[last]}” may look at ${list.length} of ${keys.length} tokens${seen}.`;
  }

  const buttons = queries.map((_, query) => keys.map((_, key) => cell(query, key)));
  const heads = keys.map((key) => node("span", { class: "sl-key" }, key));
  const rows = queries.flatMap((query, index) => [node("span", { class: "sl-query" }, query), ...buttons[index]]);
  const columns = `grid-template-columns: max-content repeat(${keys.length}, minmax(58px, max-content))`;
  const table = node("div", { class: "sl-table", style: columns }, node("span"), ...heads, ...rows);
  const presets = Object.entries({
    "everything": () => true,
    "causal": (_, query, key) => key <= query,
    "nothing": () => false,
  }).map(([name, rule]) => {
    const button = node("button", {}, name);
    button.addEventListener("click", () => paint(rule));
    return button;
  });
  model.on("change:cells", draw);
  el.append(node("div", { class: "sl" },
    node("div", { class: "sl-bar" }, "Allow", ...presets), table, say,
    node("p", { class: "sl-help" }, "Rows look, columns are looked at. Click a pair, or use the arrow keys and Space.")));
  draw();
}

export default { render };
