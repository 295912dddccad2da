// What `runbook lab` adds to JupyterLab: a style, and links that lead somewhere.
// Cells of code are hidden; what JupyterLab shows in their place, and its invitation to add a cell, say nothing
// to whoever reads screens. The bar on the left of a cell, and View ▸ Show Selected Code, still show the code.

(window._JUPYTERLAB ??= {})["runbook-calm-lab"] = {
  init() {},
  get: async () => () => ({ __esModule: true, default: [{ id: "runbook-calm-lab:links", autoStart: true, activate }] }),
};

const style = document.createElement("style");
style.textContent = ".jp-CodeCell .jp-InputPlaceholder, .jp-Notebook-footer { display: none; }";
document.head.append(style);

// A link of a living screen to a file beside the notebook. JupyterLab minds the links of pages, not those of widgets:
// the browser would leave for an address at which there is nothing.
function activate(app) {
  const follow = (event) => {
    const address = event.target.closest?.(".jp-OutputArea-output a[href]")?.getAttribute("href");
    const notebook = app.shell.currentWidget?.context?.path;
    if (!address || !notebook || /^([a-z]+:|[/#?])/i.test(address)) return;
    event.preventDefault();
    const { pathname } = new URL(address, `file:///${notebook}`);
    app.commands.execute("docmanager:open", { path: decodeURIComponent(pathname.slice(1)) });
  };
  document.addEventListener("click", follow, true);
}
