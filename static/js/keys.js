// Single keys for a list of rows (data-keys="list") or a page (data-keys="page", then in all of main). They act only
// while focus is inside and not in a field. A key presses what is marked data-key in the row with focus, else anywhere
// in the region; j, k and the arrows move through the rows.
const region = document.querySelector("[data-keys]");
const place = region?.dataset.keys === "page" ? region.closest("main") : region;
const FIELDS = "input:not([type=checkbox]), select, textarea, [contenteditable]";

const links = () => [...region.querySelectorAll("[data-row] [data-open]")];
const rowOf = (element) => element.closest("[data-row]");

function move(from, step) {
  const all = links();
  const here = all.findIndex((link) => rowOf(link) === rowOf(from));
  const next = here < 0 ? all[0] : all[here + step];
  next?.focus();
  return Boolean(next);
}

place?.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches(FIELDS)) return;
  const row = rowOf(event.target);
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (step && region.dataset.keys === "list") {
    if (move(event.target, step)) event.preventDefault();
  } else if (event.key === "Enter" && row && event.target.matches("[type=checkbox]")) {
    event.preventDefault();
    row.querySelector("[data-open]").click();
  } else if (event.key === "?") {
    const help = document.getElementById("keys");
    help.open = !help.open;
    if (help.open) help.querySelector("summary").focus();
  } else if (event.key.length === 1) {
    const key = CSS.escape(event.key);
    const target = (row ?? region).querySelector(`[data-key="${key}"]`);
    if (target) {
      event.preventDefault();
      target.click();
    }
  }
});

// "All on this page" ticks the boxes that are there, so that what comes in later is not meant.
const all = () => region?.querySelector("[data-all]");
region?.addEventListener("change", (event) => {
  const boxes = [...region.querySelectorAll("[name=post]")];
  if (event.target === all()) for (const box of boxes) box.checked = event.target.checked;
  else if (boxes.includes(event.target)) all().checked = boxes.every((box) => box.checked);
});
region?.addEventListener("submit", () => {
  if (all()) all().disabled = true;
});

// Back from a post or after a deed: focus where the address points; on a post, where its keys work.
const meant = document.getElementById(location.hash.slice(1) || "-");
if (meant?.matches("[data-open]")) meant.focus();
else if (location.hash === "#list") links()[0]?.focus();
else if (region?.dataset.keys === "page" && !document.querySelector("[data-focus]")) place.focus({ preventScroll: true });
