// Groups and waves: choose some, follow them through every table and chart that shows them.

const SEARCHED_FROM = 12;
const PAIR = / → | – /;

/** What a text stands for: the places of the groups and waves that it names. */
const named = (things) => {
  const full = new Map();
  const short = new Map();
  things.forEach((thing, place_) => {
    for (const name of [thing.label, ...thing.names]) full.set(squeezed(name), place_);
    if (thing.short) short.set(thing.short, [...(short.get(thing.short) ?? []), place_]);
  });
  const one = (text, title) => {
    if (full.has(text)) return [full.get(text)];
    const places = short.get(text) ?? [];
    if (places.length < 2) return places;
    return places.filter((place_) => title && title.startsWith(things[place_].within));
  };
  return (text, title) => [...new Set([...one(text, title), ...text.split(PAIR).flatMap((part) => one(part, title))])];
};

/** Tell of every row which groups it is about: by its name, the heading of its block, its other words. */
const tagged = (things) => {
  const find = named(things);
  const made = new Map();
  if (!things.length) return made;
  for (const table of document.querySelectorAll("main .scroll > table")) {
    const others = data.not_groups.includes(shown(table.tHead.rows[0].cells[0]));
    for (const body of table.tBodies) {
      const heading = [...body.rows].find(isTitle);
      const title = heading ? squeezed(heading.textContent) : "";
      for (const row of body.rows) {
        if (row === heading) continue;
        const texts = others ? [] : [...row.cells].filter((cell) => !cell.classList.contains("num")).map(shown);
        const places = new Set([...texts, title].flatMap((text) => find(text, title)));
        if (places.size) made.set(row, { places, own: texts.length ? find(texts[0], title) : [] });
      }
    }
  }
  return made;
};

const chosen = { groups: new Set(), waves: new Set(), only: false };

/** Mark the rows of what is chosen; with `only`, hide the others in tables that show something chosen. */
const mark = (tags) => {
  for (const table of document.querySelectorAll("main .scroll > table")) {
    const rows = rowsOf(table);
    const state = (row) => ["groups", "waves"].map((kind) => {
      const places = tags[kind].get(row)?.places;
      return !chosen[kind].size || !places ? null : [...places].some((place_) => chosen[kind].has(place_));
    });
    const states = new Map(rows.map((row) => [row, state(row)]));
    const hit = [0, 1].map((k) => [...states.values()].some((found) => found[k] === true));
    for (const [row, found] of states) {
      const out = found.some((one, k) => one === false && hit[k]);
      const marked = !out && found.includes(true);
      row.classList.toggle("chosen", marked);
      row.classList.toggle("unchosen", chosen.only && out);
    }
    tidy(table);
  }
};

/** Mark the labels of chosen groups in charts. */
const markCharts = (labels) => {
  for (const [text, places] of labels) {
    text.classList.toggle("chosen", places.some((place_) => chosen.groups.has(place_)));
  }
};

const chartLabels = (things) => {
  const find = named(things);
  const made = new Map();
  if (!things.length) return made;
  for (const text of document.querySelectorAll("main figure svg text")) {
    const places = find(squeezed(text.textContent), "");
    if (places.length) made.set(text, places);
  }
  return made;
};

/** What the tables say of a group: the cells under the titles of index, interval, n, ranks, state. */
const facts = (place_, tags) => {
  const made = new Map();
  for (const [row, { places, own }] of tags.groups) {
    if (places.size !== 1 || own[0] !== place_) continue;
    const waves = tags.waves.get(row)?.places;
    if (waves && chosen.waves.size && ![...waves].some((one) => chosen.waves.has(one))) continue;
    const titles = [...row.closest("table").tHead.rows[0].cells].map(shown);
    if (!titles.includes(data.titles.index)) continue;
    for (const [key, title] of Object.entries(data.titles)) {
      const at = titles.indexOf(title);
      const text = at > 0 ? shown(row.cells[at]) : "";
      if (text && text !== EMPTY && !made.has(key)) made.set(key, text);
    }
  }
  return made;
};

