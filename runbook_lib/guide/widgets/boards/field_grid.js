// The field grid: `hidden` is the list of the fields that are ticked. A row of the kind "locked" cannot be.

// One list per facet. A row holds, per facet, the places of the words that it falls under.
function facetLists(facets, all, changed) {
  const lists = facets.map(({ label, options }, number) => {
    const texts = [all, ...options];
    const choices = texts.map((text, place) => element("option", { value: place - 1, text }));
    const select = element("select", { "aria-label": label }, choices);
    const list = { number, texts, choices, select, chosen: -1, label: element("label", {}, [label + " ", select]) };
    select.addEventListener("change", () => { list.chosen = Number(select.value); changed(); });
    return list;
  });
  const admits = (list, row) => list.chosen < 0 || row.facets[list.number].includes(list.chosen);

  // Beside each word: how many would be found if it were chosen, with the other lists as they are.
  function count(rows) {
    const counts = lists.map((list) => new Array(list.texts.length).fill(0));
    for (const row of rows) {
      const against = lists.filter((list) => !admits(list, row));
      if (against.length > 1) continue;
      for (const { number } of against.length ? against : lists) {
        for (const place of [-1, ...row.facets[number]]) counts[number][place + 1] += 1;
      }
    }
    for (const { number, texts, choices } of lists) {
      choices.forEach((choice, place) => { choice.textContent = `${texts[place]} (${counts[number][place]})`; });
    }
  }

  function clear() {
    for (const list of lists) { list.chosen = -1; list.select.value = "-1"; }
  }

  return { labels: lists.map((list) => list.label), passes: (row) => lists.every((list) => admits(list, row)), count, clear };
}

function render({ model, el }) {
  const words = model.get("words");
  const hidden = new Set(model.get("hidden"));
  const offered = new Set(hidden);
  const facets = facetLists(model.get("facets"), words.all, () => table.again());
  let steps = []; // what the buttons changed, the last one last: name → whether it was ticked before
  let news = "";
  const locked = (some) => some.filter((row) => row.kind === "locked").length;

  const table = nativeTable({
    el,
    words,
    heads: model.get("heads"),
    lead: [words.decision],
    line(row) {
      row.box = element("input", { type: "checkbox", "aria-label": filled(words.hide, { field: row.name }) });
      row.box.disabled = row.kind === "locked";
      row.box.addEventListener("change", () => byHand(row));
      const cells = row.shown.map((text, column) => cell(column === 0 ? "th" : "td", text));
      cells[0].setAttribute("scope", "row");
      return element("tr", {}, [element("td", {}, [row.box]), ...cells]);
    },
    refresh: (row) => { row.box.checked = hidden.has(row.name); },
    passes: (row) => isWanted(row) && facets.passes(row),
    filtered(matching, found) {
      news = "";
      facets.count(matching.filter(isWanted));
      const count = found.length - locked(found);
      hide.textContent = filled(words.hide_found, { count });
      keep.textContent = filled(words.keep_found, { count });
      for (const button of [hide, keep]) button.setAttribute("aria-disabled", String(count === 0));
    },
    told(found) {
      const counts = { shown: found.length, all: table.rows().length, locked: locked(found), hide: hidden.size };
      return [news, filled(words.told, counts)].filter(Boolean).join(" ");
    },
  });

  // Ticks or unticks, and returns what was otherwise before.
  function put(some, isTicked) {
    const before = new Map();
    for (const row of some) {
      if (row.kind === "locked" || hidden.has(row.name) === isTicked(row)) continue;
      before.set(row.name, hidden.has(row.name));
      if (isTicked(row)) hidden.add(row.name);
      else hidden.delete(row.name);
    }
    return before;
  }

  function tell(text) {
    news = text;
    undo.setAttribute("aria-disabled", String(steps.length === 0));
    model.set("hidden", table.rows().filter((row) => hidden.has(row.name)).map((row) => row.name));
    model.save_changes();
    table.repaint();
  }

  // What is ticked by hand is no part of a step any more: undoing one leaves it.
  function byHand(row) {
    put([row], () => row.box.checked);
    for (const step of steps) step.delete(row.name);
    steps = steps.filter((step) => step.size);
    tell("");
  }

  function step(some, isTicked, sentence) {
    const before = put(some, isTicked);
    if (before.size) steps.push(before);
    tell(filled(sentence, { count: before.size }));
  }

  function takeBack() {
    const before = steps.pop();
    if (!before) return tell(words.nothing_to_undo);
    put(table.rows().filter((row) => before.has(row.name)), (row) => before.get(row.name));
    tell(filled(words.undone, { count: before.size }));
  }

  function button(text, press) {
    const made = element("button", { type: "button", text });
    made.addEventListener("click", press);
    return made;
  }

  const only = element("input", { type: "checkbox" });
  const isWanted = (row) => !only.checked || hidden.has(row.name);
  only.addEventListener("change", () => table.again());
  const clear = button(words.clear, () => {
    only.checked = false;
    table.search.value = "";
    facets.clear();
    table.again();
  });
  const hide = button("", () => step(table.found(), () => true, words.now_hidden));
  const keep = button("", () => step(table.found(), () => false, words.now_kept));
  const back = button(words.as_offered, () => step(table.rows(), (row) => offered.has(row.name), words.now_as_offered));
  const undo = button(words.undo, takeBack);
  undo.setAttribute("aria-disabled", "true");
  table.tools.append(element("label", {}, [only, " " + words.only_hidden]), clear);
  const lists = { class: "runbook-grid-tools", role: "group", "aria-label": words.facets };
  table.tools.after(element("div", lists, facets.labels), element("div", { class: "runbook-grid-tools" }, [hide, keep, back, undo]));
  table.put(model.get("rows"));

  model.on("change:hidden", () => {
    hidden.clear();
    for (const name of model.get("hidden")) hidden.add(name);
    table.repaint();
  });
}

export default { render };
