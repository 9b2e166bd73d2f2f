/* The value grid: a table of inputs in one form that behaves like a spreadsheet.

   The contract with the page (templates/components/grid.html writes it):

     form[data-grid-form]
       table[data-grid data-decimal="." data-group="," data-decimals="2"]
         tbody > tr[data-series="forecast" data-aggregation="sum"]      (sum, mean or last)
           td > input[name="cell-<line>-<series>-<fiscal year>-<period>"]
                readonly data-why="…"     locked, and the reason in words
                data-error="…"            refused by the server, and why
           td > output[data-total]        kept up to date while one types
       [data-grid-status data-text-changes data-text-number]   says why, and how much is unsaved
       button[type=reset], button[type=submit]

   Keys: arrows move (within an edit they move the caret), Enter down, Shift+Enter up, Tab and
   Shift+Tab sideways, Home and End to the ends of the row, F2 or typing edits, Escape takes back
   the edit, Ctrl+Z takes back the last change. A block copied from a spreadsheet is pasted to the
   right and down from the cell that has the focus; locked cells keep what they hold and are named,
   what is no number is kept as pasted and marked, and one Ctrl+Z takes the whole paste back. An
   empty cell is "not given", never zero. The script only helps: without it the same form posts the
   same fields, and the server judges. */

const MOST_NAMED = 3; // cells of a paste that a sentence names; the others are counted

/** Read text in the declared format into a whole number of the smallest unit; null if empty. */
export function parse(text, { decimal, group, decimals }) {
  const bare = text.trim().replace(/[\u00a0\u202f ]/g, " ");
  if (bare === "") {
    return { value: null };
  }
  const sign = /^[-\u2212]/.test(bare) ? -1n : 1n;
  const [whole, fraction = "", ...rest] = bare.replace(/^[-\u2212+]/, "").split(decimal);
  const groupSign = group.replace(/[\u00a0\u202f]/g, " ");
  const groups = groupSign ? whole.split(groupSign) : [whole];
  const areGroupsRight =
    groups.length === 1 || groups.every((part, i) => (i === 0 ? /^\d{1,3}$/ : /^\d{3}$/).test(part));
  const digits = groups.join("");
  const isNumber = /^\d*$/.test(digits) && /^\d*$/.test(fraction) && digits + fraction !== "";
  if (rest.length || !isNumber || !areGroupsRight || fraction.length > decimals) {
    return { error: true };
  }
  return { value: sign * BigInt(digits + fraction.padEnd(decimals, "0")) };
}

/** Write a whole number of the smallest unit in the declared format, without a fraction that is
    nought; an en dash for none. */
export function format(value, { decimal, group, decimals }) {
  if (value === null) {
    return "–";
  }
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, "0");
  const cut = digits.length - decimals;
  const whole = digits.slice(0, cut).replace(/\B(?=(\d{3})+$)/g, group);
  const rest = digits.slice(cut);
  const fraction = /[1-9]/.test(rest) ? decimal + rest : "";
  return (value < 0n ? "\u2212" : "") + whole + fraction;
}

/** Read what a spreadsheet put on the clipboard: rows of cells; quoted ones may hold line breaks. */
export function blockOf(text) {
  const rows = [[]];
  for (const [, quoted, plain, end] of `${text.replace(/\r\n?/g, "\n").replace(/\n$/, "")}\n`.matchAll(
    /(?:"((?:[^"]|"")*)"(?=[\t\n])|([^\t\n]*))([\t\n])/g,
  )) {
    rows.at(-1).push((quoted?.replaceAll('""', '"') ?? plain).trim());
    if (end === "\n") {
      rows.push([]);
    }
  }
  return rows.slice(0, -1);
}

/** Write a pasted number as it is typed here: negative in brackets and currency signs are Excel's. */
export function pasted(text, currency) {
  const bare = text.replace(currency, "").replace(/[\u00a0\u202f ]*[€$£¥][\u00a0\u202f ]*/g, "").trim();
  if (/^[-\u2013]$/.test(bare)) {
    return ""; // how a spreadsheet shows an amount of nothing, and how we show "not given"
  }
  const negative = bare.match(/^\((.+)\)$/);
  return negative ? `-${negative[1].trim()}` : bare;
}

