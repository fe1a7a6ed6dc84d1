// The page as it is written is complete; what follows only adds to it.

document.documentElement.classList.add("scripted");
document.body.append(status);
contents();
tables();
hints();
choosing();

/** What scrolls can be reached by the keyboard; what does not, is no stop on the way. */
const reach = (one) => {
  const { overflowX, overflowY } = getComputedStyle(one);
  const wide = overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1;
  const high = overflowY !== "visible" && one.scrollHeight > one.clientHeight + 1;
  if (wide || high) one.tabIndex = 0;
  else one.removeAttribute("tabindex");
};
const resized = new ResizeObserver((entries) => entries.forEach((entry) => reach(entry.target)));
document.querySelectorAll("main :is(figure, .scroll, pre, .whatif ul, .choose ul)").forEach((one) => resized.observe(one));

const closed = [];
window.addEventListener("beforeprint", () => {
  closed.push(...document.querySelectorAll("details:not([open])"));
  closed.forEach((one) => { one.open = true; });
});
window.addEventListener("afterprint", () => { closed.splice(0).forEach((one) => { one.open = false; }); });
