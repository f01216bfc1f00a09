"use strict";
// Every figure stands in the page as data. Each is drawn in a turn of its own, so that a long page stays responsive.
// Two buttons fit beside a title on a phone; zooming is done by dragging.
const BAR = { displaylogo: false, modeBarButtons: [["toImage", "resetScale2d"]] };
const draw = (figure) => {
  const { data, layout, config } = JSON.parse(figure.querySelector("script").textContent);
  Plotly.newPlot(figure.querySelector(".plot"), data, layout, { ...BAR, ...config, responsive: true });
};
document.querySelectorAll("figure.plotly").forEach((figure) => setTimeout(draw, 0, figure));
