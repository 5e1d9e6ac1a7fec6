// npm run results-tab [-- --port N] [--runs FOLDER] [--sample]: the results tab without Azure DevOps, with the test status that the
// runs on this machine left behind (`notebook-ops run`, npm start), else with a sample that says so.
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { parseArgs } from "node:util";
import { register } from "tsx/esm/api";
import { resultsTabFiles } from "./build/results-tab.mjs";

register();
const { machineFolder } = await import("../local/agent/run/run-folders.ts");
const { sampleRuns } = await import("../results-tab/development/sample-runs.ts");

const { values: options } = parseArgs({
  options: {
    port: { type: "string", default: "4180" },
    runs: { type: "string" },
    sample: { type: "boolean", default: false },
  },
});

/** Build id → name → text of each status record: what calls itself one, however broken it is else. */
async function localRecords(folder) {
  const records = new Map();
  for (const name of await readdir(folder)) {
    const [, buildId] = name.match(/^run-(\d+)$/) ?? [];
    if (!buildId) continue;
    const attachments = path.join(folder, name, "attachments");
    const files = await readdir(attachments, { recursive: true }).catch(() => []);
    const found = new Map();
    for (const file of files.filter((each) => each.endsWith(".json")).sort()) {
      const text = await readFile(path.join(attachments, file), "utf8").catch(() => "");
      if (/"schema"\s*:\s*"notebook-ops\/test-status\//.test(text.slice(0, 1000))) found.set(file, text);
    }
    if (found.size > 0) records.set(buildId, found);
  }
  return records;
}

function sampleRecords() {
  return new Map(
    sampleRuns().map(({ buildId, records }) => [
      buildId,
      new Map(records.map((record) => [`${record.environment}.json`, JSON.stringify(record)])),
    ]),
  );
}

/** Read afresh for each page, so that a reload shows the newest run. */
async function knownRecords() {
  const local = options.sample ? new Map() : await localRecords(options.runs ?? (await machineFolder()));
  return local.size > 0 ? { isSample: false, records: local } : { isSample: true, records: sampleRecords() };
}

const types = { html: "text/html; charset=utf-8", js: "text/javascript", css: "text/css" };
const files = await resultsTabFiles({ development: true });

async function answer(pathname) {
  const name = pathname === "/" ? "index.html" : pathname.slice(1);
  if (Object.hasOwn(files, name)) return { type: types[name.split(".").at(-1)], text: files[name] };
  const { isSample, records } = await knownRecords();
  if (name === "runs") {
    const runs = [...records]
      .map(([buildId, found]) => ({ buildId, records: [...found.keys()] }))
      .sort((a, b) => Number(b.buildId) - Number(a.buildId));
    return { type: "application/json", text: JSON.stringify({ isSample, runs }) };
  }
  const [, buildId, record] = name.match(/^records\/(\d+)\/(.+)$/) ?? [];
  const text = buildId && records.get(buildId)?.get(decodeURIComponent(record));
  return text ? { type: "application/json", text } : undefined;
}

const server = createServer(async (request, response) => {
  const found = await answer(new URL(request.url, "http://localhost").pathname).catch((error) => {
    console.error(error.message);
  });
  response.writeHead(found ? 200 : 404, {
    "Content-Type": found?.type ?? "text/plain",
    "Cache-Control": "no-store",
  });
  response.end(found?.text ?? "There is nothing here.");
});
server.listen(Number(options.port), "127.0.0.1");
await once(server, "listening").catch((error) => {
  console.error(
    `Serving the results tab on port ${options.port} failed: ${error.message}; name another by --port.`,
  );
  process.exit(1);
});
console.log(`the results tab: http://localhost:${server.address().port}/ (Ctrl-C ends it)`);
