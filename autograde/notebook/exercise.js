// The buttons of the exercise card. Python has put the functions of handin.js and desk.js before these lines.

const LATER = 300; // milliseconds after a save, when the other cards of a file check

// Notes which card of a file was used last: at a save it answers first.
const used = (file, el) => ((window.agUsed ??= {})[file] = el);

function isFirst(file, el) {
  const last = window.agUsed?.[file];
  return !last?.isConnected || last === el;
}

async function openBeside(place, line) {
  const { app } = place;
  let opened = place.opened(place.file());
  if (opened) {
    app.shell.activateById(opened.id);
  } else {
    const beside = place.widgets().find((each) => each.id === window.agBeside);
    const options = beside
      ? { mode: "tab-after", ref: beside.id }
      : { mode: "split-right", ref: place.notebook().id };
    opened = await app.commands.execute("docmanager:open", { path: place.path(place.file()), factory: "Editor", options });
    window.agBeside = opened.id;
  }
  await opened.context.ready;
  const editor = opened.content.editor;
  const position = { line: line - 1, column: 0 };
  editor.setCursorPosition(position);
  editor.revealPosition(position);
  editor.focus();
}

function goTo(place, exercise) {
  const content = place.notebook()?.content;
  const index = content?.widgets.findIndex((cell) =>
    cell.model.sharedModel.getSource().includes(`check("${exercise}")`),
  );
  if (index >= 0) {
    content.activeCellIndex = index;
    content.scrollToItem(index, "center");
  }
}

// Takes away the error under a card that has become accepted by a button: it tells of an earlier run.
function forgetError(place, el) {
  const cell = place.notebook()?.content.widgets.find((each) => each.node.contains(el));
  const outputs = cell?.model.outputs;
  for (let index = 0; index < (outputs?.length ?? 0); index++) {
    if (outputs.get(index).type === "error") {
      outputs.set(index, { output_type: "display_data", data: { "text/plain": "" }, metadata: {} });
    }
  }
}

function render({ model, el }) {
  const file = () => model.get("file");
  const place = { ...desk(el), file };
  const editor = () => place.opened(file());
  const isDirty = () => place.unsaved([file()]).length > 0;
  const body = node("div");
  const printed = node("pre", { tabindex: "0" });
  const prints = node("details", { class: "ag-prints", open: "" }, node("summary", {}, "What it printed"), printed);
  const hints = node("div");
  const solution = node("div");
  const said = spoken();
  const ask = asking(model, said);
  const saved = async () => {
    if (!isDirty()) return;
    place.saving = true;
    try {
      await editor().context.save();
    } finally {
      place.saving = false;
    }
  };
  const changes = async (what, label) => {
    await saved();
    place.rereads = true;
    ask(what, label);
  };

  const check = button("Check", async () => (await saved(), ask("check", "The check")), { class: "ag-first" });
  const hint = button("Hint", () => ask("hint", "The hint"));
  const see = button("See a solution", () => ask("solution", "The solution"));
  const open = button("Open", () => openBeside(place, model.get("line")));
  const reset = button("Reset", () => {
    confirm.hidden = false;
    sure.focus();
  });
  const undo = button("Undo", () => changes("undo", "Undo"), {
    title: "Brings back the text of the file that was kept last",
  });
  const next = button("Next", () => goTo(place, model.get("following")));
  const handIn = handInPanel(model, place, ask);
  const submit = button("Submit", handIn.look);
  const onSave = node("input", { type: "checkbox" });
  onSave.addEventListener("change", () => ask("check on save", "The setting"));
  const asksOnSave = node("label", {}, onSave, "Check on save");
  const bar = node("div", { class: "ag-bar", role: "group" }, check, hint, see, open, reset, undo, next, submit, asksOnSave);

  const close = () => {
    confirm.hidden = true;
    reset.focus();
  };
  const question = node("span");
  const sure = button("Put back", () => (close(), changes("reset", "The reset")));
  const confirm = node("div", { class: "ag-ask" }, question, sure, button("Keep my code", close));
  confirm.hidden = true;
  confirm.addEventListener("keydown", (event) => event.key === "Escape" && close());

  const watched = new Set();
  const watch = () => {
    const found = editor();
    if (!found || watched.has(found.id)) return;
    watched.add(found.id);
    found.context.model.stateChanged.connect(unsaved);
    found.context.saveState.connect((_, state) => {
      if (state !== "completed" || place.saving || !model.get("check_on_save")) return;
      setTimeout(() => ask("check", "The check"), isFirst(file(), el) ? 0 : LATER);
    });
  };
  const unsaved = () => {
    if (isDirty()) said.tell("The editor holds text that is not saved. Check saves it first.");
    else if (said.line.textContent.startsWith("The editor holds")) said.tell("");
  };
  const update = () => {
    if (body.innerHTML !== model.get("html")) body.innerHTML = model.get("html");
    printed.textContent = model.get("printed");
    prints.hidden = !model.get("printed");
    hints.innerHTML = model.get("hints");
    solution.innerHTML = model.get("solution");
    see.hidden = !model.get("offers_solution") || Boolean(model.get("solution"));
    const left = model.get("hints_left");
    hint.disabled = left === 0;
    hint.textContent = left ? `Hint ${4 - left} of 3` : "All hints shown";
    undo.disabled = !model.get("can_undo");
    next.hidden = !(place.app && model.get("following"));
    next.textContent = `Next: ${model.get("following")}`;
    submit.hidden = !model.get("submits");
    open.hidden = !place.app;
    asksOnSave.hidden = !place.app;
    onSave.checked = model.get("check_on_save");
    question.textContent = `Put ${model.get("names")} back to where it began? Your file is kept under backup/.`;
    bar.setAttribute("aria-label", model.get("names"));
  };
  const answered = async () => {
    said.tell(model.get("said"));
    if (model.get("accepted")) forgetError(place, el);
    if (!place.rereads) return;
    place.rereads = false;
    await editor()?.context.revert();
  };

  model.on("change", update);
  model.on("change:answered", answered);
  bar.addEventListener("click", () => used(file(), el));
  el.classList.add("ag-exercise");
  el.append(body, prints, hints, solution, bar, confirm, handIn.panel, said.line);
  update();
  setTimeout(watch);
  place.app?.shell.layoutModified?.connect(watch);
  if (place.app) setTimeout(unsaved, 50);
  else said.tell("Save your file before you check it.");
  return () => {
    said.end();
    place.app?.shell.layoutModified?.disconnect(watch);
  };
}

export default { render };
