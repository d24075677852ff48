// Moves focus to the error summary, so that screen readers and keyboards start there.
document.querySelector("[data-focus]")?.focus();
