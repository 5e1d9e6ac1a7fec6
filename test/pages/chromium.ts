import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { isContinuousIntegration } from "../harness/continuous-integration.ts";

/** Where systems keep it; CHROMIUM names another. */
const places = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * Undefined if the machine has no Chromium, which skips the tests of pages with a warning.
 * @throws Error in continuous integration (`CI` is set), where a skipped test would look like one that passed
 */
export async function openChromium(moreArgs: readonly string[] = []): Promise<Browser | undefined> {
  const executablePath = findChromium(places, process.env);
  if (!executablePath) return undefined;
  // As root, which containers run as, Chromium starts without its own sandbox alone.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath, args: [...args, ...moreArgs] });
}

/** The first of the places that exists; if none does, see `openChromium`. */
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

/** A page with the given document, and all that went wrong in it: errors, refused resources, requests that left it. */
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
  // What the page's policy refuses is told as a failed request too, and reaches no one.
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

/** What axe-core finds against WCAG 2.2 AA and its own best practices, a line for each finding. */
export async function findBarriers(page: Page): Promise<string[]> {
  // The page's policy forbids scripts of others: the test's own comes in through the debugger.
  await page.evaluate(await readFile(axePath, "utf8"));
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: AxeCore };
    // Frames without scripts cannot answer axe.
    const { violations } = await axe.run({ iframes: false });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
  });
}

interface AxeCore {
  run(options: {
    iframes: boolean;
  }): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }>;
}

/** Of files, Chromium tells a refused request now and then with another error than the policy's; none of them reaches anyone. */
const leavesThePage = (url: string): boolean => !/^(file|data|about):/.test(url);
