// What `submit()` shows. The functions of handin.js stand before these lines.

function render({ model, el }) {
  const place = desk(el);
  const said = spoken();
  const { panel } = handInPanel(model, place, asking(model, said));
  const unsaved = () => {
    const names = place.unsaved(model.get("taken")).map((each) => each.context.path.split("/").pop());
    if (names.length) said.tell(`Not saved in the editor: ${names.join(", ")}. Hand in saves it first.`);
  };
  model.on("change:answered", () => said.tell(model.get("said")));
  el.classList.add("ag-exercise");
  el.append(panel, said.line);
  if (place.app) setTimeout(unsaved, 50);
  return said.end;
}

export default { render };
