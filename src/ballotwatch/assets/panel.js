"use strict";
// The panel with the evidence behind a mark. Article text is data: it is only ever set as text.
const Panel = (() => {
  const NOUNS = { statement: "statement", article: "article", ballot: "ballot", span: "passage" };
  const LINKS = { statement: "Its row on the evidence page", article: "The article with its codings", span: "The article with its codings" };
  // What the evidence page can filter by; a mark's statements share some of it.
  const FILTERS = ["entity", "concept"];
  const panel = document.getElementById("panel");
  const title = panel.querySelector("h2");
  const mark = panel.querySelector(".mark");
  const list = panel.querySelector("ol");
  const more = panel.querySelector(".more");
  const { rows, records } = JSON.parse(document.getElementById("evidence").textContent);
  const TAP = 100;
  let opener = null;
  let opened = -TAP;

  const element = (name, ...content) => {
    const made = document.createElement(name);
    made.append(...content);
    return made;
  };

  const link = (address, text) => {
    const made = element("a", text);
    made.href = address;
    return made;
  };

  const kindOf = (ref) => ref.slice(0, ref.indexOf(":"));

  const counted = (n, kind) => `${n} ${NOUNS[kind]}${n === 1 ? "" : "s"}`;

  // The first place of the cue in the span is bold, as on the evidence page.
  const marked = (span, cue) => {
    const at = cue ? span.indexOf(cue) : -1;
    if (at < 0) return element("mark", span);
    return element("mark", span.slice(0, at), element("strong", cue), span.slice(at + cue.length));
  };

  const quote = ({ before = "", span, cue, after = "" }) =>
    element("blockquote", before, ...(span ? [marked(span, cue)] : []), after);

  const within = (text, aside) => (aside ? `${text} (${aside})` : text);

  const factsOf = (record) => [
    ["Who", record.actor && within(record.actor, record.entity)],
    ["What", record.what],
    ["Ballot", record.ballot],
    ["Where", record.regions],
    ["When", record.dates && within(record.dates, record.basis)],
    ["Article", record.span && record.title],
    ["Source", record.source],
    ["Coded by", record.coder && within(record.coder, record.confidence && `confidence ${record.confidence}`)],
  ];

  const facts = (record) => {
    const made = element("dl");
    for (const [name, value] of factsOf(record)) {
      if (value) made.append(element("div", element("dt", name), element("dd", value)));
    }
    return made;
  };

  const entry = (record) => {
    const made = element("li");
    if (!record.span && record.title) made.append(element("h3", record.title));
    if (record.before || record.span) made.append(quote(record));
    made.append(facts(record));
    if (rows && record.link) made.append(element("p", link(record.link, LINKS[record.kind])));
    return made;
  };

  const filterOf = (found) => {
    const shared = FILTERS.filter((name) => found.every((record) => record[name] && record[name] === found[0][name]));
    return shared.length ? `#filter:${new URLSearchParams(shared.map((name) => [name, found[0][name]]))}` : "";
  };

  // Where nothing can be shown here, the first statement's own row is the best place to begin.
  const addressOf = (ref, found) => {
    if (found.length) return rows + filterOf(found);
    return kindOf(ref) === "statement" ? `${rows}#${ref.slice("statement:".length)}` : rows;
  };

  const rest = (refs, count, found) => {
    const hidden = count - found.length;
    more.hidden = !hidden;
    more.replaceChildren(found.length ? `and ${hidden} more` : "This page is full before this mark's turn.");
    if (rows) more.append(found.length ? " on " : " See ", link(addressOf(refs[0], found), "the evidence page"), ".");
  };

  const fill = (refs, count, words) => {
    const found = refs.map((ref) => records[ref]).filter(Boolean);
    title.textContent = counted(count, kindOf(refs[0]));
    mark.textContent = words;
    list.replaceChildren(...found.map(entry));
    rest(refs, count, found);
  };

  // On a wide screen the page makes room for the panel, and the figures follow.
  const toggle = (change) => {
    change();
    dispatchEvent(new Event("resize"));
  };

  const open = (refs, count, words, from) => {
    fill(refs, count, words);
    opener = from;
    opened = performance.now();
    if (!panel.open) toggle(() => panel.show());
    panel.querySelector(".content").scrollTop = 0;
    title.focus({ preventScroll: true });
  };

  const close = () => {
    if (!panel.open) return;
    toggle(() => panel.close());
    opener?.focus({ preventScroll: true });
  };

  panel.querySelector("button").addEventListener("click", close);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  // A tap is followed by a click that the browser makes up, where the panel now stands.
  const settle = (event) => {
    if (performance.now() - opened < TAP) event.preventDefault();
  };
  addEventListener("touchend", settle, { passive: false });
  return { open, close, isOpen: () => panel.open };
})();
