// What `runbook lab` adds to JupyterLab: an extension without plugins, which brings a style.
// Cells of code are hidden; what JupyterLab shows in their place, and its invitation to add a cell, say nothing
// to whoever reads screens. The bar on the left of a cell, and View ▸ Show Selected Code, still show the code.

(window._JUPYTERLAB ??= {})["runbook-calm-lab"] = {
  init() {},
  get: async () => () => ({ __esModule: true, default: [] }),
};

const style = document.createElement("style");
style.textContent = ".jp-CodeCell .jp-InputPlaceholder, .jp-Notebook-footer { display: none; }";
document.head.append(style);
