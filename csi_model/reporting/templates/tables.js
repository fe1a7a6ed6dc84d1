// Tables: sorting by any column, filtering, copying into spreadsheets.

const FILTERED_FROM = 12;
const EMPTY = "–";

/** A number as it is shown: true minus sign, thousands, per cent; of an interval its lower end. */
const numberIn = (text) => {
  const plain = text.replaceAll("−", "-").replaceAll(",", "");
  const found = plain.match(/-?\d+(?:\.\d+)?(?:e[-+]?\d+)?/i);
  if (!found) return null;
  return Number(found[0]) - (plain.startsWith("<") ? 1e-9 : 0);
};

const rowsOf = (table) => [...table.querySelectorAll("tbody > tr")].filter((row) => !isTitle(row));
const isTitle = (row) => row.firstElementChild?.scope === "rowgroup";
const isShown = (row) => !row.classList.contains("filtered") && !row.classList.contains("unchosen");

/** Hide the heading of a block none of whose rows is shown. */
const tidy = (table) => {
  for (const body of table.tBodies) {
    const titles = [...body.rows].filter(isTitle);
    const empty = [...body.rows].every((row) => isTitle(row) || !isShown(row));
    titles.forEach((row) => row.classList.toggle("filtered", empty));
  }
};

/** Say of each column whether it holds numbers: its title says so, or all its cells begin with one. */
const isNumeric = (head, place, rows) => {
  if (head.classList.contains("num")) return true;
  const texts = rows.map((row) => shown(row.cells[place] ?? head)).filter((text) => text && text !== EMPTY);
  return texts.length > 0 && texts.every((text) => /^[−<+]?\d/.test(text) && numberIn(text) !== null);
};

const compareBy = (place, numeric, down) => {
  const words_ = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const key = (row) => {
    const text = shown(row.cells[place]);
    if (text === "" || text === EMPTY) return null;
    return numeric ? numberIn(text) : text;
  };
  return (one, other) => {
    const [a, b] = [key(one), key(other)];
    if (a === null || b === null) return (a === null) - (b === null);
    const order = numeric ? a - b : words_.compare(a, b);
    return down ? -order : order;
  };
};

/** Make the titles of a table buttons: upwards, downwards, and as it was. Rows stay within their block. */
const sortable = (table) => {
  const heads = [...table.tHead.rows[0].cells];
  const rows = rowsOf(table);
  if (rows.length < 2) return;
  const before = new Map([...table.tBodies].map((body) => [body, [...body.rows]]));
  heads.forEach((head, place) => {
    const numeric = isNumeric(head, place, rows);
    const button = make("button", { type: "button", class: "sort" }, ...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      const next = { ascending: "descending", descending: null }[now] ?? (now ? null : "ascending");
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      if (next) head.setAttribute("aria-sort", next);
      for (const [body, original] of before) {
        const sorted = original.filter((row) => !isTitle(row));
        if (next) sorted.sort(compareBy(place, numeric, next === "descending"));
        body.append(...original.filter(isTitle), ...sorted);
      }
    });
  });
};

const filterable = (table, caption, tools) => {
  const rows = rowsOf(table);
  if (rows.length <= FILTERED_FROM) return;
  const count = make("output", { class: "count" });
  const box = make("input", {
    type: "search", class: "filter", placeholder: words.filter, autocomplete: "off", spellcheck: "false",
    "aria-label": fill(words.filter_of, { caption }),
  });
  const texts = new Map();
  box.addEventListener("input", () => {
    const asked = squeezed(box.value).toLowerCase();
    for (const row of rows) {
      if (!texts.has(row)) {
        const title = [...row.parentElement.rows].find(isTitle);
        texts.set(row, squeezed(`${title?.textContent ?? ""} ${[...row.cells].map(shown).join(" ")}`).toLowerCase());
      }
      row.classList.toggle("filtered", !texts.get(row).includes(asked));
    }
    tidy(table);
    const left = rows.filter((row) => !row.classList.contains("filtered")).length;
    count.textContent = !asked ? "" : left ? fill(words.count, { shown: left, all: rows.length }) : words.none;
  });
  tools.append(count, box);
};

/** Text that a spreadsheet takes as text: what begins like a formula gets an apostrophe before it. */
const harmless = (text) => {
  const number = text.replaceAll("−", "-").replaceAll(",", "");
  if (/^[-+]?\d+(\.\d+)?%?$/.test(number)) return number;
  return /^[=+\-@\t]/.test(text) ? `'${text}` : text;
};

const cellsOf = (row) => [...row.cells].map((cell) => harmless(shown(cell)));

/** The rows of a table that are shown, its titles first, as texts. */
const copied = (table) => {
  const rows = [...table.querySelectorAll("tbody > tr")].filter(isShown);
  return [cellsOf(table.tHead.rows[0]), ...rows.map(cellsOf)];
};

const asHtml = (rows) => {
  const table = make("table");
  for (const row of rows) table.append(make("tr", {}, ...row.map((text) => make("td", {}, text))));
  return table.outerHTML;
};

/** Put rows on the clipboard, for spreadsheets as a table and for all else as text with tabs. */
const copy = (rows) => {
  let done = false;
  const give = (event) => {
    event.clipboardData.setData("text/plain", rows.map((row) => row.join("\t")).join("\n"));
    event.clipboardData.setData("text/html", asHtml(rows));
    event.preventDefault();
    done = true;
  };
  document.addEventListener("copy", give, { once: true });
  try { document.execCommand("copy"); } catch { done = false; }
  document.removeEventListener("copy", give);
  return done;
};

const copyable = (table, caption, tools) => {
  const button = make("button", { type: "button", class: "copy", "aria-label": fill(words.copy_of, { caption }) }, words.copy);
  button.addEventListener("click", () => {
    const rows = copied(table);
    const done = copy(rows);
    const said = done ? fill(words.copied, { count: rows.length - 1 }) : words.copy_failed;
    announce(said);
    button.textContent = done ? "✓" : "✕";
    button.title = said;
    window.setTimeout(() => { button.textContent = words.copy; }, 1600);
  });
  tools.append(button);
};

const tables = () => {
  for (const frame of document.querySelectorAll("main .scroll")) {
    const table = frame.querySelector("table");
    if (!table?.tHead) continue;
    const caption = squeezed(table.caption?.textContent ?? "");
    const tools = make("div", { class: "tools" });
    if (!frame.classList.contains("titled")) {
      tools.append(make("span", { class: "caption", "aria-hidden": "true" }, caption));
      frame.classList.add("titled");
    }
    frame.before(tools);
    sortable(table);
    filterable(table, caption, tools);
    copyable(table, caption, tools);
  }
};
