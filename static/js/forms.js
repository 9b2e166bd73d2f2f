/* Forms in dialogs that HTMX loads: what went wrong is said inside the dialog, which lies over the
   page's notices, and after an act the reader stands at the section that it changed. */

/** Move the page's notices into the open dialog, if there is one. */
function bringForward() {
  const place = document.querySelector("dialog[open] [data-refusals]");
  const notices = document.getElementById("notices");
  if (place && notices?.childElementCount) {
    place.replaceChildren(...notices.children);
    place.scrollIntoView({ block: "nearest" });
  }
}

for (const happened of [
  "htmx:afterSwap",
  "htmx:sendError",
  "htmx:timeout",
  "htmx:responseError",
]) {
  document.addEventListener(happened, bringForward);
}

/* A dialog goes with the section it belongs to when that is swapped; focus would fall to the top. */
document.addEventListener("measure-changed", (event) => {
  const section = document.getElementById(event.detail?.section);
  if (section && document.activeElement === document.body) {
    section.querySelector("h2[tabindex]")?.focus({ preventScroll: true });
  }
});

/** A part is left as it is while its reader is at work in it: another act must not take that away. */
function isInUse(part) {
  const fields = [...part.querySelectorAll("input:not([type=hidden]), textarea")];
  return (
    part.querySelector("dialog[open]") !== null ||
    fields.some((field) => field.value !== field.defaultValue)
  );
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { elt, target } = event.detail;
  if (elt === target && target.matches?.("[data-elsewhere]") && isInUse(target)) {
    event.detail.shouldSwap = false;
  }
});

/* Cells typed but not saved stay typed when another act swaps the section the grid stands in. */
let typed = [];

document.addEventListener("htmx:beforeSwap", (event) => {
  const { elt, target, shouldSwap } = event.detail;
  const form = target?.querySelector?.("form[data-grid-form]");
  if (form && shouldSwap && target.id !== "notices" && !form.contains(elt)) {
    typed = [...form.querySelectorAll("input[data-dirty]")].map((cell) => [cell.name, cell.value]);
  }
});

document.addEventListener("htmx:afterSettle", () => {
  for (const [name, value] of typed) {
    const cell = document.querySelector(`form[data-grid-form] input[name="${CSS.escape(name)}"]`);
    if (cell && !cell.readOnly) {
      cell.value = value;
      cell.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
  typed = [];
});
