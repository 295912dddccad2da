// The field grid: `hidden` is the list of the fields that are ticked. A row of the kind "locked" cannot be.

function render({ model, el }) {
  const words = model.get("words");
  const hidden = new Set(model.get("hidden"));
  const offered = new Set(hidden);
  const facets = facetLists(model.get("facets"), words.all, () => table.again());
  const isLocked = (row) => row.kind === "locked";
  const locked = (some) => some.filter(isLocked).length;
  let news = "";

  const table = nativeTable({
    el,
    words,
    heads: model.get("heads"),
    lead: [words.decision],
    line(row) {
      row.box = element("input", { type: "checkbox", "aria-label": filled(words.hide, { field: row.name }) });
      row.box.disabled = isLocked(row);
      row.box.addEventListener("change", () => { set(row, row.box.checked); many.byHand(row); });
      const cells = row.texts.map((text, column) => cell(column === 0 ? "th" : "td", text));
      cells[0].setAttribute("scope", "row");
      return element("tr", {}, [element("td", {}, [row.box]), ...cells]);
    },
    refresh: (row) => { row.box.checked = hidden.has(row.name); },
    passes: (row) => isWanted(row) && facets.passes(row),
    filtered(matching, found) {
      news = "";
      facets.count(matching.filter(isWanted));
      const count = found.length - locked(found);
      for (const { tell } of [hide, keep]) tell(count);
    },
    summary(found) {
      const counts = { shown: found.length, all: table.rows().length, locked: locked(found), hide: hidden.size };
      return [news, filled(words.summary, counts)].filter(Boolean).join(" ");
    },
  });

  function set(row, isHidden) {
    if (isHidden) hidden.add(row.name);
    else hidden.delete(row.name);
  }

  const many = manyAtOnce({
    words,
    get: (row) => hidden.has(row.name),
    set,
    rows: table.rows,
    tell(text) {
      news = text;
      model.set("hidden", table.rows().filter((row) => hidden.has(row.name)).map((row) => row.name));
      model.save_changes();
      table.repaint();
    },
  });
  const all = (isHidden) => (row) => (isLocked(row) ? undefined : isHidden(row));

  const only = element("input", { type: "checkbox" });
  const isWanted = (row) => !only.checked || hidden.has(row.name);
  const hide = forAllFound(words.hide_found, () => many.step(table.found(), all(() => true), words.now_hidden));
  const keep = forAllFound(words.keep_found, () => many.step(table.found(), all(() => false), words.now_kept));
  const back = pressed(words.as_offered, () => {
    many.step(table.rows(), all((row) => offered.has(row.name)), words.now_as_offered);
  });
  putTools({
    model,
    table,
    words,
    facets,
    only,
    buttons: [hide.button, keep.button, back, many.undo],
    take: (taken) => many.step(table.rows(), all((row) => taken[row.name]), words.now_taken),
  });
  table.put(model.get("rows"));

  model.on("change:hidden", () => {
    hidden.clear();
    for (const name of model.get("hidden")) hidden.add(name);
    table.repaint();
  });
}

export default { render };
