import { mostUnfolded } from "./order.ts";
import { localTimeFormat } from "./words.ts";

/**
 * The page's script: filter, search, order, next failure, arrow keys, copying, links to a result, times in the reader's zone. It is a text
 * because it runs in the reader's browser, not in the task that writes the page; test/pages/report.test.ts runs it in a browser.
 */
export const script = /* js */ `"use strict";
(() => {
  for (const time of document.querySelectorAll("time[datetime]"))
    time.textContent = new Date(time.dateTime).toLocaleString(undefined, ${JSON.stringify(localTimeFormat)});

  const results = document.querySelector(".results");
  const form = results.querySelector("form");
  if (!form) return;
  const list = results.querySelector(".list");
  const flat = results.querySelector(".flat");
  const rows = [...results.querySelectorAll(".result")];
  const groups = [...results.querySelectorAll(".group")];
  const folds = [...results.querySelectorAll(".fold")];
  const titles = rows.map((row) => row.closest(".group").dataset.title);
  const { order, words, position, shown } = form.elements;

  /** Marking more matches makes typing slow; a reader does not scroll through as many. */
  const mostMarks = 2000;
  /** The text of each row and the title of its group, some megabytes for 5,000 rows: read once, at the first search. */
  let texts;
  /** Where each row is while the rows are in their groups. */
  let places;
  let current;

  const wanted = () => words.value.toLowerCase().split(/\\s+/).filter(Boolean);

  const apply = () => {
    const outcome = form.elements.outcome.value;
    const searched = wanted();
    if (searched.length > 0) texts ??= rows.map((row, index) => (row.textContent + " " + titles[index]).toLowerCase());
    let count = 0;
    rows.forEach((row, index) => {
      const isChosen = outcome === "all" || (outcome === "flaky" ? "flaky" in row.dataset : row.dataset.outcome === outcome);
      row.hidden = !isChosen || !searched.every((word) => texts[index].includes(word));
      if (!row.hidden) count++;
    });
    const isFiltered = outcome !== "all" || searched.length > 0;
    for (const part of [...groups, ...folds]) part.hidden = !part.querySelector(".result:not([hidden])");
    for (const fold of folds) {
      fold.wasOpen ??= fold.open;
      fold.open = (isFiltered && count <= ${mostUnfolded}) || fold.wasOpen;
      if (!isFiltered) delete fold.wasOpen;
    }
    results.querySelector("#no-match").hidden = count > 0;
    shown.textContent = count + " of " + rows.length + " results shown";
    forget();
    mark(searched);
  };

  /** Browsers that have no highlights show the results without them. */
  const mark = (searched) => {
    if (!globalThis.Highlight) return;
    CSS.highlights.delete("found");
    if (searched.length === 0) return;
    const pattern = new RegExp(searched.map((word) => word.replace(/[.*+?^\${}()|[\\]\\\\]/g, "\\\\$&")).join("|"), "gi");
    const found = new Highlight();
    for (const row of rows) {
      if (row.hidden) continue;
      const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
      while (found.size < mostMarks && walker.nextNode())
        for (const { 0: match, index } of walker.currentNode.data.matchAll(pattern)) {
          const range = new StaticRange({ startContainer: walker.currentNode, startOffset: index, endContainer: walker.currentNode, endOffset: index + match.length });
          found.add(range);
        }
      if (found.size >= mostMarks) break;
    }
    CSS.highlights.set("found", found);
  };

  const sort = () => {
    const byTime = order.value === "time";
    if (byTime !== flat.hidden) return;
    if (byTime) {
      places ??= rows.map((row) => {
        const place = document.createComment("");
        row.before(place);
        return place;
      });
      rows.forEach((row, index) => {
        if (!row.closest(".cases")) return;
        const title = document.createElement("small");
        title.className = "of";
        title.textContent = titles[index];
        row.querySelector(".name").append(title);
      });
      flat.append(...[...rows].sort((a, b) => b.dataset.seconds - a.dataset.seconds));
    } else
      rows.forEach((row, index) => {
        row.querySelector(".of")?.remove();
        places[index].after(row);
      });
    list.hidden = byTime;
    flat.hidden = !byTime;
    forget();
  };

  const visible = (selector) =>
    [...results.querySelectorAll(selector)].filter((row) => !row.hidden && !row.closest("details.fold:not([open])"));

  const forget = () => {
    current?.classList.remove("current");
    current = undefined;
    if (position) position.textContent = "";
  };

  /** The focus stays on the button, so that pressing it again goes on. */
  const nextFailure = () => {
    const failures = visible("details[data-outcome=failed]");
    if (failures.length === 0) return;
    const index = (failures.indexOf(current) + 1) % failures.length;
    forget();
    current = failures[index];
    current.classList.add("current");
    current.open = true;
    current.scrollIntoView({ block: "start" });
    position.textContent = index + 1 + " of " + failures.length;
  };

  const reveal = () => {
    const row = document.getElementById(location.hash.slice(1));
    if (!row?.matches(".result")) return;
    if (row.hidden) {
      form.reset();
      sort();
      apply();
    }
    for (let part = row; part !== results; part = part.parentElement) if (part.matches("details")) part.open = true;
    if (row.matches("details")) row.firstElementChild.focus({ preventScroll: true });
    row.scrollIntoView({ block: "start" });
  };

  const copy = async (button) => {
    const text = button.parentElement.querySelector("pre");
    try {
      await navigator.clipboard.writeText(text.textContent.trimEnd());
    } catch {
      getSelection().selectAllChildren(text);
      document.execCommand("copy");
    }
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 2000);
  };

  form.addEventListener("input", (event) => (event.target === order ? sort() : apply()));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.elements.next?.addEventListener("click", nextFailure);
  addEventListener("hashchange", reveal);
  results.addEventListener("click", ({ target }) => {
    if (target.matches(".copy")) copy(target);
    if (target.name === "all") {
      form.reset();
      sort();
      apply();
    }
  });

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
  document.documentElement.classList.add("scripted");
  reveal();
})();
`;
