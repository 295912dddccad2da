// The line on top of a screen: a live region that says what goes on, and the place to which the keyboard is led.

const FRAMES = 120; // so long a notebook may take to bring a cell into sight

function render({ model, el }) {
  const line = document.createElement("p");
  line.className = "runbook-line";
  line.setAttribute("role", "status");
  line.setAttribute("aria-live", "polite");
  line.tabIndex = -1;
  const tell = () => {
    line.textContent = model.get("text");
  };
  model.on("change:text", tell);
  model.on("msg:custom", (message) => message.lead && lead(line, FRAMES));
  tell();
  el.append(line);
  const guard = (event) => event.target === line && commands(line, event.ctrlKey || event.metaKey);
  window.addEventListener("keydown", guard, true);
  return () => window.removeEventListener("keydown", guard, true);
}

// A letter typed here is no command of the notebook, which would insert or change a cell; Ctrl+S saves as ever.
function commands(line, allowed) {
  if (allowed) line.removeAttribute("data-lm-suppress-shortcuts");
  else line.setAttribute("data-lm-suppress-shortcuts", "true");
}

// A notebook keeps cells out of sight out of the page, too: it is scrolled towards them until the line is there.
function lead(line, frames) {
  if (line.isConnected && line.getClientRects().length) {
    line.focus({ preventScroll: true });
    line.scrollIntoView({ block: "start" });
  } else if (frames) {
    const notebook = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer");
    if (notebook) notebook.scrollTop += notebook.clientHeight / 2;
    requestAnimationFrame(() => lead(line, frames - 1));
  }
}

export default { render };
