// Contents: the chapter that is read is marked; a menu on small screens. Appearance: light or dark.

const THEME = "csi-report-theme";

const contents = () => {
  const nav = document.getElementById("contents");
  const links = new Map([...nav.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  const here = make("span", { class: "here" });
  const close = () => { nav.classList.remove("open"); button.setAttribute("aria-expanded", "false"); };
  const toggle = () => button.setAttribute("aria-expanded", String(nav.classList.toggle("open")));
  const list = nav.querySelector(".parts");
  list.id = "contents-list";
  const button = make(
    "button",
    { type: "button", class: "menu", "aria-expanded": "false", "aria-controls": list.id, click: toggle },
    make("span", { class: "bars", "aria-hidden": "true" }), words.menu,
  );
  nav.prepend(make("div", { class: "bar" }, button, here));
  list.addEventListener("click", (event) => { if (event.target.closest("a")) close(); });
  nav.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && nav.classList.contains("open")) { close(); button.focus(); }
  });
  nav.append(appearance());
  follow(links, here, nav);
};

/** Mark the chapter that stands at the upper third of the window. */
const follow = (links, here, nav) => {
  let current = null;
  const mark = (link) => {
    if (link === current || !link) return;
    current?.removeAttribute("aria-current");
    current = link;
    link.setAttribute("aria-current", "true");
    here.textContent = link.textContent;
    const top = link.offsetTop;
    if (nav.scrollHeight > nav.clientHeight && (top < nav.scrollTop || top > nav.scrollTop + nav.clientHeight - 60)) {
      nav.scrollTop = top - nav.clientHeight / 3;
    }
  };
  const visible = new Set();
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) visible[entry.isIntersecting ? "add" : "delete"](entry.target.id);
    mark([...links].filter(([id]) => visible.has(id)).at(-1)?.[1]);
  }, { rootMargin: "-20% 0px -70% 0px" });
  document.querySelectorAll("main > section").forEach((section) => watcher.observe(section));
  mark([...links.values()][0]);
};

/** Return the choice of light, dark, or what the system says; it is kept where the browser allows it. */
const appearance = () => {
  const choose = (value) => {
    if (value === "light" || value === "dark") document.documentElement.dataset.theme = value;
    else delete document.documentElement.dataset.theme;
  };
  const select = make("select", { id: "appearance" }, ...["system", "light", "dark"].map(
    (value) => make("option", { value }, words[value]),
  ));
  const before = kept.read(THEME);
  if (before === "light" || before === "dark") { select.value = before; choose(before); }
  select.addEventListener("change", () => { choose(select.value); kept.write(THEME, select.value); });
  return make("p", { class: "appearance" }, make("label", { for: "appearance" }, words.appearance), select);
};
