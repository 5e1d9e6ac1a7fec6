// The results tab as files: a page, a script and a style sheet. React and Azure DevOps' SDK are in the script.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const root = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
const tab = path.join(root, "results-tab");

/** The bundle of a module, as text. */
async function bundle(entryPoint, options = {}) {
  const { outputFiles } = await build({
    entryPoints: [entryPoint],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    logLevel: "warning",
    ...options,
  });
  return outputFiles[0].text;
}

/** The report's colours and style sheet, which are text in a module, then the tab's own. */
async function styleSheet(names) {
  const module = await bundle(path.join(root, "shared", "results", "report", "style.ts"));
  const { style, lightColours, darkColours } = await import(
    `data:text/javascript;base64,${Buffer.from(module).toString("base64")}`
  );
  const schemes = `@media screen { ${Object.entries({ light: lightColours, dark: darkColours })
    .map(([name, colours]) => `:root[data-scheme=${name}] { ${colours} --card: var(--background-color); }`)
    .join("\n")} }`;
  const own = await Promise.all(names.map((name) => readFile(path.join(tab, name), "utf8")));
  const { code } = await transform([style, schemes, ...own].join("\n"), { loader: "css", minify: true });
  return code;
}

/** Name → text of each file of the tab; with `development` the page that opens without Azure DevOps. */
export async function resultsTabFiles({ development = false } = {}) {
  const entryPoint = path.join(tab, development ? "development/development.tsx" : "main.tsx");
  // No module: where Azure DevOps Server sandboxes the frame, a browser would not load one.
  const script = bundle(entryPoint, {
    format: "iife",
    minify: !development,
    jsx: "automatic",
    define: { "process.env.NODE_ENV": development ? '"development"' : '"production"' },
    legalComments: "inline",
  });
  const styles = styleSheet(["page/page.css", ...(development ? ["development/development.css"] : [])]);
  return {
    "index.html": await readFile(path.join(tab, "index.html"), "utf8"),
    "results-tab.js": await script,
    "results-tab.css": await styles,
  };
}

export async function buildResultsTab(folder) {
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(await resultsTabFiles()))
    await writeFile(path.join(folder, name), content);
}
