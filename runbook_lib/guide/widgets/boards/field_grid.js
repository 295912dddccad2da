// The field grid: `hidden` is the list of the fields that are ticked. A row of the kind "locked" cannot be.

function render({ model, el }) {
  const words = model.get("words");
  const hidden = new Set(model.get("hidden"));
  const offered = [...hidden];

  const table = nativeTable({
    el,
    words,
    heads: model.get("heads"),
    lead: [words.decision],
    line(row) {
      row.box = element("input", { type: "checkbox", "aria-label": filled(words.hide, { field: row.name }) });
      row.box.disabled = row.kind === "locked";
      row.box.addEventListener("change", () => put([row], row.box.checked));
      const cells = row.shown.map((text, column) => cell(column === 0 ? "th" : "td", text));
      cells[0].setAttribute("scope", "row");
      return element("tr", {}, [element("td", {}, [row.box]), ...cells]);
    },
    refresh: (row) => { row.box.checked = hidden.has(row.name); },
    passes: (row) => (!only.checked || hidden.has(row.name)) && (!kinds.value || row.kind === kinds.value),
    told: (found) => filled(words.told, { shown: found.length, all: table.rows().length, hide: hidden.size }),
  });

  function put(some, value) {
    for (const row of some.filter((each) => each.kind !== "locked")) {
      if (value) hidden.add(row.name);
      else hidden.delete(row.name);
    }
    model.set("hidden", table.rows().filter((row) => hidden.has(row.name)).map((row) => row.name));
    model.save_changes();
    table.repaint();
  }

  const only = element("input", { type: "checkbox" });
  only.addEventListener("change", () => table.again());
  const all = element("button", { type: "button", text: words.hide_shown });
  all.addEventListener("click", () => put(table.found(), true));
  const none = element("button", { type: "button", text: words.keep_shown });
  none.addEventListener("click", () => put(table.found(), false));
  const back = element("button", { type: "button", text: words.as_offered });
  back.addEventListener("click", () => {
    put(table.rows(), false);
    put(table.rows().filter((row) => offered.includes(row.name)), true);
  });
  const choices = [["", words.all_kinds], ...["custom", "standard", "locked"].map((kind) => [kind, words[kind]])];
  const kinds = element("select", { "aria-label": words.kinds }, choices.map(([value, text]) => element("option", { value, text })));
  kinds.addEventListener("change", () => table.again());
  table.tools.append(
    element("span", {}, [words.kinds + " ", kinds]),
    element("label", {}, [only, " " + words.only_hidden]), all, none, back);
  table.put(model.get("rows"));

  model.on("change:hidden", () => {
    hidden.clear();
    for (const name of model.get("hidden")) hidden.add(name);
    table.repaint();
  });
}

export default { render };
