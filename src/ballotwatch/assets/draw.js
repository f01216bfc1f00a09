"use strict";
// Every figure stands in the page as data. It is drawn in the colours of the reader's scheme, and in light ones on paper.
const Draw = (() => {
  const SCHEME = matchMedia("(prefers-color-scheme: dark)");
  // Pixels of a sheet of A4 with its margins; a taller plot is made smaller, but not too small to be read.
  const PAPER = { width: 660, height: 840, least: 0.55 };
  // Maps have another layout on less room than this (page.css knows it too).
  const NARROW = 600;
  const PADDING = 8;
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
    const { data, layout = {}, config, narrow, dark, counts = {} } = JSON.parse(figure.querySelector("script").textContent);
    return { plot: figure.querySelector(".plot"), data, layout, config, narrow, dark: new Map(Object.entries(dark)), counts };
  };

  const isNarrow = (plot) => !printing && plot.parentElement.getBoundingClientRect().width - PADDING < NARROW;

  const draw = (figure) => {
    const { plot, data, layout, config, narrow, dark } = figure;
    const twins = SCHEME.matches && !printing ? dark : new Map();
    figure.isNarrow = isNarrow(plot);
    const suited = { dragmode: false, ...layout, ...(figure.isNarrow ? narrow : {}), template: DEFAULTS };
    const look = recoloured(suited, twins);
    const zoom = printing ? Math.max(PAPER.least, Math.min(1, PAPER.height / layout.height)) : 1;
    plot.style.zoom = zoom;
    const width = printing ? { width: PAPER.width / zoom, autosize: false } : {};
    Plotly.react(plot, recoloured(data, twins), { ...look, ...width }, { ...CONFIG, ...config, responsive: true });
  };

  const begin = (figure) => {
    const found = read(figure);
    drawn.set(figure, found);
    draw(found);
    if (figure.dataset.marks) Marks.attach(found.plot, found.counts);
    if (Object.keys(found.narrow).length) WIDTHS.observe(found.plot.parentElement);
  };

  // A turned phone, or a panel beside the page.
  const fit = (figure) => {
    if (!printing && figure.isNarrow !== isNarrow(figure.plot)) draw(figure);
  };

  const WIDTHS = new ResizeObserver((changed) => changed.forEach(({ target }) => fit(drawn.get(target.closest("figure")))));

  const again = () => drawn.forEach(draw);

  const print = (now) => () => {
    printing = now;
    again();
    // plotly.js keeps the width of the paper until it is told to measure its place.
    if (!now) drawn.forEach(({ plot }) => Plotly.Plots.resize(plot));
  };

  // Each in a turn of its own, so that a long page stays responsive.
  document.querySelectorAll("figure.plotly").forEach((figure) => setTimeout(begin, 0, figure));
  SCHEME.addEventListener("change", again);
  addEventListener("beforeprint", print(true));
  addEventListener("afterprint", print(false));
})();
