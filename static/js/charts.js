/* Draws every <figure data-chart="ID">: the JSON in <script type="application/json" id="ID"> is a
   Plotly figure without a template. Colours in it are those of reporting/charts/palette.py; its
   `layout.meta.colours` maps each to a custom property of tokens.css, so that a figure follows
   light, dark and paper. Plotly itself (window.Plotly) is loaded before this file, deferred. */

const CONFIG = { displayModeBar: false, responsive: true, scrollZoom: false, doubleClick: "reset" };

/** Read custom properties of the page as they are now. */
function tokens() {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(name).trim();
}

/** Replace each colour the figure names by the present value of its custom property. */
function recoloured(part, colours, token) {
  if (typeof part === "string") {
    return part in colours ? token(colours[part]) : part;
  }
  if (Array.isArray(part)) {
    return part.map((each) => recoloured(each, colours, token));
  }
  if (part && typeof part === "object") {
    return Object.fromEntries(
      Object.entries(part).map(([key, value]) => [key, recoloured(value, colours, token)]),
    );
  }
  return part;
}

/** The one look of all charts, under what the figure itself says. */
function template(token) {
  const axis = {
    automargin: true,
    ticklabelstandoff: 4,
    gridcolor: token("--chart-grid"),
    linecolor: token("--chart-grid"),
    zerolinecolor: token("--chart-grid"),
    tickcolor: token("--chart-grid"),
    title: { font: { size: 12 }, standoff: 12 },
    tickfont: { size: 12 },
    fixedrange: true,
  };
  return {
    layout: {
      font: { family: token("--face"), size: 12.5, color: token("--chart-ink") },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      margin: { l: 8, r: 8, t: 12, b: 8 },
      height: 340,
      showlegend: false,
      dragmode: false,
      hoverlabel: {
        bgcolor: token("--paper"),
        bordercolor: token("--line-strong"),
        font: { family: token("--face"), size: 12.5, color: token("--ink") },
        align: "left",
      },
      xaxis: axis,
      yaxis: axis,
    },
  };
}

/** Draw one figure, or say that it cannot be drawn and leave the table. */
function draw(figure) {
  const source = document.getElementById(figure.dataset.chart);
  const plot = figure.querySelector("[data-chart-plot]");
  if (!source || !plot) {
    return;
  }
  if (!window.Plotly) {
    tellMissing(figure, plot);
    return;
  }
  const given = JSON.parse(source.textContent);
  const token = tokens();
  const colours = given.layout?.meta?.colours ?? {};
  const data = recoloured(given.data, colours, token);
  const { meta, ...layout } = given.layout ?? {};
  const looks = recoloured(layout, colours, token);
  looks.template = template(token);
  looks.separators = figure.dataset.separators ?? ".,";
  window.Plotly.react(plot, data, looks, CONFIG);
}

function tellMissing(figure, plot) {
  const words = document.getElementById("chart-missing");
  plot.replaceChildren();
  plot.classList.add("chart__missing");
  plot.textContent = words?.content.textContent.trim() ?? "";
  figure.querySelector("details").open = true;
}

function drawAll(root = document) {
  const inside = root.querySelectorAll?.("figure[data-chart]") ?? [];
  const itself = root.matches?.("figure[data-chart]") ? [root] : [];
  for (const figure of [...itself, ...inside]) {
    draw(figure);
  }
}

drawAll();

document.addEventListener("htmx:load", (event) => drawAll(event.detail.elt));
document.addEventListener("htmx:beforeCleanupElement", (event) => {
  if (event.target.matches?.("[data-chart-plot].js-plotly-plot")) {
    window.Plotly?.purge(event.target);
  }
});

window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawAll());

/* Paper is light: SVG already drawn does not follow a print style sheet. */
window.addEventListener("beforeprint", () => {
  document.documentElement.dataset.theme = "light";
  drawAll();
});
window.addEventListener("afterprint", () => {
  delete document.documentElement.dataset.theme;
  drawAll();
});
