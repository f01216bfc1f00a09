"use strict";
// plotly's widget measures its place only when the window changes. This unseen frame lies over the place of a chart and
// passes on every change of its size: a tab shown, a side bar folded, a chart drawn.

function render({ el }) {
  el.className = "bw-fit";
  let size = "";
  const observer = new ResizeObserver(() => {
    const now = `${el.clientWidth} ${el.clientHeight}`;
    if (el.clientWidth && now !== size) {
      size = now;
      window.dispatchEvent(new Event("resize"));
    }
  });
  observer.observe(el);
  return () => observer.disconnect();
}

export default { render };
