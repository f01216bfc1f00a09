"use strict";
// Every figure stands in the page as data. Each is drawn in a turn of its own, so that a long page stays responsive.
const draw = (figure) => {
  const { data, layout, config } = JSON.parse(figure.querySelector("script").textContent);
  Plotly.newPlot(figure.querySelector(".plot"), data, layout, { ...config, responsive: true, displaylogo: false });
};
document.querySelectorAll("figure.plotly").forEach((figure) => setTimeout(draw, 0, figure));
