"use strict";
// Every figure stands in the page as data. It is drawn in the colours of the reader's scheme, and in light ones on paper.
const Draw = (() => {
  const SCHEME = matchMedia("(prefers-color-scheme: dark)");
  const PAPER_WIDTH = 660;
  const CONFIG = { displayModeBar: false };
  const STYLED = /(color:\s*)(#[0-9A-Fa-f]{6})/g;
  const KEPT = ["customdata"];
  // What plotly.js draws in a colour of its own where a figure names none; light, and recoloured with the figure.
  const axis = { color: "#222222", gridcolor: "#DDDDDD", linecolor: "#DDDDDD", zerolinecolor: "#DDDDDD" };
  const DEFAULTS = {
    layout: { font: { color: "#222222" }, paper_bgcolor: "#FFFFFF", plot_bgcolor: "#FFFFFF", xaxis: axis, yaxis: axis },
  };
  const drawn = new Map();
  let printing = false;

  // A copy, since plotly.js writes into what it draws.
  const recoloured = (value, twins) => {
    if (typeof value === "string") {
      return twins.get(value) ?? value.replace(STYLED, (all, name, colour) => name + (twins.get(colour) ?? colour));
    }
    if (Array.isArray(value)) return value.map((item) => recoloured(item, twins));
    if (value === null || typeof value !== "object") return value;
    const parts = Object.entries(value);
    return Object.fromEntries(parts.map(([name, part]) => [name, KEPT.includes(name) ? part : recoloured(part, twins)]));
  };

  const read = (figure) => {
    const { data, layout = {}, config, dark, counts = {} } = JSON.parse(figure.querySelector("script").textContent);
    return { plot: figure.querySelector(".plot"), data, layout, config, dark: new Map(Object.entries(dark)), counts };
  };

  const draw = ({ plot, data, layout, config, dark }) => {
    const twins = SCHEME.matches && !printing ? dark : new Map();
    const look = recoloured({ dragmode: false, ...layout, template: DEFAULTS }, twins);
    const width = printing ? { width: PAPER_WIDTH, autosize: false } : {};
    Plotly.react(plot, recoloured(data, twins), { ...look, ...width }, { ...CONFIG, ...config, responsive: true });
  };

  const begin = (figure) => {
    const found = read(figure);
    drawn.set(figure, found);
    draw(found);
    if (figure.dataset.marks) Marks.attach(found.plot, found.counts);
  };

  const again = () => drawn.forEach(draw);

  const print = (now) => () => {
    printing = now;
    again();
  };

  // Each in a turn of its own, so that a long page stays responsive.
  document.querySelectorAll("figure.plotly").forEach((figure) => setTimeout(begin, 0, figure));
  SCHEME.addEventListener("change", again);
  addEventListener("beforeprint", print(true));
  addEventListener("afterprint", print(false));
})();
