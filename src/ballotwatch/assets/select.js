"use strict";
// An article in JupyterLab. article.js, which stands above this script, draws it; what the reader selects or clicks goes
// to Python as offsets that count code points.

// The place of a coded passage in the text of its article.
function offsetsOf(mark, body) {
  const before = document.createRange();
  before.setStart(body, 0);
  before.setEndBefore(mark);
  const start = codePoints(before.toString()).length;
  return { start, end: start + codePoints(mark.textContent).length };
}

function report(model, name, value) {
  model.set(name, value);
  model.save_changes();
}

function reportSelection(model, place) {
  const found = selectionOffsets(place);
  if (found && found.end > found.start) report(model, "selection", found);
}

function reportClick(model, place, target) {
  const mark = target.closest("mark");
  const body = mark && mark.closest(".article-text");
  if (!body || selectionOffsets(place)) return;
  // A second click on the same passage is news too: the count tells it from the first.
  report(model, "clicked", { ...offsetsOf(mark, body), count: (model.get("clicked").count || 0) + 1 });
}

function draw(model, place) {
  const article = model.get("article");
  place.replaceChildren();
  if (article.text === undefined) return null;
  const view = renderArticle(place, article, model.get("layers"));
  const focus = model.get("focus");
  if (focus.end) view.show(focus.start, focus.end);
  return view;
}

function render({ model, el }) {
  const place = document.createElement("div");
  place.className = "article-view";
  el.append(place);
  let view = draw(model, place);
  model.on("change:article", () => (view = draw(model, place)));
  model.on("change:focus", () => view && model.get("focus").end && view.show(model.get("focus").start, model.get("focus").end));
  // The selection is whole only after the event that ends it.
  const select = () => setTimeout(() => reportSelection(model, place), 0);
  place.addEventListener("mouseup", select);
  place.addEventListener("keyup", select);
  place.addEventListener("click", (event) => reportClick(model, place, event.target));
  place.addEventListener("keydown", (event) => event.key === "Enter" && reportClick(model, place, event.target));
}

export default { render };
