/**
 * The page's script: filter, search, next failure, arrow keys, links to a result. It is a text because it runs in the reader's browser, not
 * in the task that writes the page; test/pages/report.test.ts runs it in a browser.
 */
export const script = /* js */ `"use strict";
(() => {
  const results = document.querySelector(".results");
  const rows = [...results.querySelectorAll(".result")];
  const groups = [...results.querySelectorAll(".group")];
  const form = results.querySelector("form");
  const status = form.querySelector("output");
  let texts;

  /** The text of a row and the title of its group, which are some megabytes for 5,000 rows: read once, at the first search. */
  const textOf = (row) => row.textContent + " " + (row.closest(".group").querySelector("h3")?.textContent ?? "");

  const apply = () => {
    const outcome = form.elements.outcome.value;
    const words = form.elements.words.value.toLowerCase().split(/\\s+/).filter(Boolean);
    if (words.length > 0) texts ??= rows.map((row) => textOf(row).toLowerCase());
    let shown = 0;
    rows.forEach((row, index) => {
      const matches = (outcome === "all" || row.dataset.outcome === outcome) && words.every((word) => texts[index].includes(word));
      row.hidden = !matches;
      if (matches) shown++;
    });
    for (const group of groups) group.hidden = !group.querySelector(".result:not([hidden])");
    results.querySelector(".none").hidden = shown > 0;
    status.textContent = shown + " of " + rows.length + " results shown";
  };

  const visible = (selector) => [...results.querySelectorAll(selector)].filter((row) => !row.hidden);

  const focus = (row) => {
    row.firstElementChild.focus({ preventScroll: true });
    row.scrollIntoView({ block: "center" });
  };

  const nextFailure = () => {
    const failures = visible("details[data-outcome=failed]");
    if (failures.length === 0) return;
    const current = failures.indexOf(document.activeElement.closest?.("details.result") ?? results.current);
    const next = failures[(current + 1) % failures.length];
    results.current = next;
    next.open = true;
    focus(next);
  };

  const reveal = () => {
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!row?.matches(".result")) return;
    if (row.hidden) {
      form.reset();
      apply();
    }
    if (row.matches("details")) {
      row.open = true;
      focus(row);
    } else row.scrollIntoView({ block: "center" });
  };

  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.elements.next?.addEventListener("click", nextFailure);
  addEventListener("hashchange", reveal);

  results.addEventListener("keydown", (event) => {
    const row = event.target.closest("summary.row")?.parentElement;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!row || !step) return;
    const open = visible("details.result");
    const next = open[open.indexOf(row) + step];
    if (!next) return;
    event.preventDefault();
    next.firstElementChild.focus({ preventScroll: true });
    next.firstElementChild.scrollIntoView({ block: "nearest" });
  });

  form.hidden = false;
  reveal();
})();
`;
