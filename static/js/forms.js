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
  if (document.activeElement === document.body) {
    const section = event.target.closest?.("section") ?? document;
    section.querySelector("h2[tabindex]")?.focus({ preventScroll: true });
  }
});
