// The line on top of a screen: a live region that says what goes on, and the place to which the keyboard is led. It also
// keeps the keyboard of its screen: keys are no commands of the notebook, and none is lost when a form goes.

const FRAMES = 120; // so long a notebook may take to bring a cell into sight
const MOMENT = 1000; // milliseconds that need no bar

function render({ model, el }) {
  const line = document.createElement("p");
  line.className = "runbook-line";
  line.setAttribute("role", "status");
  line.setAttribute("aria-live", "polite");
  line.tabIndex = -1;
  const bar = document.createElement("progress");
  bar.className = "runbook-progress";
  bar.setAttribute("aria-hidden", "true"); // the line says it
  bar.hidden = true;
  let later = 0;
  const tell = () => {
    line.textContent = model.get("text");
    const goesOn = line.textContent.endsWith("…");
    if (goesOn) later ||= setTimeout(() => (bar.hidden = false), MOMENT);
    else {
      clearTimeout(later);
      later = 0;
      bar.hidden = true;
    }
  };
  model.on("change:text", tell);
  model.on("msg:custom", (message) => message.lead && lead(line, FRAMES));
  tell();
  el.append(line, bar);
  const screen = () => el.closest(".runbook-screen");
  const guard = (event) => screen()?.contains(event.target) && commands(event.target, event.ctrlKey || event.metaKey);
  const stay = keepFocus(screen, line);
  window.addEventListener("keydown", guard, true);
  window.addEventListener("focusin", stay.entered, true);
  return () => {
    clearTimeout(later);
    window.removeEventListener("keydown", guard, true);
    window.removeEventListener("focusin", stay.entered, true);
    stay.end();
  };
}

// A key pressed in a screen is no command of the notebook: letters would delete, cut or insert a cell, and arrows leave
// the list that they choose in. Ctrl+S saves as ever. JupyterLab looks at what has the focus, not at what it stands in.
function commands(focused, allowed) {
  if (allowed) focused.removeAttribute("data-lm-suppress-shortcuts");
  else focused.setAttribute("data-lm-suppress-shortcuts", "true");
}

// A form that was sent is replaced by what came of it: whoever stood in it stands at the line then, not nowhere. Where it
// stays, what is told below it comes into sight. On its way from a box to the next one, the keyboard is left alone.
function keepFocus(screen, line) {
  let isInside = false;
  let last = null; // where the keyboard stood
  const isGone = () => !last.isConnected || last.disabled || !last.getClientRects().length;
  const observer = new MutationObserver((changes) => {
    for (const { target } of changes) target.closest?.(".runbook-told")?.scrollIntoView({ block: "nearest" });
    if (isInside && document.activeElement === document.body && isGone()) line.focus({ preventScroll: true });
  });
  const entered = ({ target }) => {
    last = target;
    isInside = Boolean(screen()?.contains(target));
    if (isInside) observer.observe(screen(), { childList: true, subtree: true });
  };
  return { entered, end: () => observer.disconnect() };
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
