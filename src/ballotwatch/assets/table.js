"use strict";
// The evidence page: a table of all statements with search, filters and download, and the article behind each row.
// Needs DataTables (paging, sorting) and article.js. All text is data: it is only ever set as text.
(() => {
  const NONE = "-";
  const STANCES = { 1: "for", 0: "neither", "-1": "against" };
  const STANCE_WORDS = { 1: "for the ballot", 0: "taking no side", "-1": "against the ballot" };
  // Name of each filter in the address, its label, and the values that a row has for it.
  const FACETS = [
    ["entity", "Entity", (row) => [row.entity]],
    ["actor", "Actor", (row) => [row.actor]],
    ["concept", "Concept", (row) => [row.concept]],
    ["family", "Kind of statement", (row) => [row.family]],
    ["polarity", "Stance", (row) => [row.polarity]],
    ["ballot", "Ballot", (row) => [row.ballot_id]],
    ["region", "Region", (row) => (row.regions.length ? row.regions : [null])],
    ["source", "Source", (row) => [row.source]],
    ["coder", "Coder", (row) => [row.coder]],
  ];
  const FIELDS = ["q", "from", "to", ...FACETS.map(([name]) => name)];
  // As in evidence_page.INDEXED.
  const INDEXED = ["entity", "concept", "family", "polarity", "ballot", "region", "coder"];
  const CSV = [
    "statement_id", "doc_id", "start", "end", "text", "actor", "entity", "actor_type", "concept", "family", "polarity",
    "ballot_id", "regions", "date_earliest", "date_latest", "legal_bases", "value", "addressee", "quoted", "cue",
    "confidence", "coder", "sentence", "title", "source", "published",
  ];

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const plural = (n, noun) => `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;
  const outOf = (n, all) => `${n.toLocaleString("en")} of ${plural(all, "statement")}`;
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const distinct = (values) => [...new Set(values.filter(Boolean))];
  const span = (earliest, latest) => distinct([earliest, latest]).join(" to ");
  const later = (action, milliseconds) => {
    let timer = 0;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(action, milliseconds);
    };
  };

  // ---------------------------------------------------------------- data

  const readRows = (data) => {
    const texts = data.articles.map(({ text }) => codePoints(text));
    return data.rows.map((values) => {
      const row = Object.fromEntries(data.columns.map((name, i) => [name, values[i]]));
      const { doc_id, title, source, published } = data.articles[row.article];
      const [before, text, after] = cut(texts[row.article], row);
      const lists = { regions: row.regions ?? [], legal_bases: row.legal_bases ?? [] };
      const facts = { doc_id, title, source, published, before, text, after, sentence: before + text + after, ...lists };
      return withSearch(Object.assign(row, facts), data.words);
    });
  };
  const cut = (points, { first, start, end, last }) => [
    points.slice(first, start), points.slice(start, end), points.slice(end, last),
  ];
  const withSearch = (row, words) => {
    const names = [words.concept[row.concept], words.ballot[row.ballot_id], words.entity[row.entity], STANCE_WORDS[row.polarity]];
    const regions = row.regions.map((code) => words.region[code]);
    const said = [row.sentence, row.actor, row.entity, row.concept, row.addressee, row.coder, row.source, row.title];
    row.facets = Object.fromEntries(FACETS.map(([name, , read]) => [name, read(row).map((value) => String(value ?? NONE))]));
    row.search = fold(distinct([...said, ...names, ...regions, row.date_earliest, row.date_latest, row.statement_id]).join(" \n "));
    return row;
  };
  const articleOf = (data, index) => {
    const { spans, ...article } = data.articles[index];
    const layers = spans.map(([start, end, name, kind, label, ref]) => ({
      start, end, name: data.labels[name], kind: data.labels[kind], label: data.labels[label], ref,
    }));
    return { ...article, layers };
  };

  // ---------------------------------------------------------------- filters

  const inPeriod = (row, { from, to }) => {
    if (!from && !to) return true;
    return Boolean(row.date_earliest && row.date_latest) && (!to || row.date_earliest <= to) && (!from || row.date_latest >= from);
  };
  const found = (row, words) => words.every((word) => row.search.includes(word));
  const passes = (row, state, words, except) =>
    FACETS.every(([name]) => name === except || !state[name] || row.facets[name].includes(state[name])) &&
    inPeriod(row, state) && found(row, words);
  // Words must all occur; words inside quotation marks as one.
  const searchWords = (q) => (fold(q).match(/"[^"]+"|[^\s"]+/g) ?? []).map((word) => word.replaceAll('"', ""));

  const readState = (form) => Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value.trim()]));
  const writeState = (form, state) =>
    FIELDS.forEach((name) => {
      const field = form.elements[name];
      if (field.tagName === "SELECT") choose(field, state[name] ?? "");
      else field.value = state[name] ?? "";
    });
  const choose = (select, value) => {
    if (![...select.options].some((option) => option.value === value)) select.append(new Option(value, value));
    select.value = value;
  };
  const toHash = (state) => {
    const given = FIELDS.filter((name) => state[name]).map((name) => [name, state[name]]);
    return given.length ? `#filter:${new URLSearchParams(given)}` : "";
  };
  const fromHash = (hash) => Object.fromEntries(new URLSearchParams(hash.slice("#filter:".length)));

  const addFacets = (form, rows, data) => {
    const box = form.querySelector(".fields");
    const fields = FACETS.map(([name, title]) => {
      const label = make("label", "", `${title} `);
      const select = make("select");
      select.name = name;
      const values = [...new Set(rows.flatMap((row) => row.facets[name]))].map((value) => [wordsFor(name, value, data), value]);
      values.sort((a, b) => (a[1] === NONE) - (b[1] === NONE) || a[0].localeCompare(b[0], "en"));
      select.append(new Option("all", ""), ...values.map(([text, value]) => option(text, value)));
      label.append(select);
      return label;
    });
    box.prepend(...fields);
  };
  const option = (text, value) => {
    const made = new Option(text, value);
    made.dataset.words = text;
    return made;
  };
  const wordsFor = (name, value, { words }) => {
    if (value === NONE) return "none named";
    if (name === "polarity") return STANCE_WORDS[value];
    const known = words[name]?.[value];
    if (!known || known === value) return value;
    return name === "entity" || name === "region" ? `${known} (${value})` : known;
  };
  // How many rows each value would leave, the other filters being as they are.
  const countFacets = (form, rows, state, words) =>
    FACETS.forEach(([name]) => {
      const counts = new Map();
      rows.filter((row) => passes(row, state, words, name)).forEach((row) =>
        row.facets[name].forEach((value) => counts.set(value, (counts.get(value) ?? 0) + 1)));
      [...form.elements[name].options].slice(1).forEach((item) => {
        const n = counts.get(item.value) ?? 0;
        item.textContent = `${item.dataset.words ?? item.value} – ${n.toLocaleString("en")}`;
        item.disabled = !n && !item.selected;
      });
    });

  const chips = (form, state, remove) => {
    const made = FIELDS.filter((name) => name !== "q" && state[name]).map((name) => {
      const field = form.elements[name];
      const words = field.tagName === "SELECT" ? field.selectedOptions[0].dataset.words ?? state[name] : state[name];
      const title = FACETS.find(([facet]) => facet === name)?.[1] ?? (name === "from" ? "From" : "To");
      const button = make("button", "", `${title}: ${words} ✕`);
      button.type = "button";
      button.setAttribute("aria-label", `Remove the filter ${title}: ${words}`);
      button.addEventListener("click", () => remove(name));
      const item = make("li");
      item.append(button);
      return item;
    });
    const list = form.querySelector(".chips");
    list.replaceChildren(...made);
    list.hidden = !made.length;
  };

  // How many statements of each part fit the filters, or null where the index of all parts can't tell.
  const countParts = ({ parts, index }, state) => {
    const on = FIELDS.filter((name) => state[name]);
    if (on.some((name) => !INDEXED.includes(name))) return null;
    const counts = parts.map(() => 0);
    const wanted = on.map((name) => [INDEXED.indexOf(name) + 2, state[name]]);
    index.rows.forEach((row) => {
      const fits = ([at, value]) => [row[at]].flat().some((code) => (index.values[code] ?? NONE) === value);
      if (wanted.every(fits)) counts[row[0]] += row[1];
    });
    return counts;
  };

  // ---------------------------------------------------------------- table

  const cells = (data) => [
    [dateCell, (row) => row.date_earliest ?? "unknown"],
    [whoCell, (row) => `${row.actor ?? ""} ${row.entity ?? ""}`],
    [(row) => whatCell(row, data), (row) => data.words.concept[row.concept]],
    [(row) => make("div", "", data.words.ballot[row.ballot_id] ?? "none named"), (row) => data.words.ballot[row.ballot_id] ?? ""],
    [sentenceCell, (row) => row.sentence.trim()],
    [sourceCell, (row) => `${row.title} ${row.source}`],
  ];
  const box = (...children) => {
    const element = make("div");
    element.append(...children);
    return element;
  };
  const dateCell = (row) => {
    const days = distinct([row.date_earliest, row.date_latest]);
    if (!days.length) return box(make("small", "", "unknown"));
    return box(...days.flatMap((day, i) => [...(i ? [" to "] : []), make("time", "", day)]));
  };
  const whoCell = (row) => {
    const entity = row.entity && row.entity !== row.actor ? ` (${row.entity})` : "";
    return box(make("bdi", "", row.actor ?? row.entity ?? "not named"), make("small", "", row.actor ? entity : ""));
  };
  const whatCell = (row, { words }) => {
    const stance = make("small", "", STANCE_WORDS[row.polarity]);
    const value = row.value === null ? "" : ` ${row.value}%`;
    return box(make("span", `stance stance-${STANCES[row.polarity]}`, words.concept[row.concept] + value), " ", stance);
  };
  const sentenceCell = (row) => {
    const marked = make("mark", `stance-${STANCES[row.polarity]}`);
    const at = row.cue ? row.text.indexOf(row.cue) : -1;
    if (at < 0) marked.append(row.text);
    else marked.append(row.text.slice(0, at), make("strong", "", row.cue), row.text.slice(at + row.cue.length));
    const cell = box(row.before, marked, row.after);
    cell.dir = "auto";
    return cell;
  };
  const sourceCell = (row) => {
    const link = make("a", "open", "Read in the article");
    link.href = `#${encodeURIComponent(row.statement_id)}`;
    return box(make("bdi", "title", row.title), make("small", "", row.source), link);
  };

  const columns = (data, headings) =>
    cells(data).map(([show, key], i) => ({
      data: null,
      type: "string",
      // DataTables' own search would read texts as HTML; ours is a function over the rows.
      searchable: false,
      // A string would be read as HTML: what is shown is always an element.
      render: (_, use, row) => (use === "display" ? show(row) : key(row)),
      createdCell: (cell) => {
        cell.dataset.heading = headings[i];
        cell.setAttribute("role", "cell");
      },
    }));

  const makeTable = (element, rows, data) => {
    const headings = [...element.querySelectorAll("th")].map((heading) => heading.textContent);
    element.setAttribute("role", "table");
    return new DataTable(element, {
      data: rows,
      columns: columns(data, headings),
      autoWidth: false,
      deferRender: true,
      order: [[0, "asc"]],
      pageLength: 25,
      layout: { topStart: null, topEnd: null, bottomStart: null, bottomEnd: "paging" },
      language: { emptyTable: "No statement.", zeroRecords: "No statement fits the search and the filters." },
      createdRow: (tr, row) => {
        tr.id = row.statement_id;
        tr.setAttribute("role", "row");
      },
    });
  };

  // ---------------------------------------------------------------- download

  // As in export_csv.py: text that a spreadsheet would compute, or change as a number, gets an apostrophe in front, and
  // so does text that starts with one. Numbers stay numbers.
  const UNSAFE = /^(?:['=+\-@＝＋－＠\t\r\n]|0\d+$|\d{16,}$|\d+(?:\.\d+)?[eE][+-]?\d+$)/;
  const csvCell = (value) => {
    const text = Array.isArray(value) ? value.map((item) => item.replace(/[\\|]/g, "\\$&")).join("|") : String(value ?? "");
    const safe = typeof value === "string" || Array.isArray(value) ? text.replace(UNSAFE, "'$&") : text;
    return `"${safe.replaceAll('"', '""')}"`;
  };
  const toCsv = (rows) =>
    "\ufeff" + [CSV, ...rows.map((row) => CSV.map((name) => row[name]))].map((line) => line.map(csvCell).join(",")).join("\r\n") + "\r\n";
  const download = (rows) => {
    const link = make("a");
    link.href = URL.createObjectURL(new Blob([toCsv(rows)], { type: "text/csv;charset=utf-8" }));
    link.download = "statements.csv";
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  // ---------------------------------------------------------------- article

  const factsOf = (row, { words }) => {
    const regions = row.regions.map((code) => wordsFor("region", code, { words })).join(", ");
    const value = row.value === null ? "" : ` (${row.value}%)`;
    return [
      ["Who", who(row, words)],
      ["What", `${words.concept[row.concept]}${value}, ${STANCE_WORDS[row.polarity]}`],
      ["Ballot", words.ballot[row.ballot_id]],
      ["Where", regions],
      ["When", span(row.date_earliest, row.date_latest)],
      ["Grounds", row.legal_bases.map((ground) => ground.replaceAll("_", " ")).join(", ")],
      ["Put to", row.addressee],
      ["Coded by", row.coder + (row.confidence === null ? "" : `, confidence ${Math.round(row.confidence * 100)}%`)],
    ].filter(([, fact]) => fact);
  };
  const who = ({ actor, entity }, words) => {
    const state = distinct([words.entity[entity], entity]).filter((name) => name !== actor).join(", ");
    return actor && state ? `${actor} (${state})` : actor ?? state;
  };
  const readArticle = (dialog, data, index, row) => {
    const article = articleOf(data, index);
    dialog.querySelector("h3").textContent = article.title;
    const day = article.published ? `published ${article.published} (${article.basis})` : "day of publication unknown";
    dialog.querySelector(".origin").textContent = `${article.source}, ${day}`;
    const facts = (row ? factsOf(row, data) : []).map(([name, fact]) => {
      const pair = make("div");
      pair.append(make("dt", "", name), make("dd", "", fact));
      return pair;
    });
    dialog.querySelector(".facts").replaceChildren(...facts);
    const view = renderArticle(dialog.querySelector(".article-view"), article);
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    dialog.querySelector("h3").focus({ preventScroll: true });
    if (row) view.show(row.start, row.end);
  };

  // ---------------------------------------------------------------- page

  const start = (section) => {
    const data = JSON.parse(section.querySelector(".evidence-data").textContent);
    const rows = readRows(data);
    const form = section.querySelector(".controls");
    const dialog = section.querySelector(".reader");
    const [state, current] = [{ words: [], values: {} }, { row: null }];
    addFacets(form, rows, data);
    const table = makeTable(section.querySelector("table"), rows, data);
    table.search.fixed("filters", (_, row) => passes(row, state.values, state.words));

    const inOrder = () => table.rows({ search: "applied", order: "applied" }).data().toArray();
    const setHash = (hash) => history.replaceState(null, "", hash || location.pathname + location.search);
    const tell = () => {
      const n = table.rows({ search: "applied" }).count();
      form.querySelector(".count").textContent = outOf(n, rows.length) + elsewhereToo(data, state.values);
      form.querySelector(".facets summary").textContent = summary(state.values);
      chips(form, state.values, (name) => {
        form.elements[name].value = "";
        change();
        form.querySelector(".facets summary").focus();
      });
      tellParts(section, data, state.values);
      section.querySelector(".dt-paging").hidden = table.page.info().pages < 2;
    };
    const apply = () => {
      state.values = readState(form);
      state.words = searchWords(state.values.q);
      countFacets(form, rows, state.values, state.words);
      table.draw();
      tell();
    };
    const change = () => {
      apply();
      setHash(toHash(state.values));
    };
    const mark = (row) => {
      section.querySelectorAll("tr[aria-current]").forEach((tr) => tr.removeAttribute("aria-current"));
      if (row) document.getElementById(row.statement_id)?.setAttribute("aria-current", "true");
    };
    const turnTo = (row) => {
      const at = inOrder().indexOf(row);
      if (at >= 0) table.page(Math.floor(at / table.page.len())).draw("page");
      mark(row);
    };
    const open = (row) => {
      current.row = row;
      if (!passes(row, state.values, state.words)) {
        form.reset();
        apply();
      }
      turnTo(row);
      readArticle(dialog, data, row.article, row);
      const shownRows = inOrder();
      dialog.querySelector(".previous").disabled = shownRows[0] === row;
      dialog.querySelector(".next").disabled = shownRows.at(-1) === row;
    };
    const step = (by) => {
      const shownRows = inOrder();
      const next = shownRows[shownRows.indexOf(current.row) + by];
      if (!next) return;
      setHash(`#${encodeURIComponent(next.statement_id)}`);
      open(next);
    };
    const close = () => {
      setHash(toHash(state.values));
      if (!current.row) return;
      mark(current.row);
      document.getElementById(current.row.statement_id)?.querySelector(".open").focus();
      current.row = null;
    };
    // Where a statement or an article that is not in this part stands: the first part knows.
    const elsewhere = (kind, id, hash) => {
      if (data.part > 0) return location.replace(data.parts[0].file + hash);
      const at = data.directory.findIndex((ids) => ids[kind].includes(id));
      if (at >= 0) location.replace(data.parts[at + 1].file + hash);
      else if (!document.getElementById(id)) form.querySelector(".count").textContent = `“${id}” is not in this report.`;
    };
    const follow = () => {
      const hash = location.hash;
      if (hash.startsWith("#filter:") || hash.length < 2) {
        if (dialog.open) dialog.close();
        writeState(form, fromHash(hash));
        apply();
        if (hash.length > 1) section.scrollIntoView();
        return;
      }
      const id = decode(hash.slice(1));
      if (id.startsWith("article:")) return followArticle(id.slice("article:".length), hash);
      const row = rows.find((other) => other.statement_id === id);
      if (row) open(row);
      else if (/^[0-9a-f]{8,}$/.test(id) || !document.getElementById(id)) elsewhere("statements", id, hash);
    };
    const followArticle = (doc_id, hash) => {
      const at = data.articles.findIndex((article) => article.doc_id === doc_id);
      if (at < 0) return elsewhere("articles", doc_id, hash);
      current.row = null;
      [".previous", ".next"].forEach((name) => (dialog.querySelector(name).disabled = true));
      readArticle(dialog, data, at);
    };

    form.addEventListener("input", later(change, 150));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.querySelector(".reset").addEventListener("click", () => {
      form.reset();
      change();
    });
    form.querySelector(".download").addEventListener("click", () => download(inOrder()));
    section.querySelector("tbody").addEventListener("click", (event) => {
      const tr = event.target.closest("tr[id]");
      if (tr && !event.target.closest("a") && getSelection().isCollapsed) location.hash = encodeURIComponent(tr.id);
    });
    dialog.querySelector(".previous").addEventListener("click", () => step(-1));
    dialog.querySelector(".next").addEventListener("click", () => step(1));
    dialog.querySelector(".close").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", close);
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    addEventListener("hashchange", follow);
    form.querySelector(".facets").open = matchMedia("(min-width: 60rem)").matches;
    apply();
    follow();
  };
  const elsewhereToo = (data, values) => {
    if (data.parts.length === 1) return "";
    const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
    const counts = countParts(data, values);
    return ` in this part${counts ? `; ${outOf(sum(counts), sum(data.parts.map(({ n }) => n)))} in all parts` : ""}`;
  };
  const tellParts = (section, data, values) => {
    const counts = countParts(data, values);
    section.querySelectorAll(".parts li").forEach((item, i) => {
      const { file, n: all } = data.parts[i];
      item.classList.toggle("none", counts?.[i] === 0);
      item.querySelector("a").setAttribute("href", file + toHash(values));
      item.querySelector("small").textContent = counts ? outOf(counts[i], all) : plural(all, "statement");
    });
  };
  const decode = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  const summary = (values) => {
    const on = FIELDS.filter((name) => name !== "q" && values[name]);
    return on.length ? `Filters (${on.length} in use)` : "Filters";
  };

  document.querySelectorAll(".evidence").forEach(start);
})();
