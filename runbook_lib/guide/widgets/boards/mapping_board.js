// The mapping board: `choices` holds what is decided per pair, and why; `wanted` asks Python for a pair of one's own.

function render({ model, el }) {
  const words = model.get("words");
  const options = model.get("options"); // [code, word]
  const word = Object.fromEntries(options);
  let choices = { ...model.get("choices") };
  const choice = (row) => choices[row.name] ?? { decision: "leave", reason: "" };
  const isChanged = (row) => row.options.length > 0 && choice(row).decision !== "leave";
  const facets = facetLists(model.get("facets"), words.all, () => table.again());
  let news = "";

  const table = nativeTable({
    el,
    words,
    heads: model.get("heads"),
    lead: [words.decision],
    line,
    refresh(row) {
      if (!row.select) return;
      row.select.value = choice(row).decision;
      if (row.box.value !== choice(row).reason) row.box.value = choice(row).reason;
      row.line.classList.toggle("changed", isChanged(row));
    },
    passes: (row) => isWanted(row) && facets.passes(row),
    filtered(matching, found) {
      news = "";
      facets.count(matching.filter(isWanted));
      for (const { code, tell } of buttons) tell(found.filter((row) => row.options.includes(code)).length);
    },
    summary(found) {
      const counts = {
        shown: found.length,
        all: table.rows().length,
        fixed: found.filter((row) => row.options.length === 0).length,
        changed: table.rows().filter(isChanged).length,
      };
      return [news, filled(words.summary, counts)].filter(Boolean).join(" ");
    },
  });

  function line(row) {
    const cells = row.texts.map((text, column) => cell(column === 0 ? "th" : "td", text));
    cells[0].setAttribute("scope", "row");
    if (row.options.length === 0) {
      return element("tr", {}, [element("td", { text: words.fixed }), ...cells]);
    }
    const names = { lead: row.lead, contact: row.contact };
    row.select = picker(filled(words.decide, names), row.options.map((code) => [code, word[code]]));
    row.box = element("input", { type: "text", placeholder: words.reason, "aria-label": filled(words.why, names) });
    const decided = () => {
      choices = { ...choices, [row.name]: { decision: row.select.value, reason: row.box.value } };
      many.byHand(row);
    };
    row.select.addEventListener("change", decided);
    row.box.addEventListener("change", decided);
    return element("tr", {}, [element("td", { class: "decision" }, [row.select, row.box]), ...cells]);
  }

  // A decision as one text, so that two can be compared; a button decides and leaves the reason.
  const packed = ({ decision, reason }) => JSON.stringify([decision, reason]);
  const many = manyAtOnce({
    words,
    get: (row) => packed(choice(row)),
    set(row, value) {
      const [decision, reason] = JSON.parse(value);
      choices = { ...choices, [row.name]: { decision, reason } };
    },
    rows: () => table.rows(),
    tell(text) {
      news = text;
      model.set("choices", choices);
      model.save_changes();
      table.repaint();
    },
  });
  const all = (code) => (row) => {
    return row.options.includes(code) ? packed({ decision: code, reason: choice(row).reason }) : undefined;
  };

  function list(names, label) {
    const select = picker(label, names.map((name) => [name, name]));
    return [select, element("label", {}, [label + " ", select])];
  }

  function picker(label, some) {
    return element("select", { "aria-label": label }, some.map(([value, text]) => element("option", { value, text })));
  }

  const buttons = options.map(([code]) => {
    const press = () => many.step(table.found(), all(code), words[`now_${code}`]);
    return { code, ...forAllFound(words[`${code}_found`], press) };
  });
  const only = element("input", { type: "checkbox" });
  const isWanted = (row) => !only.checked || isChanged(row);
  const showAll = putTools({
    model,
    table,
    words,
    facets,
    only,
    buttons: [...buttons.map(({ button }) => button), many.undo],
    take: (taken) => many.step(table.rows(), (row) => taken[row.name] && packed(taken[row.name]), words.now_taken),
  });

  const [lead, lead_label] = list(model.get("leads"), words.lead);
  const [contact, contact_label] = list(model.get("contacts"), words.contact);
  const add = pressed(words.add, () => {
    showAll();
    model.set("wanted", [lead.value, contact.value, String(Date.now())]); // the moment: the same pair may be asked again
    model.save_changes();
  });
  if (lead.options.length && contact.options.length) {
    el.append(element("fieldset", { class: "runbook-grid-tools" },
      [element("legend", { text: words.own }), lead_label, contact_label, add]));
  }
  for (const text of model.get("notes")) el.append(element("p", { class: "runbook-grid-note", text }));

  table.put(model.get("rows"));
  model.on("change:rows", () => table.put(model.get("rows")));
  model.on("change:choices", () => {
    choices = { ...model.get("choices") };
    table.repaint();
  });
}

export default { render };
