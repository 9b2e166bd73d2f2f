/* An open dashboard follows changes: #poll asks, and what has changed is swapped in by htmx. This
   file keeps what the reader has opened, scrolled and focused through a swap, and says quietly when
   the server no longer answers, instead of a notice every two seconds. */

const isPoll = (event) =>
  event.target.id === "poll" || event.detail?.requestConfig?.elt?.id === "poll";

/** Find a chart's table or a scrolled table again after a swap, by the name a reader hears. */
const scrolled = () => [...document.querySelectorAll(".table-scroll[aria-label]")];
const openTables = () => [...document.querySelectorAll("figure[data-chart] details[open]")];
const chartOf = (details) => details.closest("figure").dataset.chart;

let kept = null;

function keep() {
  kept = {
    open: openTables().map(chartOf),
    places: scrolled().map((each) => [each.ariaLabel, each.scrollLeft, each.scrollTop]),
    address: document.activeElement?.closest("#headline, #children")
      ? document.activeElement.getAttribute("href")
      : null,
  };
}

function restore() {
  if (!kept) {
    return;
  }
  for (const figure of document.querySelectorAll("figure[data-chart]")) {
    figure.querySelector("details").open ||= kept.open.includes(figure.dataset.chart);
  }
  for (const [label, left, top] of kept.places) {
    scrolled()
      .filter((each) => each.ariaLabel === label)
      .forEach((each) => each.scrollTo({ left, top, behavior: "instant" }));
  }
  if (kept.address && document.activeElement === document.body) {
    document
      .querySelector(`#headline a[href="${CSS.escape(kept.address)}"], #children a[href="${CSS.escape(kept.address)}"]`)
      ?.focus({ preventScroll: true });
  }
  kept = null;
}

function tell(isLost) {
  const words = document.getElementById("lost");
  if (words) {
    words.hidden = !isLost;
  }
}

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isPoll(event)) {
    return;
  }
  if (event.detail.xhr.status >= 400) {
    event.detail.shouldSwap = false;
    event.stopPropagation();
    tell(true);
  } else {
    keep();
  }
}, true);

for (const failed of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(failed, (event) => {
    if (isPoll(event)) {
      event.stopPropagation();
      tell(true);
    }
  }, true);
}

document.addEventListener("htmx:afterRequest", (event) => {
  const status = event.detail.xhr.status;
  if (isPoll(event) && status >= 200 && status < 400) {
    tell(false);
    restore();
  }
}, true);
