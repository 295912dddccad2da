// The line before what is folded: a button, so that the keyboard reaches it and a screen reader says whether it is open.
function render({ model, el }) {
  const head = document.createElement("button");
  head.type = "button";
  head.className = "runbook-fold";
  head.textContent = model.get("description");
  const tell = () => head.setAttribute("aria-expanded", String(model.get("is_open")));
  head.addEventListener("click", () => {
    model.set("is_open", !model.get("is_open"));
    model.save_changes();
  });
  model.on("change:is_open", tell);
  tell();
  el.append(head);
}

export default { render };
