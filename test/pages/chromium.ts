import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { isContinuousIntegration } from "../harness/continuous-integration.ts";

/** The paths of Chromium on several systems. The variable CHROMIUM names another. */
const places = [
  process.env.CHROMIUM,
  // Chromium without a window needs a third of the CPU for a page.
  "/usr/bin/chromium-headless-shell",
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * Starts Chromium. If the machine has none, the result is undefined, and the tests of pages are skipped with a warning.
 * @throws Error in continuous integration (`CI` is set), because a skipped test would look like a passed one
 */
export async function openChromium(moreArgs: readonly string[] = []): Promise<Browser | undefined> {
  const executablePath = findChromium(places, process.env);
  if (!executablePath) return undefined;
  // As root, as in a container, Chromium starts only without its own sandbox.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath, args: [...args, ...moreArgs] });
}

/** The first candidate that exists. See `openChromium` for what happens if none does. */
export function findChromium(
  candidates: readonly (string | undefined)[],
  { CI }: { CI?: string },
): string | undefined {
  const found = candidates.find((place) => place && existsSync(place));
  if (found) return found;
  const remedy = "install it with scripts/ci-chromium.sh, or name it in the variable CHROMIUM";
  if (isContinuousIntegration({ CI }))
    throw new Error(`Could not run the tests of pages: no Chromium was found; ${remedy}.`);
  console.warn(`Skipped the tests of pages: no Chromium was found; ${remedy}.`);
  return undefined;
}

/** Opens a file, and collects the problems of the page: errors, refused resources, requests to other addresses. */
export async function openPage(
  browser: Browser,
  file: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; problems: string[] }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()}`);
  });
  // A request that the page's policy refuses is reported as failed too, but never sent.
  page.on("requestfailed", (request) => {
    if (request.failure()?.errorText !== "csp" && leavesThePage(request.url()))
      problems.push(`request: ${request.url()}`);
  });
  page.on("requestfinished", (request) => {
    if (leavesThePage(request.url())) problems.push(`request: ${request.url()}`);
  });
  await page.goto(`file://${file}`);
  return { page, problems };
}

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What axe-core finds against WCAG 2.2 AA and its own best practices: a line for each finding. */
export async function findBarriers(page: Page): Promise<string[]> {
  // The policy of the page forbids other scripts, so axe-core is loaded through the debugger.
  await page.evaluate(await readFile(axePath, "utf8"));
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: AxeCore };
    // axe-core cannot run in frames without scripts.
    const { violations } = await axe.run({ iframes: false });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
  });
}

/** The elements that leave their card, or the page, and do not scroll within it: a line for each. */
export function outsideOfCards(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const isScrolled = (element, card) => {
      for (let each = element.parentElement; each && each !== card; each = each.parentElement)
        if (getComputedStyle(each).overflowX !== "visible") return true;
      return false;
    };
    const width = document.documentElement.clientWidth;
    return [...document.querySelectorAll("header.page, main > section, footer")].flatMap((card) => {
      const { left, right } = card.getBoundingClientRect();
      return [card, ...card.querySelectorAll("*")]
        .filter((element) => element.checkVisibility() && !element.closest(".unseen") && !isScrolled(element, card))
        .filter((element) => getComputedStyle(element).position !== "fixed" && !element.closest(".next"))
        .filter((element) => {
          const box = element.getBoundingClientRect();
          return box.width > 1 && (box.left < left - 1 || box.right > right + 1 || box.right > width + 1);
        })
        .map((element) => element.tagName + "." + element.getAttribute("class") + " in " + card.className);
    });
  })()`);
}

interface AxeCore {
  run(options: {
    iframes: boolean;
  }): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }>;
}

/** False for addresses that no request is sent to. Chromium sometimes reports a refused request to them with another error than `csp`. */
const leavesThePage = (url: string): boolean => !/^(file|data|about):/.test(url);
