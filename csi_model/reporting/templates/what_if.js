"use strict";
(() => {
  const root = document.querySelector(".whatif");
  if (!root) return;
  root.hidden = false;
  const source = root.querySelector(".wi-data");
  if (!source) return;
  const data = JSON.parse(source.textContent);
  const words = data.words;
  const TOUCHING = 1e-9; // index points by which rounding may carry a level beyond the scale

  // ---- numbers as the tables write them

  /** Digits of a number without its sign, ties to the even digit as in the tables. */
  const fixed = (value, digits) => {
    const size = Math.abs(value);
    const tie = Number.isInteger(size * 2 ** (digits + 1)) && Number.isInteger(size * 10 ** digits * 2);
    const whole = size * 10 ** digits;
    if (!tie || Number.isInteger(whole)) return size.toFixed(digits);
    const even = 2 * Math.round(whole / 2);
    return (even / 10 ** digits).toFixed(digits);
  };

  const number = (value, digits) => {
    if (value === null || !Number.isFinite(value)) return data.empty;
    const text = fixed(value, digits);
    const [whole, rest] = text.split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest ? "." + rest : "");
    return value < 0 && /[1-9]/.test(text) ? "\u2212" + grouped : grouped;
  };

  const signed = (value, digits) => {
    const text = number(value, digits);
    return value > 0 && /[1-9]/.test(text) ? "+" + text : text;
  };

  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (all, key) => (key in values ? values[key] : all));

  const between = (lower, upper) =>
    filled(words.between, { lower: number(lower, 2), upper: number(upper, 2) });

  // ---- what moves: (I + T) x, and the limits of the change

  /** Effects and correlations of one sample by place. */
  const opened = (sample) => {
    const effects = new Map();
    for (const [target, driver, effect, lower, upper, why] of sample.effects) {
      effects.set(target + " " + driver, { effect, lower, upper, why });
    }
    const correlations = new Map();
    for (const [target, first, second, value, why] of sample.correlations) {
      correlations.set(target + " " + first + " " + second, { value, why });
      correlations.set(target + " " + second + " " + first, { value, why });
    }
    return { levels: sample.levels, effects, correlations };
  };

  /** Limits of a sum of pushed effects: method of variance estimates recovery, correlated estimates. */
  const limits = (sample, target, terms) => {
    const lacking = terms.find((term) => term.lower === null || term.upper === null);
    if (lacking) return { why: data.reasons[lacking.why] };
    const ends = [-1, 1].map((side) => {
      let shift = 0;
      const arms = terms.map((term) => {
        const rising = term.push * side > 0;
        const arm = rising ? term.upper - term.effect : term.effect - term.lower;
        if (arm < 0) shift += Math.abs(term.push) * arm; // a limit on the far side of its estimate
        return term.push * Math.max(arm, 0);
      });
      return { side, shift, arms };
    });
    for (let i = 0; i < terms.length; i += 1) {
      for (let j = i + 1; j < terms.length; j += 1) {
        if (ends.every((end) => end.arms[i] * end.arms[j] === 0)) continue;
        const found = sample.correlations.get(target + " " + terms[i].driver + " " + terms[j].driver);
        if (!found) return { why: words.no_correlations };
        if (found.value === null) return { why: data.reasons[found.why] };
        for (const end of ends) end.sum = (end.sum || 0) + 2 * found.value * end.arms[i] * end.arms[j];
      }
    }
    const [lower, upper] = ends.map((end) => {
      const squares = end.arms.reduce((sum, arm) => sum + arm * arm, end.sum || 0);
      return end.side * (Math.sqrt(Math.max(squares, 0)) + end.shift);
    });
    return { lower, upper };
  };

  /** How one construct moves under pushes by place: change and its limits, or why there are none. */
  const moved = (sample, target, pushes) => {
    const own = pushes.get(target) || 0;
    const terms = [];
    for (const [driver, push] of pushes) {
      const found = sample.effects.get(target + " " + driver);
      if (push !== 0 && driver !== target && found) terms.push({ driver, push, ...found });
    }
    const unknown = terms.find((term) => term.effect === null);
    if (unknown) return { change: null, why: data.reasons[unknown.why] };
    const change = terms.reduce((sum, term) => sum + term.push * term.effect, own);
    if (!terms.length) return { change, own: own !== 0 };
    const found = limits(sample, target, terms);
    if (found.why !== undefined) return { change, why: found.why };
    return { change, lower: change + found.lower, upper: change + found.upper };
  };

  // ---- the page

  const make = (tag, attributes, parent) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "text") made.textContent = value;
      else made.setAttribute(name, value);
    }
    if (parent) parent.append(made);
    return made;
  };

  const samples = new Map();
  const chosen = root.querySelector("#wi-sample");
  const current = () => {
    const at = Number(chosen.value);
    if (!samples.has(at)) samples.set(at, opened(data.samples[at]));
    return samples.get(at);
  };

  const rows = root.querySelector(".wi-rows");
  const sliders = data.sliders.map((place) => {
    const row = make("div", { class: "wi-row" }, rows);
    const range = "wi-range-" + place;
    const name = make("span", { class: "wi-name" }, row);
    make("label", { for: range, text: data.names[place] }, name);
    const level = make("output", { for: range + " wi-amount-" + place, "aria-live": "off" }, name);
    const slider = make("input", { type: "range", id: range, step: data.step, autocomplete: "off" }, row);
    const amount = make("span", { class: "wi-amount" }, row);
    const input = make(
      "input",
      {
        type: "number", id: "wi-amount-" + place, step: data.step, autocomplete: "off", inputmode: "decimal",
        "aria-label": filled(words.improvement, { name: data.names[place] }),
      },
      amount,
    );
    make("span", { text: words.points }, amount);
    const hint = make("span", { class: "wi-low", id: "wi-hint-" + place }, row);
    slider.setAttribute("aria-describedby", hint.id);
    const one = { place, good: data.good[place], level, slider, input, hint, value: 0, least: 0, most: 0 };
    slider.addEventListener("input", () => push(one, slider.valueAsNumber));
    input.addEventListener("input", () => push(one, input.valueAsNumber, true));
    input.addEventListener("change", () => push(one, Number(input.value)));
    return one;
  });

  const body = root.querySelector(".wi-results tbody");
  const titles = [...root.querySelectorAll(".wi-results thead .num")].map((cell) => cell.textContent);
  const results = data.targets.map((place, k) => {
    const row = make("tr", { role: "row" }, body);
    if (k === 0) row.className = "wi-headline";
    make("th", { scope: "row", role: "rowheader", text: data.marked[place] }, row);
    const [now, change, interval, then] = ["now", "change", "wide", "then"].map((name, column) =>
      make("span", {}, make("td", { role: "cell", class: "num wi-" + name, "data-title": titles[column] }, row)),
    );
    const scale = make("td", { role: "cell", class: "wi-scale" }, row);
    const bar = make("span", { class: "wi-bar", "aria-hidden": "true" }, scale);
    const parts = {};
    for (const name of ["kept", "moved", "at", "between"]) {
      parts[name] = make("i", { class: "wi-" + name }, bar);
    }
    return { place, good: data.good[place], now, change, interval, then, parts };
  });

  const reset = root.querySelector(".wi-reset");
  const beyond = root.querySelector(".wi-beyond");
  const notes = root.querySelector(".wi-live .notes");
  const told = root.querySelector(".wi-told");
  const readout = root.querySelector(".wi-readout");

  const stepped = (value) => Math.round(value / data.step) * data.step;

  /** Set one slider, within what its scale leaves; ``typing`` leaves the text of the field as it is. */
  const push = (one, value, typing = false) => {
    const wanted = Number.isFinite(value) ? value : 0;
    one.value = Math.min(Math.max(stepped(wanted), one.least), one.most) + 0;
    one.slider.value = String(one.value);
    if (!typing) one.input.value = String(one.value);
    show();
  };

  /** How far the sliders go in the chosen sample. */
  const limit = () => {
    const { levels } = current();
    for (const one of sliders) {
      const level = levels[one.place];
      const [down, up] = one.good > 0 ? [level, 100 - level] : [100 - level, level];
      const room = (left) => Math.floor(Math.min(Math.max(left + TOUCHING, 0), data.most) / data.step) * data.step;
      one.least = -room(down) + 0;
      one.most = room(up);
      const stuck = one.least === one.most;
      for (const field of [one.slider, one.input]) {
        field.min = one.least;
        field.max = one.most;
        field.disabled = stuck;
      }
      const hints = [one.good < 0 ? words.low : "", stuck ? words.stuck : ""].filter(Boolean);
      one.hint.textContent = hints.join(words.list_break);
      one.value = Math.min(Math.max(one.value, one.least), one.most) + 0;
      one.slider.value = String(one.value);
      one.input.value = String(one.value);
    }
  };

  const outside = (level) => (level === null ? 0 : level > 100 + TOUCHING ? 1 : level < -TOUCHING ? -1 : 0);

  /** A level, or on which side of the scale it would be. */
  const levelText = (level) => {
    const off = outside(level);
    return off > 0 ? words.off_high : off < 0 ? words.off_low : number(level, 1);
  };

  const showSlider = (one, level, after) => {
    one.level.textContent =
      after === level
        ? filled(words.level, { now: number(level, 1) })
        : filled(words.levels, { now: number(level, 1), then: levelText(after) });
    one.level.classList.toggle("bad", outside(after) !== 0);
    const text = number(Math.abs(one.value), 1);
    const spoken = one.value > 0 ? words.more : one.value < 0 ? words.less : words.none;
    one.slider.setAttribute("aria-valuetext", filled(spoken, { points: text }));
    const at = (value) => {
      const share = one.most > one.least ? (value - one.least) / (one.most - one.least) : 0;
      return "calc(10px + " + share + " * (100% - 20px))";
    };
    one.slider.style.setProperty("--zero", at(0));
    one.slider.style.setProperty("--low", at(Math.min(one.value, 0)));
    one.slider.style.setProperty("--high", at(Math.max(one.value, 0)));
  };

  const drawBar = ({ parts, good }, level, found) => {
    const inside = (value) => Math.min(Math.max(value, 0), 100);
    const place = (part, from, to) => {
      part.style.left = inside(from) + "%";
      part.style.width = Math.max(inside(to) - inside(from), 0) + "%";
    };
    const then = found.change === null ? level : level + found.change;
    place(parts.kept, 0, Math.min(level, then));
    place(parts.moved, Math.min(level, then), Math.max(level, then));
    parts.moved.classList.toggle("wi-fallen", then < level);
    parts.moved.classList.toggle("wi-worse", good * (then - level) < 0);
    parts.at.style.left = inside(then) + "%";
    const known = found.lower !== undefined;
    place(parts.between, known ? level + found.lower : 0, known ? level + found.upper : 0);
    parts.between.hidden = !known;
  };

  const intervalText = (found) => {
    if (found.lower !== undefined) return between(found.lower, found.upper);
    if (found.why !== undefined) return data.empty;
    return found.own ? words.exact : "";
  };

  const sentence = (place, level, found) => {
    const name = data.names[place];
    if (found.change === null) return filled(words.told_unknown, { name });
    const change = signed(found.change, 2);
    const then = levelText(level + found.change);
    if (outside(level + found.change)) return filled(words.told_off, { name, change, where: then });
    const interval =
      found.lower === undefined
        ? ""
        : filled(words.told_interval, { level: data.level, interval: between(found.lower, found.upper) });
    const now = number(level, 1);
    return filled(words.told, { name, change, now, then, interval });
  };

  let waiting = 0;
  /** Say it once the reader pauses. */
  const tell = (text) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { told.textContent = text; }, 350);
  };

  const showResult = (row, level, found, texts) => {
    row.now.textContent = number(level, 1);
    row.change.textContent = signed(found.change, 2);
    row.interval.textContent = intervalText(found);
    const after = found.change === null ? null : level + found.change;
    row.then.textContent = levelText(after);
    row.then.parentElement.classList.toggle("bad", outside(after) !== 0);
    if (found.why !== undefined) {
      const why = found.change === null ? found.why : filled(words.no_interval, { why: found.why });
      if (!texts.includes(why)) texts.push(why);
      make("sup", { text: texts.indexOf(why) + 1 }, found.change === null ? row.change : row.interval);
    }
    drawBar(row, level, found);
  };

  const show = () => {
    const sample = current();
    const pushes = new Map(sliders.map((one) => [one.place, one.good * one.value]));
    const found = new Map(data.names.map((_, place) => [place, moved(sample, place, pushes)]));
    const after = (place) => {
      const { change } = found.get(place);
      return change === null ? null : sample.levels[place] + change;
    };
    for (const one of sliders) {
      const level = sample.levels[one.place];
      showSlider(one, level, found.get(one.place).change === 0 ? level : after(one.place));
    }
    const texts = [];
    for (const row of results) showResult(row, sample.levels[row.place], found.get(row.place), texts);
    notes.replaceChildren(
      ...texts.map((text, k) => {
        const item = make("li", { text: " " + text });
        item.prepend(make("sup", { text: k + 1 }));
        return item;
      }),
    );
    notes.hidden = !texts.length;
    const left = data.names.flatMap((name, place) =>
      outside(after(place)) ? [filled(words.beyond_name, { name, level: number(after(place), 1) })] : [],
    );
    const last = left.length > 1 ? words.and + left.pop() : "";
    beyond.textContent = left.length ? filled(words.beyond, { names: left.join(words.comma) + last }) : "";
    beyond.hidden = !left.length;
    const [head] = results;
    readout.replaceChildren(
      document.createTextNode(data.names[head.place]),
      make("b", { text: head.then.textContent }),
      document.createTextNode(head.change.textContent),
    );
    const still = sliders.every((one) => one.value === 0);
    const sentences = data.targets.map((place) => sentence(place, sample.levels[place], found.get(place)));
    if (beyond.textContent) sentences.push(beyond.textContent);
    tell(still ? words.start : sentences.join(words.space));
  };

  chosen.addEventListener("change", () => { limit(); show(); });
  reset.addEventListener("click", () => {
    for (const one of sliders) one.value = 0;
    limit();
    show();
  });
  limit();
  show();
})();
