// Keeps what is marked data-live="seconds" up to date: htmx fetches it anew and morphs it in.
// Not while the tab is hidden, nor while the switch [data-live-switch] is off (remembered until the tab closes).
// When the session is over, [data-live-ended] says so, and nothing is asked any more.
const PAUSED = "live-paused";
const regions = [...document.querySelectorAll("[data-live]")];
const toggle = document.querySelector("[data-live-switch]");
let over = false;

if (toggle) {
  toggle.closest("[hidden]").hidden = false;
  toggle.checked = !sessionStorage.getItem(PAUSED);
  toggle.addEventListener("change", () => {
    if (toggle.checked) sessionStorage.removeItem(PAUSED);
    else sessionStorage.setItem(PAUSED, "yes");
    regions.forEach(refresh);
  });
}

function refresh(region) {
  if (over || document.hidden || (toggle && !toggle.checked)) return;
  region.dispatchEvent(new Event("refresh"));
}

for (const region of regions) {
  setInterval(refresh, Number(region.dataset.live) * 1000, region);
  region.addEventListener("htmx:before:response", (event) => {
    const answer = event.detail.ctx.response.raw;
    if (!answer.redirected && ![401, 403, 404].includes(answer.status)) return;
    event.preventDefault();
    over = true;
    const notice = document.querySelector("[data-live-ended]");
    if (notice) notice.hidden = false;
  });
}
document.addEventListener("visibilitychange", () => regions.forEach(refresh));
