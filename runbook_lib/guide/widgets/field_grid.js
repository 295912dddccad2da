// The field grid: one native table; every word comes from Python, in the reader's language, and is set as text.
// State lives in the model alone: `hidden` is the list of the fields that are ticked.

const STEP = 200; // rows that are added at once

function element(name, parts = {}, children = []) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(parts)) {
    if (key === "text") made.textContent = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

function compare(column, up) {
  return (one, other) => {
    const [a, b] = [one.cells[column], other.cells[column]];
    if (a === b) return one.place - other.place;
    if (a === null || a === "") return 1; // what is not known stands last, whichever way it is sorted
    if (b === null || b === "") return -1;
    const order = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
    return up ? order : -order;
  };
}

function render({ model, el }) {
  const words = model.get("words");
  const heads = model.get("heads");
  const hidden = new Set(model.get("hidden"));
  const told = element("p", { role: "status", class: "runbook-grid-told" });
  const body = element("tbody");

  const rows = model.get("rows").map((row, place) => ({ ...row, place, text: row.shown.join(" ").toLowerCase() }));
  let order = rows;
  let found = rows;
  let most = STEP;

  // A row is made when it is first seen: a browser lays out some hundred rows at once, not thousands.
  function line(row) {
    if (!row.line) {
      row.box = element("input", { type: "checkbox", "aria-label": words.hide.replace("{field}", row.name) });
      row.box.addEventListener("change", () => put([row], row.box.checked));
      const cells = row.shown.map((text, column) =>
        column === 0 ? element("th", { scope: "row", text }) : element("td", { text }));
      row.line = element("tr", {}, [element("td", {}, [row.box]), ...cells]);
    }
    row.box.checked = hidden.has(row.name);
    return row.line;
  }

  function paint() {
    body.replaceChildren(...found.slice(0, most).map(line));
    more.hidden = found.length <= most;
    told.textContent = words.told.replace("{shown}", found.length).replace("{all}", rows.length)
      .replace("{hide}", hidden.size);
  }

  function filter() {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    found = order.filter((row) =>
      wanted.every((word) => row.text.includes(word)) && (!only.checked || hidden.has(row.name)));
    paint();
  }

  function put(some, value) {
    for (const row of some) {
      if (value) hidden.add(row.name);
      else hidden.delete(row.name);
    }
    model.set("hidden", rows.filter((row) => hidden.has(row.name)).map((row) => row.name));
    model.save_changes();
    paint();
  }

  function again() {
    most = STEP;
    filter();
  }

  const search = element("input", { type: "search" });
  search.addEventListener("input", again);
  const only = element("input", { type: "checkbox" });
  only.addEventListener("change", again);
  const all = element("button", { type: "button", text: words.hide_shown });
  all.addEventListener("click", () => put(found, true));
  const none = element("button", { type: "button", text: words.keep_shown });
  none.addEventListener("click", () => put(found, false));
  const more = element("button", { type: "button", text: words.more });
  more.addEventListener("click", () => { most += STEP; paint(); });

  const titles = heads.map((text, column) => {
    const button = element("button", { type: "button", text });
    const head = element("th", { scope: "col", "aria-sort": "none" }, [button]);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const each of titles) each.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      order = [...rows].sort(compare(column, up));
      filter();
    });
    return head;
  });

  const table = element("table", {}, [
    element("caption", { text: words.caption }),
    element("thead", {}, [element("tr", {}, [element("th", { scope: "col", text: words.decision }), ...titles])]),
    body,
  ]);
  const view = element("div", { class: "runbook-grid-view", tabindex: "0", role: "region", "aria-label": words.caption },
    [table]);
  el.classList.add("runbook-grid");
  el.append(
    element("div", { class: "runbook-grid-tools" }, [
      element("label", {}, [words.search + " ", search]),
      element("label", {}, [only, " " + words.only_hidden]),
      all, none,
    ]),
    told, view, more,
  );
  paint();

  model.on("change:hidden", () => {
    hidden.clear();
    for (const name of model.get("hidden")) hidden.add(name);
    paint();
  });
}

export default { render };