const choosing = () => {
  const tags = { groups: tagged(data.groups), waves: tagged(data.waves) };
  const rows = [...tags.groups.keys(), ...tags.waves.keys()];
  const first = document.querySelector("#groups, #league, #waves") ?? rows[0]?.closest("section");
  if (!rows.length || !first) return;
  const labels = chartLabels(data.groups);
  const strip = make("aside", { class: "strip", "aria-label": words.chosen });
  strip.hidden = true;
  const boxes = { groups: [], waves: [] };
  const renew = () => {
    mark(tags);
    markCharts(labels);
    show(strip, tags, boxes, renew);
  };
  const lists = ["groups", "waves"].filter((kind) => data[kind].length).map((kind) => list(kind, boxes, renew));
  const title = !data.waves.length ? words.choose : data.groups.length ? words.choose_waves : words.choose_wave;
  const panel = make("details", { class: "choose more" }, make("summary", {}, title, make("span", {}, words.choose_about)), ...lists);
  first.querySelector("h2").after(panel);
  document.body.append(strip);
};

/** The boxes of all groups, with a search where there are many. */
const list = (kind, boxes, renew) => {
  const things = data[kind];
  const items = things.map((thing, place_) => {
    const box = make("input", { type: "checkbox", id: newId(kind) });
    boxes[kind].push(box);
    box.addEventListener("change", () => {
      chosen[kind][box.checked ? "add" : "delete"](place_);
      renew();
    });
    const state = thing.suppressed ? [make("span", { class: "small" }, ` (${data.suppressed})`)] : [];
    return make("li", {}, box, make("label", { for: box.id }, thing.label, ...state));
  });
  const held = make("ul", {}, ...items);
  const made = make("fieldset", {}, make("legend", {}, words[kind]));
  if (things.length > SEARCHED_FROM) made.append(search(items, things));
  made.append(held);
  return made;
};

const search = (items, things) => {
  const count = make("output", { class: "count" });
  const box = make("input", { type: "search", class: "filter", id: newId("find"), autocomplete: "off", spellcheck: "false" });
  box.addEventListener("input", () => {
    const asked = squeezed(box.value).toLowerCase();
    things.forEach((thing, k) => { items[k].hidden = !squeezed(thing.label).toLowerCase().includes(asked); });
    const left = items.filter((item) => !item.hidden).length;
    count.textContent = asked ? fill(words.found, { shown: left, all: items.length }) : "";
  });
  return make("p", { class: "find" }, make("label", { for: box.id }, words.find_group), box, count);
};

/** The strip at the foot of the window: what is chosen and what the tables say of it. */
const show = (strip, tags, boxes, renew) => {
  const any = chosen.groups.size + chosen.waves.size > 0;
  strip.hidden = !any;
  document.documentElement.classList.toggle("following", any);
  if (!any) { strip.replaceChildren(); return; }
  const drop = (kind, place_) => () => {
    chosen[kind].delete(place_);
    boxes[kind][place_].checked = false;
    renew();
    (strip.querySelector("button") ?? boxes[kind][place_]).focus();
  };
  const chips = ["groups", "waves"].flatMap((kind) => [...chosen[kind]].sort((a, b) => a - b).map((place_) => {
    const thing = data[kind][place_];
    return make("li", {}, make("strong", {}, thing.label), ...(kind === "groups" ? factsShown(thing, facts(place_, tags)) : []),
      make("button", { type: "button", "aria-label": fill(words.drop, { name: thing.label }), click: drop(kind, place_) }, "✕"));
  }));
  strip.replaceChildren(make("ul", {}, ...chips), controls(tags, boxes, renew));
};

const factsShown = (thing, found) => {
  if (thing.suppressed) return [` ${data.suppressed}`];
  const text = ["index", "interval", "n", "rank"].filter((key) => found.has(key)).map((key) => [data.titles[key], found.get(key)]);
  return text.map(([title, value]) => make("span", { class: "fact" }, `${title} `, make("b", {}, value)));
};

const controls = (tags, boxes, renew) => {
  const only = make("input", { type: "checkbox", id: "only-chosen" });
  only.checked = chosen.only;
  only.addEventListener("change", () => { chosen.only = only.checked; mark(tags); });
  const clear = () => {
    for (const kind of ["groups", "waves"]) {
      chosen[kind].clear();
      boxes[kind].forEach((box) => { box.checked = false; });
    }
    chosen.only = false;
    renew();
    document.querySelector(".choose summary").focus();
  };
  return make("p", { class: "controls" }, only, make("label", { for: "only-chosen" }, words.only),
    make("button", { type: "button", click: clear }, words.clear));
};
