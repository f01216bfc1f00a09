"use strict";
// The whole text of an article with every layer of its coding. No import and no export: a page inlines this file, and
// a widget puts it before its own code. Offsets count code points, as in Python; strings here count UTF-16 units.
const { renderArticle, selectionOffsets, codePoints } = (() => {
  const LAYERS = ["statements", "quotes", "framing", "ballots", "actors", "places", "dates"];
  const TEXT = "article-text";
  const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  // Most texts hold no pair of surrogates: there a code point is a unit.
  const codePoints = (text) => {
    if (!/[\ud800-\udbff][\udc00-\udfff]/.test(text)) {
      return { slice: (start, end) => text.slice(start, end), length: text.length };
    }
    const points = Array.from(text);
    return { slice: (start, end) => points.slice(start, end).join(""), length: points.length };
  };

  // The text cut wherever a span starts or ends: [{ start, end, spans }], spans in the order of LAYERS.
  const segments = (length, spans) => {
    const cuts = new Set([0, length]);
    spans.forEach((span) => cuts.add(span.start).add(span.end));
    const points = [...cuts].filter((point) => point >= 0 && point <= length).sort((a, b) => a - b);
    const waiting = [...spans].sort((a, b) => b.start - a.start);
    let open = [];
    return points.slice(0, -1).map((start, i) => {
      open = open.filter((span) => span.end > start);
      while (waiting.length && waiting.at(-1).start <= start) open.push(waiting.pop());
      return { start, end: points[i + 1], spans: [...open].sort(byLayer) };
    });
  };
  const byLayer = (a, b) => LAYERS.indexOf(a.name) - LAYERS.indexOf(b.name) || a.start - b.start || b.end - a.end;

  // Statements colour the ground; every other layer draws a line of its own, one below the other.
  const mark = (segment, text, target) => {
    const element = make("mark", "coded", text);
    const names = [...new Set(segment.spans.map((span) => span.name))];
    const lines = names.filter((name) => name !== "statements");
    const stances = new Set(segment.spans.filter((span) => span.name === "statements").map((span) => span.kind));
    element.classList.add(...names.map((name) => `layer-${name}`));
    if (stances.size) element.classList.add(`stance-${stances.size > 1 ? "mixed" : [...stances][0]}`);
    element.style.paddingBottom = `${lines.length * 4}px`;
    element.style.backgroundImage = lines.map((name) => `var(--line-${name})`).join(", ");
    element.style.backgroundPosition = lines.map((_, i) => `0 calc(100% - ${(lines.length - 1 - i) * 4}px)`).join(", ");
    if (target && segment.start >= target.start && segment.end <= target.end) element.classList.add("target");
    return element;
  };

  const legend = (counts, visible, redraw) => {
    const box = make("fieldset", "layers");
    box.append(make("legend", "", "Layers of coding"));
    LAYERS.filter((name) => counts[name]).forEach((name) => {
      const label = make("label", `key-${name}`);
      const input = make("input");
      Object.assign(input, { type: "checkbox", checked: visible.has(name), value: name });
      input.addEventListener("change", () => {
        if (input.checked) visible.add(name);
        else visible.delete(name);
        redraw();
      });
      label.append(input, make("span", "swatch"), ` ${name[0].toUpperCase()}${name.slice(1)} `, make("small", "", counts[name]));
      box.append(label);
    });
    return box;
  };

  const describe = (panel, spans) => {
    const items = spans.map((span, i) => {
      const item = make("li");
      const name = span.name === spans[i - 1]?.name ? "" : `${span.name} `;
      item.append(make("b", "", name), make("span", "", span.label));
      return item;
    });
    const list = make("ul");
    list.append(...items);
    panel.replaceChildren(items.length ? list : make("p", "", "Point at a coded passage, or go through them with the arrow keys."));
  };

  // One stop for the Tab key; the arrow keys go on from there.
  const walk = (event) => {
    const marks = [...event.currentTarget.querySelectorAll("mark")];
    const at = marks.indexOf(event.target);
    if (at < 0 || !(event.key in STEPS)) return;
    event.preventDefault();
    const to = marks[Math.min(Math.max(at + STEPS[event.key], 0), marks.length - 1)];
    event.target.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  };

  // Put the text into `body`, marked; returns what is coded at each mark.
  const fill = (body, points, spans, target) => {
    const told = new Map();
    const whole = target ? [...spans, { ...target, name: "target" }] : spans;
    const parts = segments(points.length, whole).map((segment) => {
      const text = points.slice(segment.start, segment.end);
      if (!segment.spans.length) return document.createTextNode(text);
      segment.spans = segment.spans.filter(({ name }) => name !== "target");
      const element = mark(segment, text, target);
      element.tabIndex = told.size ? -1 : 0;
      told.set(element, segment.spans);
      return element;
    });
    body.replaceChildren(...parts);
    return told;
  };

  const choose = (body, told, chosen, panel) => {
    told.forEach((_, element) => (element.tabIndex = element === chosen ? 0 : -1));
    describe(panel, told.get(chosen));
    chosen.scrollIntoView({ block: "center" });
  };

  const textBox = () => {
    const body = make("div", TEXT);
    body.setAttribute("role", "group");
    body.setAttribute("aria-label", "Text of the article. The arrow keys go from one coded passage to the next.");
    body.addEventListener("keydown", walk);
    return body;
  };

  /* Show an article, { doc_id, title, text, published, source, layers: [{ name, start, end, label, kind, ref? }] }, in an
   * element. `layers` are the names of those that are switched on at first, all if it is not given. The view that is
   * returned can `show(start, end)`: mark a passage and scroll to it. */
  const renderArticle = (element, article, layers) => {
    const points = codePoints(article.text);
    const visible = new Set(layers ?? LAYERS);
    const counts = {};
    article.layers.forEach(({ name }) => (counts[name] = (counts[name] ?? 0) + 1));
    const [body, panel] = [textBox(), make("div", "coded-details")];
    let [target, told] = [null, new Map()];
    const redraw = () => (told = fill(body, points, article.layers.filter(({ name }) => visible.has(name)), target));
    const tell = (event) => told.has(event.target) && describe(panel, told.get(event.target));
    ["mouseover", "focusin", "click"].forEach((type) => body.addEventListener(type, tell));
    panel.setAttribute("role", "status");
    panel.setAttribute("aria-label", "What is coded here");
    panel.tabIndex = 0;
    describe(panel, []);
    redraw();
    element.replaceChildren(legend(counts, visible, redraw), body, panel);
    return {
      show(start, end) {
        target = { start, end };
        redraw();
        const first = body.querySelector(".target");
        if (first) choose(body, told, first, panel);
      },
    };
  };

  /* What is selected in an article that `renderArticle` has put into an element: { start, end } in code points of its
   * text, or null where nothing in it is selected. */
  const selectionOffsets = (element) => {
    const body = element.querySelector(`.${TEXT}`);
    const selection = body?.getRootNode().getSelection?.() ?? window.getSelection();
    if (!body || !selection?.rangeCount) return null;
    const range = selection.getRangeAt(0).cloneRange();
    if (!range.intersectsNode(body)) return null;
    if (!body.contains(range.startContainer)) range.setStart(body, 0);
    if (!body.contains(range.endContainer)) range.setEnd(body, body.childNodes.length);
    if (range.collapsed) return null;
    const before = document.createRange();
    before.setStart(body, 0);
    before.setEnd(range.startContainer, range.startOffset);
    const start = Array.from(before.toString()).length;
    return { start, end: start + Array.from(range.toString()).length };
  };

  return { renderArticle, selectionOffsets, codePoints };
})();
