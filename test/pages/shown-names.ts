import type { Page } from "playwright-core";

/** The names of the visible results, in their order, in the report or the results tab. */
export function shownNames(page: Page): Promise<string[]> {
  return page.locator(".result:visible .row .name, .result.row:visible .name").evaluateAll((names) =>
    names.map((name) => {
      const copy = name.cloneNode(true) as typeof name;
      for (const more of copy.querySelectorAll("small, .tag, .message") as Iterable<{ remove(): void }>)
        more.remove();
      return copy.textContent.trim();
    }),
  );
}

/** The words that the search marks. */
export function markedWords(page: Page): Promise<string[]> {
  return page.evaluate(`[
    ...[...(CSS.highlights.get("found") ?? [])].map((range) => range.startContainer.data.slice(range.startOffset, range.endOffset)),
    ...[...document.querySelectorAll("mark.found")].map((mark) => mark.textContent),
  ]`);
}
