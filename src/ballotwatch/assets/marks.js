"use strict";
// Choosing a mark of a figure, by mouse, touch or keyboard, opens the evidence behind it.
const Marks = (() => {
  const isEvidence = (item) => Array.isArray(item) && item.length > 0 && typeof item[0] === "string";

  const ofTrace = (trace, curve) =>
    (Array.isArray(trace.customdata) ? trace.customdata : []).flatMap((item, i) => {
      if (isEvidence(item)) return [{ curve, point: i, refs: item }];
      if (trace.type !== "heatmap" || !Array.isArray(item)) return [];
      return item.flatMap((cell, j) => (isEvidence(cell) ? [{ curve, point: [i, j], refs: cell }] : []));
    });

  const axisOf = (plot, id) => plot._fullLayout[`${id[0]}axis${id.slice(1)}`];

  const pixel = (axis, value) => axis._offset + axis.d2p(value);

  // Where a mark stands in the plot, in pixels; a bar counts with its end.
  const placed = (plot, mark) => {
    const trace = plot._fullData[mark.curve];
    const [row, column] = Array.isArray(mark.point) ? mark.point : [mark.point, mark.point];
    const x = pixel(axisOf(plot, trace.xaxis), trace.x?.[column] ?? column);
    const y = pixel(axisOf(plot, trace.yaxis), trace.y?.[row] ?? row);
    return { ...mark, x, y, subplot: trace.xaxis + trace.yaxis };
  };

  // Left and right follow the order of reading, so that they reach every mark.
  const inOrder = (plot) =>
    plot.data
      .flatMap(ofTrace)
      .filter((mark) => plot._fullData[mark.curve].visible === true)
      .map((mark) => placed(plot, mark))
      .sort((a, b) => Math.round(a.y) - Math.round(b.y) || a.x - b.x);

  // Up and down go to the nearest mark of another line, one that is further away sideways last.
  const nearest = (marks, from, direction) => {
    const far = (mark) => Math.abs(mark.y - from.y) + 3 * Math.abs(mark.x - from.x);
    const beyond = marks.filter((mark) => (mark.y - from.y) * direction > 1);
    return beyond.reduce((best, mark) => (!best || far(mark) < far(best) ? mark : best), null) ?? from;
  };

  const STEPS = {
    ArrowRight: (marks, at) => Math.min(at + 1, marks.length - 1),
    ArrowLeft: (marks, at) => Math.max(at - 1, 0),
    ArrowDown: (marks, at) => (at < 0 ? 0 : marks.indexOf(nearest(marks, marks[at], 1))),
    ArrowUp: (marks, at) => (at < 0 ? 0 : marks.indexOf(nearest(marks, marks[at], -1))),
    Home: () => 0,
    End: (marks) => marks.length - 1,
  };

  const hoverWords = (plot) => {
    const labels = [...plot.querySelectorAll(".hoverlayer .hovertext text.nums")];
    const lines = labels.flatMap((label) => {
      const parts = [...label.querySelectorAll("tspan.line")];
      return parts.length ? parts : [label];
    });
    return lines.map((line) => line.textContent.trim()).filter(Boolean).join(", ");
  };

  const same = (mark, point) => mark.curve === point.curveNumber && String(mark.point) === String(point.pointNumber);

  const attach = (plot, counts) => {
    const said = plot.closest("figure").querySelector(".said");
    const ring = document.createElement("div");
    ring.className = "ring";
    let marks = inOrder(plot);
    let at = -1;
    let byKeys = false;

    const countOf = (mark) => counts[mark.curve]?.[String(mark.point)] ?? mark.refs.length;

    const open = () => Panel.open(marks[at].refs, countOf(marks[at]), hoverWords(plot), plot);

    const encircle = ({ bbox }) => {
      const frame = plot.getBoundingClientRect();
      const size = (low, high) => Math.max(high - low, 0) + 8;
      ring.style.left = `${Math.min(bbox.x0, bbox.x1) - frame.left - 4}px`;
      ring.style.top = `${Math.min(bbox.y0, bbox.y1) - frame.top - 4}px`;
      ring.style.width = `${size(bbox.x0, bbox.x1)}px`;
      ring.style.height = `${size(bbox.y0, bbox.y1)}px`;
      ring.hidden = false;
      plot.append(ring);
    };

    const go = (next) => {
      at = next;
      byKeys = true;
      const { curve, point, subplot } = marks[at];
      Plotly.Fx.hover(plot, [{ curveNumber: curve, pointNumber: point }], subplot);
    };

    const leave = () => {
      byKeys = false;
      ring.hidden = true;
      Plotly.Fx.unhover(plot);
    };

    plot.on("plotly_hover", ({ points }) => {
      plot.classList.toggle("on-mark", marks.some((mark) => same(mark, points[0])));
      if (!byKeys) return;
      encircle(points[0]);
      said.textContent = hoverWords(plot);
    });
    plot.on("plotly_unhover", () => plot.classList.remove("on-mark"));
    plot.on("plotly_click", ({ points }) => {
      const found = marks.findIndex((mark) => same(mark, points[0]));
      if (found < 0) return;
      byKeys = false;
      ring.hidden = true;
      at = found;
      open();
    });
    // Drawing anew, as after a change of width, moves the marks.
    plot.on("plotly_afterplot", () => {
      const current = marks[at];
      marks = inOrder(plot);
      at = current ? marks.findIndex((mark) => mark.curve === current.curve && String(mark.point) === String(current.point)) : -1;
      ring.hidden = true;
    });
    plot.addEventListener("blur", leave);
    plot.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !marks.length) return;
      if (STEPS[event.key]) go(STEPS[event.key](marks, at));
      else if ((event.key === "Enter" || event.key === " ") && at >= 0) open();
      else if (event.key === "Escape") Panel.close();
      else return;
      event.preventDefault();
    });
  };

  return { attach };
})();
