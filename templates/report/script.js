"use strict";
// The table's search, filters, order and pages. Without it all rows are there, in one long table.
(() => {
  // As many as fit the eye: a browser lays these out in a few milliseconds, ten thousand in a second.
  const pageRows = 100;
  const at = (id) => document.getElementById(id);
  const body = at("rows");
  const phases = ["due", "active", "renewed", "held", "expired", "revoked", "pending"];
  const items = Array.from(body.rows, (row) => ({
    row, phase: row.dataset.phase, profile: row.dataset.profile, text: row.textContent.toLowerCase(),
  }));
  if (items.length === 0) return;

  const cell = (item, number) => item.row.cells[number].textContent;
  const keyOf = {
    name: (item) => item.row.cells[0].firstElementChild.textContent,
    phase: (item) => phases.indexOf(item.phase),
    profile: (item) => cell(item, 2),
    owner: (item) => cell(item, 3),
    until: (item) => item.row.cells[4].firstElementChild.dateTime,
    serial: (item) => cell(item, 5),
  };
  const words = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const plain = (left, right) => (left < right ? -1 : left > right ? 1 : 0);
  const compareOf = { name: words.compare, profile: words.compare, owner: words.compare, phase: plain, until: plain, serial: plain };
  const orders = {};
  // Sorted once for each column. What is empty comes last.
  const orderBy = (column) => orders[column] ??= items
    .map((item) => ({ item, key: keyOf[column](item) }))
    .sort((left, right) => (left.key === "") - (right.key === "") || compareOf[column](left.key, right.key))
    .map((pair) => pair.item);

  const state = { column: null, descending: false, page: 0, phases: new Set(), profile: "", words: [] };
  let found = items;

  const fits = (item) => (state.phases.size === 0 || state.phases.has(item.phase))
    && (state.profile === "" || state.profile === item.profile)
    && state.words.every((word) => item.text.includes(word));

  const show = () => {
    const last = Math.max(0, Math.ceil(found.length / pageRows) - 1);
    state.page = Math.min(state.page, last);
    const first = state.page * pageRows;
    const rows = found.slice(first, first + pageRows);
    body.replaceChildren(...rows.map((item) => item.row));
    const number = (value) => value.toLocaleString("en");
    at("shown").textContent = found.length === 0 ? "Nothing fits."
      : `${number(first + 1)} to ${number(first + rows.length)} of ${number(found.length)}`
        + (found.length < items.length ? `, out of ${number(items.length)}` : "");
    at("back").disabled = state.page === 0;
    at("on").disabled = state.page === last;
  };

  const update = () => {
    found = (state.column ? orderBy(state.column) : items).filter(fits);
    if (state.descending) found.reverse();
    state.page = 0;
    show();
  };

  for (const head of document.querySelectorAll("#inventory thead th")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const column = head.dataset.key;
      state.descending = state.column === column && !state.descending;
      state.column = column;
      for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", state.descending ? "descending" : "ascending");
      update();
    });
  }
  at("query").addEventListener("input", (event) => {
    state.words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    update();
  });
  at("profile").addEventListener("change", (event) => {
    state.profile = event.target.value;
    update();
  });
  for (const chip of document.querySelectorAll(".chip"))
    chip.addEventListener("click", () => {
      const phase = chip.dataset.phase;
      if (!state.phases.delete(phase)) state.phases.add(phase);
      chip.setAttribute("aria-pressed", String(state.phases.has(phase)));
      update();
    });
  const turn = (by) => () => {
    state.page += by;
    show();
    at("certificates").scrollIntoView();
  };
  at("back").addEventListener("click", turn(-1));
  at("on").addEventListener("click", turn(1));
  // On paper there are no pages to turn: everything that was found.
  addEventListener("beforeprint", () => body.replaceChildren(...found.map((item) => item.row)));
  addEventListener("afterprint", show);

  at("controls").hidden = false;
  at("pager").hidden = false;
  show();
})();
