// What every live table shares: one native table with filter and sort. Every word comes from Python, in the reader's
// language, and is set as text. What a person decides lives in the model alone.

const STEP = 200; // rows that are added at once
const LONG = 40; // a cell of more characters is a sentence, and gets room
const LONGEST = 500; // a cell of more characters is cut, and shows the whole when it is pointed at

function element(name, parts = {}, children = []) {
  const made = document.createElement(name);
  // JupyterLab's one-letter shortcuts would take the keys that choose in it.
  if (["input", "select", "button"].includes(name)) made.setAttribute("data-lm-suppress-shortcuts", "true");
  for (const [key, value] of Object.entries(parts)) {
    if (key === "text") made.textContent = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

function filled(sentence, gaps) {
  return Object.entries(gaps).reduce((text, [gap, value]) => text.replace(`{${gap}}`, value), sentence);
}

// A cell: a text, or a list that is folded behind its `summary`.
function cell(name, content) {
  if (!content.items) {
    const whole = content.length > LONGEST ? { title: content } : {};
    const text = content.length > LONGEST ? content.slice(0, LONGEST).trimEnd() + "…" : content;
    return element(name, { class: content.length > LONG ? "long" : "", ...whole }, breakable(text));
  }
  const items = content.items.map((text) => element("li", { text }));
  const folded = element("details", {}, [element("summary", { text: content.summary }), element("ul", {}, items)]);
  return element(name, {}, [folded]);
}

// A name may break after an underscore or a dot, but not within its "__c", and is copied as it is.
function breakable(text) {
  return text.split(/(?<=[._])(?!_|c\b)/).flatMap((part, place) => (place ? [element("wbr"), part] : [part]));
}

// A way over the rows for the keyboard, in sight while it has the focus.
function jump(text, target) {
  const button = element("button", { type: "button", class: "runbook-grid-jump", text });
  button.addEventListener("click", () => target().focus());
  return button;
}

function plain(content) {
  return content.items ? [content.summary, ...content.items].join(" ") : content;
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

// `lead`: heads of the columns that hold inputs; `line(row)`: its <tr>, made when it is first seen; `refresh(row)`: puts
// the state into the inputs of a row that is shown; `passes(row)`: a filter beyond the words; `summary(found)`: the status;
// `filtered(matching, found)`: hears which rows the words let through, and which of them pass.
function nativeTable({ el, words, heads, lead, line, refresh, passes, summary, filtered = () => {} }) {
  let rows = [];
  let sorted = null;
  let order = [];
  let found = [];
  let most = STEP;
  const status = element("p", { role: "status", class: "runbook-grid-summary" });
  const body = element("tbody");
  const tools = element("div", { class: "runbook-grid-tools" });

  // A row is made when it is first seen: a browser lays out some hundred rows at once, not thousands.
  function seen(row) {
    row.line ??= line(row);
    refresh(row);
    return row.line;
  }

  function paint() {
    body.replaceChildren(...found.slice(0, most).map(seen));
    more.hidden = found.length <= most;
    status.textContent = summary(found);
  }

  // After a decision: what is in sight stays where it is, also where it no longer passes the filter.
  function repaint() {
    found.slice(0, most).forEach((row) => row.line && refresh(row));
    status.textContent = summary(found);
  }

  function filter() {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const matching = order.filter((row) => wanted.every((word) => row.text.includes(word)));
    found = matching.filter(passes);
    filtered(matching, found);
    paint();
  }

  function again() {
    most = STEP;
    filter();
  }

  function sort() {
    order = sorted ? [...rows].sort(compare(sorted.column, sorted.up)) : rows;
  }

  function put(some) {
    rows = some.map((row, place) => ({ ...row, place, text: row.texts.map(plain).join(" ").toLowerCase() }));
    sort();
    filter();
  }

  const search = element("input", { type: "search" });
  search.addEventListener("input", again);
  const more = element("button", { type: "button", text: words.more });
  more.addEventListener("click", () => { most += STEP; paint(); });
  tools.append(element("label", {}, [words.search + " ", search]));

  const titles = heads.map((text, column) => {
    const button = element("button", { type: "button", text });
    const head = element("th", { scope: "col", "aria-sort": "none" }, [button]);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      for (const title of titles) title.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      sorted = { column, up };
      sort();
      filter();
    });
    return head;
  });
  const inputs = lead.map((text) => element("th", { scope: "col", text }));
  const table = element("table", {}, [
    element("caption", { text: words.caption }),
    element("thead", {}, [element("tr", {}, [...inputs, ...titles])]),
    body,
  ]);
  const view = element("div", { class: "runbook-grid-view", tabindex: "0", role: "region", "aria-label": words.caption },
    [table]);
  el.classList.add("runbook-grid");
  const past = jump(words.past, () => back), back = jump(words.back, () => search);
  el.append(tools, status, past, view, back, more);
  return { tools, search, put, again, repaint, filter, found: () => found, rows: () => rows };
}
