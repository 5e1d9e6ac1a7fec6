// node scripts/picture.mjs: runs `npm start` and draws the end of what a terminal shows into images/npm-start.png, by a Chromium that is
// installed on the machine (CHROMIUM names another than /usr/bin/chromium).
import { spawnSync } from "node:child_process";
import { stat } from "node:fs/promises";
import path from "node:path";
import { chromium } from "playwright-core";
import { pythonOf } from "./setup/python.mjs";
import { root } from "./setup.mjs";

const largestBytes = 200_000;
const colours = { 1: "b", 2: "d", 31: "r", 32: "g", 33: "y", 36: "c" };
const picture = path.join(root, "images", "npm-start.png");

/** What the run writes to a terminal: colours are shown to nothing else. */
function runInTerminal() {
  const start = JSON.stringify([process.execPath, path.join(root, "scripts", "start.mjs")]);
  const code = `import pty, sys, os; sys.exit(os.waitstatus_to_exitcode(pty.spawn(${start})))`;
  const { status, stdout, stderr } = spawnSync(pythonOf(root), ["-c", code], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, TERM: "xterm-256color", COLUMNS: "110" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (status !== 0)
    throw new Error(
      `Could not draw npm start: it ended with ${status}; correct what it printed:\n${stdout}${stderr}`,
    );
  return stdout;
}

/** The summary: from the line "Steps" on. */
function summaryOf(output) {
  const lines = output.replaceAll("\r\n", "\n").split("\n");
  const from = lines.findLastIndex((line) => line.replace(/\u001b\[[\d;]*m/g, "").trim() === "Steps");
  if (from < 0)
    throw new Error(
      "Could not draw npm start: it printed no summary with the heading 'Steps'; adapt summaryOf.",
    );
  return lines.slice(from).join("\n").trimEnd();
}

const escapeHtml = (text) => text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);

/** Terminal text as HTML: each stretch of one style in a span. */
function toHtml(text) {
  const on = new Set();
  return text
    .split(/(\u001b\[[\d;]*[A-Za-z])/)
    .map((part) => {
      if (!part.startsWith("\u001b"))
        return part && `<span class="${[...on].join(" ")}">${escapeHtml(part)}</span>`;
      for (const code of part.slice(2, -1).split(";").map(Number)) {
        if (code === 0) on.clear();
        else if (code === 22) for (const name of ["b", "d"]) on.delete(name);
        else if (code === 39) for (const name of ["r", "g", "y", "c"]) on.delete(name);
        else if (colours[code]) on.add(colours[code]);
      }
      return "";
    })
    .join("");
}

function pageOf(text) {
  return `<!doctype html><style>
    body { margin: 0; background: #ffffff }
    pre { display: inline-block; width: 110ch; white-space: pre-wrap; word-break: break-all; margin: 0; padding: 20px 28px; border-radius: 8px; background: #16202e; color: #d7dee8;
      font: 14px/1.45 "DejaVu Sans Mono", Menlo, Consolas, monospace }
    .b { font-weight: bold } .d { color: #8492a6 } .r { color: #ff7b72 } .g { color: #56d364 } .y { color: #e3b341 } .c { color: #76d9e6 }
  </style><pre><span class="d">$</span> npm start\n<span class="d">…</span>\n\n${toHtml(text)}</pre>`;
}

const text = summaryOf(runInTerminal()).replaceAll(root, "~/notebook-ops");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" });
try {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await page.setContent(pageOf(text));
  await page.locator("pre").screenshot({ path: picture });
} finally {
  await browser.close();
}
const { size } = await stat(picture);
console.log(`drew ${path.relative(root, picture)}: ${(size / 1000).toFixed(0)} kB`);
if (size > largestBytes) {
  console.error(
    `Could not keep the picture below ${largestBytes / 1000} kB: it is ${(size / 1000).toFixed(0)} kB; shorten the summary.`,
  );
  process.exitCode = 1;
}
