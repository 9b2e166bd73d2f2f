/* What every page does in the browser: menus, dialogs, notices, failures, leaving with changes.
   Every page can be read and every form can be sent without this file. */

const once = (selector, root = document) => root.querySelector(selector);

/** Close open menus when the reader presses Escape or points elsewhere. */
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) {
      menu.open = false;
    }
  }
}

document.addEventListener("click", (event) => {
  const target = event.target;
  closeMenus(target.closest("details[data-menu]"));

  const opener = target.closest("[data-dialog-open]");
  if (opener) {
    document.getElementById(opener.dataset.dialogOpen)?.showModal();
    return;
  }
  if (target.closest("[data-dialog-close]")) {
    target.closest("dialog").close();
    return;
  }
  if (target.closest("[data-dismiss]")) {
    target.closest(".notice").remove();
    once("#main")?.focus({ preventScroll: true });
  }
});

/* The box in the head of a table ticks all boxes below it; without scripts it is not there. */
for (const all of document.querySelectorAll("[data-tick-all]")) {
  const boxes = [...all.closest("table").querySelectorAll("tbody input[type=checkbox]")];
  const follow = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) {
      box.checked = all.checked;
    }
  });
  all.closest("table").addEventListener("change", follow);
  follow();
}

/* On a phone what is long stays folded until it is asked for; paper shows all of it. */
const folds = [...document.querySelectorAll("details[data-fold]")];
for (const fold of folds) {
  fold.open = !matchMedia("(width < 40rem)").matches;
}
addEventListener("beforeprint", () => {
  for (const fold of folds) {
    fold.open = true;
  }
});

/* Where a row of links is wider than the screen, the one for this page is in sight. */
for (const here of document.querySelectorAll("nav li > [aria-current=page]")) {
  const row = here.closest("nav");
  const beyond = here.getBoundingClientRect().right - row.getBoundingClientRect().right;
  row.scrollLeft += Math.max(0, beyond + 16);
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") {
    return;
  }
  const open = once("details[data-menu][open]");
  if (open) {
    open.open = false;
    once("summary", open).focus();
  }
});

/** Say that something failed, in the words the server put into the page. */
function tellFailure() {
  const words = document.getElementById("notice-of-failure");
  const place = document.getElementById("notices");
  if (words && place) {
    place.replaceChildren(words.content.cloneNode(true));
    place.scrollIntoView({ block: "nearest" });
  }
}

document.addEventListener("htmx:sendError", tellFailure);
document.addEventListener("htmx:timeout", tellFailure);
document.addEventListener("htmx:responseError", tellFailure);

/* A whole page where a fragment was asked for (a login that ran out, a proxy's own error page)
   must not be put into the middle of this one. */
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, serverResponse } = event.detail;
  if (/^\s*<!doctype html/i.test(serverResponse ?? "")) {
    event.detail.shouldSwap = false;
    if (xhr.status < 400) {
      window.location.reload();
    } else {
      tellFailure();
    }
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "notices") {
    event.detail.target.scrollIntoView({ block: "nearest" });
  }
});

/** A form with data-warn-unsaved holds changes when any of its fields differs from the page. */
function isChanged(form) {
  return [...form.elements].some((field) => {
    if (field.type === "checkbox" || field.type === "radio") {
      return field.checked !== field.defaultChecked;
    }
    if (field.type === "select-one" || field.type === "select-multiple") {
      return [...field.options].some((option) => option.selected !== option.defaultSelected);
    }
    return "defaultValue" in field && field.type !== "hidden" && field.value !== field.defaultValue;
  });
}

let isSending = false;
document.addEventListener("submit", () => {
  isSending = true;
});
for (const ended of ["htmx:afterRequest", "pageshow"]) {
  window.addEventListener(ended, () => {
    isSending = false;
  });
}

window.addEventListener("beforeunload", (event) => {
  const forms = [...document.querySelectorAll("form[data-warn-unsaved]")];
  if (!isSending && forms.some(isChanged)) {
    event.preventDefault();
  }
});
