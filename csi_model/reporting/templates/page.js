// What the other scripts of a page build on: its data, its words, elements made of text only.

const data = JSON.parse(document.getElementById("page-data").textContent);
const words = data.words;

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));

/** Make an element; attributes that are null are left out, children are elements or texts. */
const make = (tag, attributes = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
};

const squeezed = (text) => text.replace(/\s+/g, " ").trim();

/** The text of a cell without the marks of its notes. */
const shown = (cell) => {
  if (cell.querySelector("sup") === null) return squeezed(cell.textContent);
  const copy = cell.cloneNode(true);
  copy.querySelectorAll("sup").forEach((mark) => mark.remove());
  return squeezed(copy.textContent);
};

const status = make("p", { role: "status", class: "hidden", id: "page-status" });

/** Tell readers of a screen reader what happened. */
const announce = (text) => {
  status.textContent = "";
  window.setTimeout(() => { status.textContent = text; }, 50);
};

const kept = {
  read(name) {
    try { return window.localStorage.getItem(name); } catch { return null; }
  },
  write(name, value) {
    try { window.localStorage.setItem(name, value); } catch { /* the page works without it */ }
  },
};

let numbered = 0;
const newId = (start) => `${start}-${(numbered += 1)}`;
