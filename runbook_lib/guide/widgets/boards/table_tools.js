// What stands above every live table: lists to filter by, buttons that decide for all that were found, a way back, and
// a spreadsheet out and in. What a decision is, only the table itself knows.

const MOST_BYTES = 8 * 1024 * 1024; // more than a notebook's connection carries at once

function pressed(text, press) {
  const made = element("button", { type: "button", text });
  made.addEventListener("click", press);
  return made;
}

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

// Decisions about many rows at once, each step of which can be undone. `get(row)` and `set(row, value)`: the decision
// as text or truth; `tell(sentence)`: says what was done and hands the decisions on.
function manyAtOnce({ words, get, set, rows, tell }) {
  let steps = []; // the last one last: name → what it was before
  const undo = pressed(words.undo, takeBack);

  // `wanted(row)`: what it should be; undefined: it stays.
  function put(some, wanted) {
    const before = new Map();
    for (const row of some) {
      const value = wanted(row);
      if (value === undefined || get(row) === value) continue;
      before.set(row.name, get(row));
      set(row, value);
    }
    return before;
  }

  function announce(sentence, count) {
    undo.setAttribute("aria-disabled", String(steps.length === 0));
    tell(sentence ? filled(sentence, { count }) : "");
  }

  function keep(before, sentence) {
    if (before.size) steps.push(before);
    announce(sentence, before.size);
  }

  function takeBack() {
    const before = steps.pop();
    if (!before) return announce(words.nothing_to_undo, 0);
    put(rows().filter((row) => before.has(row.name)), (row) => before.get(row.name));
    announce(words.undone, before.size);
  }

  // What is decided by hand is no part of a step any more: undoing one leaves it.
  function byHand(row) {
    for (const step of steps) step.delete(row.name);
    steps = steps.filter((step) => step.size);
    announce("", 0);
  }

  undo.setAttribute("aria-disabled", "true");
  return { undo, byHand, keep, step: (some, wanted, sentence) => keep(put(some, wanted), sentence) };
}

// A button for all that were found; its words say how many that are.
function forAllFound(words, press) {
  const button = pressed("", press);
  const tell = (count) => {
    button.textContent = filled(words, { count });
    button.setAttribute("aria-disabled", String(count === 0));
  };
  return { button, tell };
}

// All of it around a table: filters above it, then what decides, then the spreadsheet. `only`: the tick that narrows the
// table to what is decided; `take(decisions)`: takes over what a spreadsheet says, by name. Gives what shows everything.
function putTools({ model, table, words, facets, only, buttons, take }) {
  function showAll() {
    only.checked = false;
    table.search.value = "";
    facets.clear();
    table.again();
  }
  only.addEventListener("change", () => table.again());
  table.tools.append(element("label", {}, [only, " " + words.only]), pressed(words.clear, showAll));
  table.tools.after(
    element("div", { class: "runbook-grid-tools", role: "group", "aria-label": words.facets }, facets.labels),
    element("div", { class: "runbook-grid-tools" }, buttons),
    spreadsheet({ model, words, take }),
  );
  return showAll;
}

// A spreadsheet: Python makes the file, and reads the one that is brought; the browser only carries them.
function spreadsheet({ model, words, take }) {
  const save = pressed(words.save_sheet, () => model.send({ save: true }));
  const pick = element("input", { type: "file", accept: ".xlsx,.csv" });
  const faults = element("ul");
  pick.addEventListener("change", async () => {
    const [file] = pick.files;
    if (!file) return;
    const content = file.size > MOST_BYTES ? [] : [await file.arrayBuffer()];
    model.send({ brought: file.name }, undefined, content);
    pick.value = ""; // so that the same file, once mended, is taken again
  });
  model.on("msg:custom", (message, buffers) => {
    if (message.faults) faults.replaceChildren(...message.faults.map((text) => element("li", { text })));
    if (message.taken) take(message.taken);
    if (message.file) download(message.file, buffers[0]);
  });
  return element("div", { class: "runbook-grid-tools runbook-grid-sheet" }, [
    save,
    element("label", {}, [words.take_sheet + " ", pick]),
    element("div", { role: "alert", class: "runbook-grid-faults" }, [faults]),
  ]);
}

function download(name, content) {
  const link = element("a", { href: URL.createObjectURL(new Blob([content])), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
