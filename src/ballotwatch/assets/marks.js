"use strict";
// Choosing a mark of a figure, by mouse, touch or keyboard, opens the evidence behind it.
const Marks = (() => {
  const HOVER_DELAY = 60;
  const GAP = 4;
  const DOT = 6;
  // A line of a hover label that was wrapped ends in a zero-width space (charts.words.hovered).
  const GOES_ON = /\u200b, /g;
  // Half the least target that a finger hits; a bar of one day can be less than a pixel wide.
  const REACH = 12;

  const isEvidence = (item) => Array.isArray(item) && item.length > 0 && typeof item[0] === "string";

  const ofTrace = (trace, curve) =>
    (Array.isArray(trace.customdata) ? trace.customdata : []).flatMap((item, i) => {
      if (isEvidence(item)) return [{ curve, point: i, refs: item }];
      if (trace.type !== "heatmap" || !Array.isArray(item)) return [];
      return item.flatMap((cell, j) => (isEvidence(cell) ? [{ curve, point: [i, j], refs: cell }] : []));
    });

  const axisOf = (plot, id) => plot._fullLayout[`${id[0]}axis${id.slice(1)}`];

  // Where a mark stands in the plot, in pixels; a bar counts with its end. A cell is hovered over by its place, since
  // plotly.js 4.1 does not find it by its number.
  const placed = (plot, mark) => {
    const trace = plot._fullData[mark.curve];
    const [row, column] = Array.isArray(mark.point) ? mark.point : [mark.point, mark.point];
    const [across, down] = [axisOf(plot, trace.xaxis), axisOf(plot, trace.yaxis)];
    const [xpx, ypx] = [across.d2p(trace.x?.[column] ?? column), down.d2p(trace.y?.[row] ?? row)];
    const target = trace.type === "heatmap" ? { xpx, ypx } : [{ curveNumber: mark.curve, pointNumber: mark.point }];
    return { ...mark, x: across._offset + xpx, y: down._offset + ypx, target, subplot: trace.xaxis + trace.yaxis };
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

  const ENTITIES = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'", "&amp;": "&" };

  // What the hover label of a mark says, as plain text: the label itself is drawn some moments later.
  const wordsOf = (plot, mark) => {
    const { hovertext, text } = plot.data[mark.curve];
    const found = [mark.point].flat().reduce((part, i) => (Array.isArray(part) ? part[i] : part), hovertext ?? text);
    const lines = String(found ?? "").split("<br>").map((line) => line.replace(/<[^>]*>/g, "").trim());
    const words = lines.filter(Boolean).join(", ").replace(GOES_ON, " ");
    return words.replace(/&(?:lt|gt|quot|#x27|amp);/g, (entity) => ENTITIES[entity]);
  };

  const same = (mark, point) => mark.curve === point.curveNumber && String(mark.point) === String(point.pointNumber);

  // The fill of a region is no point and has no evidence of its own, but names its mark.
  const markOf = (plot, marks, point) => {
    const id = point.data.meta?.mark;
    return marks.findIndex((mark) => same(mark, point) || (id !== undefined && plot.data[mark.curve].ids?.[mark.point] === id));
  };

  const spanOf = (axis, one, other) => {
    const ends = [axis.c2p(one), axis.c2p(other)].sort((a, b) => a - b);
    return [axis._offset + ends[0], ends[1] - ends[0]];
  };

  const cellBox = (plot, { curve, point: [row, column] }) => {
    const [{ x, y }] = plot.calcdata[curve];
    const { xaxis, yaxis } = plot._fullData[curve];
    const [left, width] = spanOf(axisOf(plot, xaxis), x[column], x[column + 1]);
    const [top, height] = spanOf(axisOf(plot, yaxis), y[row], y[row + 1]);
    return { left, top, width, height };
  };

  const elementsOf = (plot) => new Map([...plot.querySelectorAll(".point")].map((element) => [element.__data__, element]));

  // The room that a mark takes in the plot: of its cell, of what is drawn for it, else of a dot.
  const boxOf = (plot, mark, elements = elementsOf(plot)) => {
    if (Array.isArray(mark.point)) return cellBox(plot, mark);
    const drawn = elements.get(plot.calcdata[mark.curve][mark.point]);
    if (!drawn) return { left: mark.x - DOT, top: mark.y - DOT, width: 2 * DOT, height: 2 * DOT };
    const [box, frame] = [drawn.getBoundingClientRect(), plot.getBoundingClientRect()];
    return { left: box.left - frame.left, top: box.top - frame.top, width: box.width, height: box.height };
  };

  const distance = ({ left, top, width, height }, x, y) =>
    Math.hypot(Math.max(left - x, 0, x - left - width), Math.max(top - y, 0, y - top - height));

  // The place of the bar that is nearest to the pointer, or -1 where none is within reach.
  const nearby = (plot, marks, { clientX, clientY }) => {
    const [frame, elements] = [plot.getBoundingClientRect(), elementsOf(plot)];
    const far = marks.map((mark) => {
      if (plot._fullData[mark.curve].type !== "bar") return Infinity;
      return distance(boxOf(plot, mark, elements), clientX - frame.left, clientY - frame.top);
    });
    const least = far.reduce((best, value) => Math.min(best, value), Infinity);
    return least <= REACH ? far.indexOf(least) : -1;
  };

  const attach = (plot, counts) => {
    const said = plot.closest("figure").querySelector(".said");
    const ring = document.createElement("div");
    ring.className = "ring";
    let marks = inOrder(plot);
    let at = -1;
    ring.hidden = true;

    const countOf = (mark) => counts[mark.curve]?.[String(mark.point)] ?? mark.refs.length;

    // On a phone the panel covers most of the page: the mark moves to where it can be seen.
    const open = () => {
      Panel.open(marks[at].refs, countOf(marks[at]), wordsOf(plot, marks[at]), plot);
      ring.scrollIntoView({ block: matchMedia("(max-width: 40rem)").matches ? "start" : "nearest" });
    };

    const encircle = () => {
      const box = boxOf(plot, marks[at]);
      ring.style.left = `${box.left - GAP}px`;
      ring.style.top = `${box.top - GAP}px`;
      ring.style.width = `${box.width + 2 * GAP}px`;
      ring.style.height = `${box.height + 2 * GAP}px`;
      ring.hidden = false;
      plot.append(ring);
    };

    // plotly.js tells of no hovering that a script asks for, and delays one that follows another.
    const go = (next) => {
      at = next;
      Plotly.Fx.hover(plot, marks[at].target, marks[at].subplot);
      setTimeout(tell, HOVER_DELAY);
    };

    const tell = () => {
      encircle();
      ring.scrollIntoView({ block: "nearest", inline: "nearest" });
      said.textContent = wordsOf(plot, marks[at]);
    };

    const leave = () => {
      if (Panel.isOpen()) return;
      ring.hidden = true;
      Plotly.Fx.unhover(plot);
    };

    const over = { mark: false, bar: false };
    let taken = false;

    const point = (change) => {
      Object.assign(over, change);
      plot.classList.toggle("on-mark", over.mark || over.bar);
    };

    plot.on("plotly_hover", ({ points }) => point({ mark: markOf(plot, marks, points[0]) >= 0 }));
    plot.on("plotly_unhover", () => point({ mark: false }));
    plot.addEventListener("mousemove", (event) => point({ bar: nearby(plot, marks, event) >= 0 }));
    plot.addEventListener("mouseleave", () => point({ mark: false, bar: false }));
    plot.on("plotly_click", ({ points }) => {
      const found = markOf(plot, marks, points[0]);
      if (found < 0) return;
      taken = true;
      at = found;
      encircle();
      open();
    });
    // What plotly.js has not taken for a click on a mark may have missed a thin one by a little.
    plot.addEventListener("click", (event) => {
      const found = taken ? -1 : nearby(plot, marks, event);
      taken = false;
      if (found < 0) return;
      go(found);
      setTimeout(open, HOVER_DELAY);
    });
    // Drawing anew, as after a change of width, moves the marks.
    plot.on("plotly_afterplot", () => {
      const current = marks[at];
      marks = inOrder(plot);
      at = current ? marks.findIndex((mark) => mark.curve === current.curve && String(mark.point) === String(current.point)) : -1;
      if (at < 0 || ring.hidden) return;
      encircle();
      Plotly.Fx.hover(plot, marks[at].target, marks[at].subplot);
    });
    plot.addEventListener("blur", leave);
    plot.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !marks.length) return;
      if (STEPS[event.key]) go(STEPS[event.key](marks, at));
      else if ((event.key === "Enter" || event.key === " ") && at >= 0) open();
      else return;
      event.preventDefault();
    });
  };

  return { attach };
})();
