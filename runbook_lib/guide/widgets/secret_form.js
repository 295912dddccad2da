// A form for secrets. What is typed lives in the boxes of this page alone: it is sent once, as a message, when the
// button is pressed, and the boxes are emptied at once. Nothing of it is state of the widget, so that JupyterLab has
// nothing to save, whatever its setting "Save Widget State Automatically" says.

function render({ model, el }) {
  const form = document.createElement("form");
  form.className = "runbook-secrets";
  form.autocomplete = "off";
  const boxes = model.get("fields").map((field) => box(form, field));
  const button = document.createElement("button");
  button.type = "submit";
  button.className = "jupyter-button mod-primary";
  button.textContent = model.get("button");
  button.setAttribute("data-lm-suppress-shortcuts", "true");
  form.append(button);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target === button) return; // inside JupyterLab a browser does not do this by itself
    event.preventDefault();
    form.requestSubmit(button);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true"); // it keeps the focus, and nothing is sent twice
    const values = Object.fromEntries(boxes.map((box) => [box.name, box.read()]));
    boxes.forEach((box) => box.clear());
    model.send({ submit: values });
  });
  model.on("msg:custom", (message) => message.answered && button.removeAttribute("aria-disabled"));
  el.append(form);
}

function box(form, field) {
  const label = document.createElement("label");
  const input = document.createElement("input");
  const is_tick = field.kind === "tick";
  input.type = is_tick ? "checkbox" : "password";
  input.autocomplete = "off";
  input.spellcheck = false;
  input.setAttribute("data-lm-suppress-shortcuts", "true");
  const name = document.createElement("span");
  name.textContent = field.label;
  label.append(...(is_tick ? [input, name] : [name, input]));
  form.append(label);
  return {
    name: field.name,
    read: () => (is_tick ? input.checked : input.value),
    clear: () => {
      input.value = "";
    },
  };
}

export default { render };
