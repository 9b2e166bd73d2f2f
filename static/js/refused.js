/* Nothing typed is lost to a refusal, nor to a password asked for in between: who comes back from
   such a page finds the form as it was sent. Kept in this tab alone, until the next other page. */

const SENT = "assay.sent";

const here = () => location.pathname + location.search;

/** Fields a person filled in; secrets and files are never kept. */
function typed(form) {
  return [...form.elements].filter(
    (field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type),
  );
}

const isTicked = (field) => field.type === "checkbox" || field.type === "radio";

function keep(form) {
  const fields = typed(form).map((field) =>
    isTicked(field) ? [field.name, field.value, field.checked] : [field.name, field.value],
  );
  const at = [...document.forms].indexOf(form);
  sessionStorage.setItem(SENT, JSON.stringify({ page: here(), at, fields }));
}

function give(form, fields) {
  const filled = typed(form);
  if (filled.length !== fields.length) {
    return;
  }
  filled.forEach((field, place) => {
    const [name, value, checked] = fields[place];
    if (field.name !== name) {
      return;
    }
    if (isTicked(field)) {
      field.checked = checked;
    } else {
      field.value = value;
    }
  });
}

const isBetween = document.querySelector("[data-refused]") !== null;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "post" && !isBetween && !event.defaultPrevented) {
    keep(form);
  }
});

if (!isBetween) {
  const sent = JSON.parse(sessionStorage.getItem(SENT) ?? "null");
  sessionStorage.removeItem(SENT);
  const wasRefused = sessionStorage.getItem("assay.refused");
  sessionStorage.removeItem("assay.refused");
  if (sent && wasRefused && sent.page === here() && document.forms[sent.at]) {
    give(document.forms[sent.at], sent.fields);
  }
} else {
  sessionStorage.setItem("assay.refused", "yes");
}
