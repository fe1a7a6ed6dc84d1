// What titles mean: shown beside them on pointing or focus, closed by Escape, told to screen readers.
// And what a label of a chart stands for: the row of the table that belongs to it.

const hint = make("div", { role: "tooltip", class: "hint", id: "hint" });
hint.hidden = true;
let beside = null;
let leaving = 0;

const hide = () => { hint.hidden = true; beside = null; };
const hideSoon = () => { window.clearTimeout(leaving); leaving = window.setTimeout(hide, 180); };

/** Place the hint below what it belongs to, or above where there is no room; hide it where that is gone. */
const place = () => {
  const box = beside();
  if (box.bottom < 0 || box.top > window.innerHeight) { hide(); return; }
  hint.hidden = false;
  const size = hint.getBoundingClientRect();
  const left = Math.max(8, Math.min(box.left, document.documentElement.clientWidth - size.width - 8));
  const below = box.bottom + 6 + size.height < window.innerHeight;
  hint.style.left = `${left}px`;
  hint.style.top = `${below ? box.bottom + 6 : Math.max(8, box.top - size.height - 6)}px`;
};

/** Show the hint; `box` gives the place of what it belongs to, which may move. */
const tell = (box, ...parts) => {
  window.clearTimeout(leaving);
  hint.replaceChildren(...parts);
  beside = box;
  place();
};

/** Let an element that can have the focus tell its meaning. */
const explain = (element, text, store) => {
  if (!store.has(text)) {
    const id = newId("meaning");
    store.set(text, id);
    meanings.append(make("p", { id }, text));
  }
  element.setAttribute("aria-describedby", store.get(text));
  element.classList.add("explained");
  const show = () => tell(() => element.getBoundingClientRect(), text);
  element.addEventListener("pointerenter", (event) => { if (event.pointerType !== "touch") show(); });
  element.addEventListener("pointerleave", hideSoon);
  element.addEventListener("focus", () => { if (element.matches(":focus-visible")) show(); });
  element.addEventListener("blur", hide);
  element.addEventListener("click", () => { if (element.classList.contains("term")) show(); else hide(); });
};

const meanings = make("div", { id: "meanings" });
meanings.hidden = true;

const hints = () => {
  document.body.append(hint, meanings);
  hint.addEventListener("pointerenter", () => window.clearTimeout(leaving));
  hint.addEventListener("pointerleave", hideSoon);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  window.addEventListener("scroll", () => { if (beside) place(); }, { passive: true, capture: true });
  const store = new Map();
  for (const head of document.querySelectorAll("main thead th, main tbody th[scope=row], main .facts dt")) {
    const text = data.definitions[shown(head)];
    if (!text) continue;
    let button = head.querySelector("button");
    if (!button) {
      button = make("button", { type: "button", class: "term" }, ...head.childNodes);
      head.append(button);
    }
    explain(button, text, store);
  }
  for (const figure of document.querySelectorAll("main figure")) pointed(figure);
};

const tight = (text) => text.replace(/\s+/g, "");

/** The labels of a chart that stand for rows: the row > its lines of text. */
const labelsOf = (figure, rows) => {
  const texts = [...figure.querySelectorAll("svg text")];
  const found = new Map();
  for (let start = 0; start < texts.length; start += 1) {
    let joined = "";
    for (let end = start; end < Math.min(start + 4, texts.length); end += 1) {
      joined += tight(texts[end].textContent);
      const row = rows.get(joined);
      if (row && !found.has(row)) { found.set(row, texts.slice(start, end + 1)); start = end; break; }
    }
  }
  return found;
};

/** The table that belongs to a figure: the next one in its chapter before another figure. */
const tableOf = (figure) => {
  const chapter = figure.closest("section");
  const after = [...chapter.querySelectorAll("figure, .scroll > table")];
  const next = after[after.indexOf(figure) + 1];
  return next?.tagName === "TABLE" ? next : null;
};

const told = (row) => {
  const titles = [...row.closest("table").tHead.rows[0].cells];
  const pairs = [...row.cells].slice(1).map((cell, place_) => [shown(titles[place_ + 1]), shown(cell)]);
  return [
    make("strong", {}, shown(row.cells[0])),
    make("dl", {}, ...pairs.filter(([, text]) => text).flatMap(
      ([title, text]) => [make("dt", {}, title), make("dd", {}, text)],
    )),
  ];
};

/** Show the row of a label on pointing at it, and mark the label of a row that is pointed at. */
const pointed = (figure) => {
  const table = tableOf(figure);
  if (!table) return;
  const rows = new Map(rowsOf(table).map((row) => [tight(shown(row.cells[0])), row]));
  const labels = labelsOf(figure, rows);
  const on = (row, yes) => {
    for (const text of labels.get(row)) text.classList.toggle("pointed", yes);
    row.classList.toggle("pointed", yes);
  };
  for (const [row, texts] of labels) {
    row.addEventListener("pointerenter", () => on(row, true));
    row.addEventListener("pointerleave", () => on(row, false));
    row.addEventListener("focusin", () => on(row, true));
    row.addEventListener("focusout", () => on(row, false));
    for (const text of texts) text.classList.add("label");
  }
  if (labels.size) underPointer(figure.querySelector("svg"), labels, on);
};

/** The box around the lines of a label. */
const around = (texts) => {
  const boxes = texts.map((text) => text.getBoundingClientRect());
  const side = (name, of) => of(...boxes.map((box) => box[name]));
  return { left: side("left", Math.min), right: side("right", Math.max), top: side("top", Math.min), bottom: side("bottom", Math.max) };
};

/** The label under the pointer or, where labels stand in a column, the one on the height of the pointer. */
const labelAt = (labels, x, y) => {
  const boxes = [...labels].map(([row, texts]) => ({ row, box: around(texts) }));
  const under = boxes.find(({ box }) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom);
  const column = Math.max(...boxes.map(({ box }) => box.right));
  if (under || boxes.some(({ box }) => Math.abs(box.right - column) > 3)) return under;
  const far = ({ box }) => Math.abs((box.top + box.bottom) / 2 - y);
  const nearest = boxes.reduce((one, other) => (far(other) < far(one) ? other : one));
  return far(nearest) <= Math.max(14, (nearest.box.bottom - nearest.box.top) / 2) ? nearest : undefined;
};

const underPointer = (svg, labels, on) => {
  let current = null;
  const leave = () => {
    if (current) { on(current, false); hideSoon(); }
    current = null;
  };
  svg.addEventListener("pointermove", (event) => {
    const found = labelAt(labels, event.clientX, event.clientY);
    if (found?.row === current) return;
    leave();
    if (!found) return;
    current = found.row;
    on(current, true);
    const left = Math.max(event.clientX, found.box.left);
    const texts = labels.get(current);
    tell(() => ({ ...around(texts), left }), ...told(current));
  });
  svg.addEventListener("pointerleave", leave);
};
