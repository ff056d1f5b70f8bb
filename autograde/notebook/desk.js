// What the cards share: buttons, JupyterLab's side, and the lines that say what runs. elements.js stands before.
// `window.jupyterapp` is JupyterLab itself, where its page allows that (`exposeAppInBrowser`).

const SLOW = 1000; // milliseconds after which a card says what it waits for

function button(label, act, attributes = {}) {
  const made = node("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", act);
  return made;
}

// JupyterLab's side of a card: its notebook, and the documents that are open beside it.
function desk(el) {
  const app = window.jupyterapp;
  const widgets = () => (app ? [...app.shell.widgets("main")] : []);
  const notebook = () => widgets().find((each) => each.node.contains(el));
  const path = (file) => {
    const parts = notebook().context.path.split("/").slice(0, -1);
    for (const part of file.split("/")) {
      if (part === "..") parts.pop();
      else if (part !== ".") parts.push(part);
    }
    return parts.join("/");
  };
  const opened = (file) =>
    notebook() && widgets().find((each) => each.context?.path === path(file) && each.content?.editor);
  const unsaved = (files) => files.map(opened).filter((each) => each?.context.model.dirty);
  return { app, widgets, notebook, path, opened, unsaved };
}

// A line below the buttons, read aloud as it changes; `wait` lets it say what runs, and since when.
function spoken() {
  const line = node("div", { class: "ag-say", role: "status", "aria-live": "polite" });
  let waiting = null;
  const tell = (text) => {
    clearInterval(waiting);
    if (line.textContent !== text) line.textContent = text;
  };
  const wait = (what) => {
    clearInterval(waiting);
    const began = Date.now();
    waiting = setInterval(() => {
      const passed = Date.now() - began;
      if (passed < SLOW) return;
      line.textContent = `${what} runs since ${Math.round(passed / 1000)} s.`;
    }, 500);
  };
  return { line, tell, wait, end: () => clearInterval(waiting) };
}

// Returns what asks the kernel to do something, and says so where that cannot be.
function asking(model, said) {
  model.on("comm_live_update", () => said.tell(GONE));
  return (what, label) => {
    said.wait(label);
    const gone = send(model, { do: what });
    if (gone) said.tell(gone);
  };
}
