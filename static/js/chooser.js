// While one writes in a chooser, its list of suggestions follows from the server. Without this it is a plain text field.
const WAIT = 200;

for (const input of document.querySelectorAll("input[data-choices]")) {
  const list = document.getElementById(input.getAttribute("list"));
  let timer = 0;
  let asked = "";
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const text = input.value.trim();
      // What was just chosen from the list needs no other suggestions.
      if (text === asked || [...list.options].some((option) => option.value === text)) return;
      asked = text;
      const address = new URL(input.dataset.choices, location.href);
      address.searchParams.set("q", text);
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (!answer.ok || asked !== text) return;
      const { choices } = await answer.json();
      list.replaceChildren(...choices.map((choice) => new Option(choice, choice)));
    }, WAIT);
  });
}
