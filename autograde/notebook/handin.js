// Handing in: what goes in, and the button that hands it in. The functions of desk.js stand before these lines.

// Returns the panel; `look` shows what would go in now. `tell` asks the kernel, `taken` are the files of the package.
function handInPanel(model, place, tell) {
  const shown = node("div");
  const taken = () => model.get("taken");
  const save = async () => {
    const notebook = place.notebook()?.context;
    const open = [...place.unsaved(taken()).map((each) => each.context), ...(notebook ? [notebook] : [])];
    for (const context of open) await context.save();
  };
  const ask = async (what, label) => (await save(), tell(what, label));
  const look = () => ask("look", "The public checks");
  const close = () => tell("not yet", "The answer");
  const sure = button("Hand in", () => ask("hand in", "Handing in"), { class: "ag-first" });
  const asked = node("div", { class: "ag-bar", role: "group" }, sure, button("Not yet", close));
  asked.setAttribute("aria-label", "Hand in");
  const panel = node("div", {}, shown, asked);
  let asks = model.get("asks");
  const update = () => {
    shown.innerHTML = model.get("handing");
    asked.hidden = !model.get("asks");
    panel.hidden = !model.get("handing");
    if (model.get("asks") && !asks) sure.focus();
    asks = model.get("asks");
  };
  for (const name of ["handing", "asks"]) model.on(`change:${name}`, update);
  update();
  return { panel, look };
}
