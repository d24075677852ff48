// Adds a button that copies the text of a field marked data-copy="label" data-copied="label once done".
for (const field of document.querySelectorAll("textarea[data-copy][data-copied]")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "ds-button";
  button.dataset.variant = "secondary";
  button.dataset.size = "sm";
  button.textContent = field.dataset.copy;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    button.textContent = field.dataset.copied;
  });
  field.after(button);
}
