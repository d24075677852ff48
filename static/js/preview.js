// Shows a text as it will look while it is being written: a moment after the last key, htmx posts the form to
// [data-preview] and morphs the answer in. When the session is over nothing is asked any more; the text stays.
const region = document.querySelector("[data-preview]");
const form = region && document.querySelector(region.getAttribute("hx-include"));
const PAUSE = 500;
let timer;
let over = false;

if (form) {
  region.closest("[hidden]")?.removeAttribute("hidden");
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  });
  region.addEventListener("htmx:before:response", (event) => {
    const answer = event.detail.ctx.response.raw;
    if (!answer.redirected && answer.ok) return;
    event.preventDefault();
    over = answer.redirected || [401, 403, 404].includes(answer.status);
  });
  // htmx is deferred too, and listens once the page is read.
  if (document.readyState === "complete") show();
  else addEventListener("load", show);
}

function show() {
  if (!over) region.dispatchEvent(new Event("refresh"));
}
