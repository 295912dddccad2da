// The mapping board: `choices` holds what is decided per pair, and why; `wanted` asks Python for a pair of one's own.

function render({ model, el }) {
  const words = model.get("words");
  const options = model.get("options"); // [code, word]
  const word = Object.fromEntries(options);
  const choice = (row) => model.get("choices")[row.name] ?? { decision: "leave", reason: "" };
  const is_changed = (row) => row.options.length > 0 && choice(row).decision !== "leave";

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
      row.line.classList.toggle("changed", is_changed(row));
    },
    passes: (row) => {
      if (show.value === "changed") return is_changed(row);
      return show.value === "" || row.groups.includes(show.value);
    },
    told: (found) => filled(words.told, {
      shown: found.length, all: table.rows().length, changed: table.rows().filter(is_changed).length,
    }),
  });

  function line(row) {
    const cells = row.shown.map((text, column) => cell(column === 0 ? "th" : "td", text));
    cells[0].setAttribute("scope", "row");
    if (row.options.length === 0) {
      return element("tr", {}, [element("td", { text: words.fixed }), ...cells]);
    }
    const names = { lead: row.lead, contact: row.contact };
    row.select = picker(filled(words.decide, names), row.options.map((code) => [code, word[code]]));
    row.box = element("input", { type: "text", placeholder: words.reason, "aria-label": filled(words.why, names) });
    row.select.addEventListener("change", () => put(row));
    row.box.addEventListener("change", () => put(row));
    return element("tr", {}, [element("td", { class: "decision" }, [row.select, row.box]), ...cells]);
  }

  function put(row) {
    const changed = { decision: row.select.value, reason: row.box.value };
    model.set("choices", { ...model.get("choices"), [row.name]: changed });
    model.save_changes();
    table.repaint();
  }

  function list(names, label) {
    const select = picker(label, names.map((name) => [name, name]));
    return [select, element("label", {}, [label + " ", select])];
  }

  function picker(label, some) {
    return element("select", { "aria-label": label }, some.map(([value, text]) => element("option", { value, text })));
  }

  const show = picker(words.show, model.get("groups"));
  show.addEventListener("change", () => table.again());
  table.tools.append(element("label", {}, [words.show + " ", show]));

  const [lead, lead_label] = list(model.get("leads"), words.lead);
  const [contact, contact_label] = list(model.get("contacts"), words.contact);
  const add = element("button", { type: "button", text: words.add });
  add.addEventListener("click", () => {
    show.value = "";
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
  model.on("change:choices", () => table.repaint());
}

export default { render };