/** Add up a row as its line says: sum, mean of what is given, or the last that is given. */
export function aggregate(values, how) {
  const given = values.filter((value) => value !== null);
  if (!given.length) {
    return null;
  }
  if (how === "last") {
    return given.at(-1);
  }
  const sum = given.reduce((total, value) => total + value, 0n);
  return how === "mean" ? sum / BigInt(given.length) : sum;
}

/** Name cells as their labels do, the first few of them. */
function named(cells) {
  const first = cells.slice(0, MOST_NAMED).map((cell) => cell.getAttribute("aria-label"));
  const others = cells.length - first.length;
  return first.join("; ") + (others ? ` + ${others}` : "");
}

class Grid {
  constructor(table) {
    this.table = table;
    this.form = table.closest("form");
    this.status = this.form.querySelector("[data-grid-status]");
    this.format = {
      decimal: table.dataset.decimal,
      group: table.dataset.group ?? "",
      decimals: Number(table.dataset.decimals ?? 0),
    };
    this.rows = [...table.tBodies[0].rows].map((row) => [...row.querySelectorAll("input")]);
    this.isEditing = false;
    this.before = "";
    this.undone = [];
    table.addEventListener("focusin", (event) => this.enter(event.target));
    table.addEventListener("focusout", (event) => this.leave(event.target));
    table.addEventListener("input", (event) => this.change(event.target));
    table.addEventListener("keydown", (event) => this.press(event));
    table.addEventListener("paste", (event) => this.paste(event));
    table.addEventListener("dblclick", (event) => this.edit(event.target));
    this.form.addEventListener("reset", () => setTimeout(() => this.reset()));
    this.rows.flat().forEach((input) => this.mark(input));
  }

  enter(input) {
    if (!input.matches("input")) {
      return;
    }
    this.isEditing = false;
    this.before = input.value;
    input.select();
    this.tell(input);
  }

  leave(input) {
    if (input.matches("input") && input.value !== this.before) {
      this.undone.push([[input, this.before]]);
      this.tell(null);
    }
  }

  edit(input) {
    if (!input.matches("input") || input.readOnly) {
      return;
    }
    this.isEditing = true;
    input.setSelectionRange(input.value.length, input.value.length);
  }

  change(input) {
    this.isEditing = true;
    delete input.dataset.error;
    this.mark(input);
    this.total(input.closest("tr"));
    this.tell(input);
  }

  /** Show whether a cell is changed and whether it can be read. */
  mark(input) {
    input.toggleAttribute("data-dirty", input.value !== input.defaultValue);
    const isWrong = Boolean(input.dataset.error || parse(input.value, this.format).error);
    if (isWrong) {
      input.setAttribute("aria-invalid", "true");
    } else {
      input.removeAttribute("aria-invalid");
    }
  }

  /** A total with a cell that cannot be read would be a guess: it shows none. */
  total(row) {
    const output = row.querySelector("output[data-total]");
    if (!output) {
      return;
    }
    const read = [...row.querySelectorAll("input")].map((input) => parse(input.value, this.format));
    const how = row.dataset.aggregation ?? "sum";
    output.value = read.some((each) => each.error)
      ? "–"
      : format(aggregate(read.map((each) => each.value), how), this.format);
  }

  tell(input, first = []) {
    if (!this.status) {
      return;
    }
    const changed = this.rows.flat().filter((each) => each.hasAttribute("data-dirty")).length;
    const words = [...first];
    if (first.length) {
      // A paste is told by itself.
    } else if (input?.readOnly) {
      words.push(input.dataset.why ?? "");
    } else if (input?.dataset.error) {
      words.push(input.dataset.error);
    } else if (input && parse(input.value, this.format).error) {
      words.push(this.status.dataset.textNumber);
    }
    if (changed) {
      words.push(`${this.status.dataset.textChanges} ${changed}`);
    }
    this.status.textContent = words.join(" · ");
  }

  /** Where the cell stands: row and column. */
  place(input) {
    const row = this.rows.findIndex((cells) => cells.includes(input));
    return [row, this.rows[row].indexOf(input)];
  }

  go(event, row, column) {
    const cells = this.rows[row];
    const next = cells?.[Math.max(0, Math.min(column, cells.length - 1))];
    event.preventDefault();
    if (next) {
      next.focus();
      next.select();
    }
  }

  press(event) {
    const input = event.target;
    if (!input.matches("input") || event.isComposing || event.altKey) {
      return;
    }
    if (event.ctrlKey || event.metaKey) {
      this.pressWithControl(event, input);
      return;
    }
    const [row, column] = this.place(input);
    const always = {
      Enter: () => this.go(event, row + (event.shiftKey ? -1 : 1), column),
      F2: () => this.edit(input),
      Escape: () => this.takeBack(event, input),
      ArrowUp: () => this.go(event, row - 1, column),
      ArrowDown: () => this.go(event, row + 1, column),
    };
    const moving = {
      ArrowLeft: () => this.go(event, row, column - 1),
      ArrowRight: () => this.go(event, row, column + 1),
      Home: () => this.go(event, row, 0),
      End: () => this.go(event, row, Infinity),
    };
    const act = always[event.key] ?? (this.isEditing ? undefined : moving[event.key]);
    act?.();
  }

  pressWithControl(event, input) {
    if (event.key.toLowerCase() === "z" && !this.isEditing && this.undone.length) {
      event.preventDefault();
      const taken = this.undone.pop();
      const [first, before] = taken[0];
      first.focus();
      taken.forEach(([cell, value]) => {
        cell.value = value;
        this.change(cell);
      });
      this.put(first, before);
    }
  }

  /** One value is the browser's own paste; more than one fill cells to the right and down. */
  paste(event) {
    const block = blockOf(event.clipboardData?.getData("text/plain") ?? "");
    if (!event.target.matches("input") || (block.length < 2 && (block[0]?.length ?? 0) < 2)) {
      return;
    }
    event.preventDefault();
    if (event.target.value !== this.before) {
      this.undone.push([[event.target, this.before]]);
    }
    const [top, left] = this.place(event.target);
    const [filled, left_out] = [[], { locked: [], outside: 0 }];
    block.forEach((texts, row) =>
      texts.forEach((text, column) => {
        const cell = this.rows[top + row]?.[left + column];
        this.take(cell, pasted(text, this.table.dataset.currency ?? ""), filled, left_out);
      }),
    );
    if (filled.length) {
      this.undone.push(filled);
    }
    this.isEditing = false;
    this.before = event.target.value;
    event.target.select();
    this.tell(event.target, this.said(filled, left_out));
  }

  /** Put a pasted text into a cell that is open, or note why it was not taken. */
  take(cell, text, filled, left_out) {
    if (!cell) {
      left_out.outside += text ? 1 : 0;
    } else if (cell.readOnly) {
      const isSame = parse(text, this.format).value === parse(cell.value, this.format).value;
      left_out.locked.push(...(isSame ? [] : [cell]));
    } else if (cell.value !== text) {
      filled.push([cell, cell.value]);
      cell.value = text;
      this.change(cell);
    }
  }

  /** Say what a paste did, naming the cells that were not taken and those that cannot be read. */
  said(filled, { locked, outside }) {
    const wrong = filled.map(([cell]) => cell).filter((cell) => parse(cell.value, this.format).error);
    const words = this.status.dataset;
    return [
      `${words.textPasted} ${filled.length}`,
      locked.length ? `${words.textLocked} ${named(locked)} (${locked[0].dataset.why ?? ""})` : "",
      wrong.length ? `${words.textUnread} ${named(wrong)}` : "",
      outside ? `${words.textOutside} ${outside}` : "",
    ].filter(Boolean);
  }

  takeBack(event, input) {
    if (this.isEditing) {
      event.preventDefault();
      this.put(input, this.before);
    }
  }

  put(input, value) {
    input.value = value;
    this.change(input);
    this.isEditing = false;
    this.before = value;
    input.select();
  }

  reset() {
    this.undone = [];
    this.rows.flat().forEach((input) => this.mark(input));
    [...this.table.tBodies[0].rows].forEach((row) => this.total(row));
    this.tell(null);
  }
}

const known = new WeakSet();

function startAll(root) {
  for (const table of root.querySelectorAll("table[data-grid]")) {
    if (!known.has(table)) {
      known.add(table);
      new Grid(table);
    }
  }
}

if (typeof document !== "undefined") {
  startAll(document);
  document.addEventListener("htmx:load", (event) => startAll(event.detail.elt.parentElement ?? document));
}
