// npm run results-tab: the results tab without Azure DevOps; `npm run results-tab -- --help` describes it.
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { register } from "tsx/esm/api";
import { resultsTabFiles } from "./build/results-tab.mjs";

register();
const { htmlReportType, junitType } = await import("../shared/results/report/report-type.ts");
const { statusRecordType } = await import("../shared/results/status-record.ts");
const { gateDecisionType } = await import("../shared/results/gate/gate-decision.ts");
const { machineFolder } = await import("../local/agent/run/machine-folder.ts");
const { sampleOrigin, sampleRuns } = await import("../results-tab/development/sample-runs.ts");
const { commandHelp } = await import("../local/cli/command-line/help-text.ts");
const { asksForHelp, parseCommandLine } = await import("../local/cli/command-line/parse.ts");
const { UsageError } = await import("../local/cli/command-line/usage-error.ts");

const declaration = {
  name: "results-tab",
  program: "npm run results-tab --",
  summary: "serve the results tab",
  description:
    "Serves the results tab on this machine, without Azure DevOps: with what the runs of notebook-ops run and npm start left here, or, " +
    "if there are none, with a sample.",
  options: {
    port: { value: "N", description: "the port; by default 4180, and with 0 any free one" },
    runs: { value: "FOLDER", description: "the folder of the runs; by default that of this machine" },
    sample: { description: "show the sample even if there are runs" },
  },
  example: "npm run results-tab -- --sample",
};

/** The options; undefined if there is nothing to serve. */
function readOptions(args) {
  if (asksForHelp(args)) {
    process.stdout.write(commandHelp(declaration));
    return undefined;
  }
  const { options } = parseCommandLine(declaration, args);
  const port = Number(options.port ?? 4180);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError(
      `Could not listen on port ${options.port}: it is not a port; write a number from 0 to 65535.`,
    );
  return { ...options, port };
}

function readOptionsOrExit() {
  try {
    return readOptions(process.argv.slice(2)) ?? process.exit();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

const options = readOptionsOrExit();

/** The type under which a file was attached, by its name and text: what calls itself a record is one, even if the rest of it is broken. */
function typeOf(file, text) {
  if (file.endsWith(".html")) return htmlReportType;
  if (file.endsWith(".xml")) return junitType;
  if (/"schema"\s*:\s*"notebook-ops\/gate\//.test(text.slice(0, 1000))) return gateDecisionType;
  return /"schema"\s*:\s*"notebook-ops\/test-status\//.test(text.slice(0, 1000))
    ? statusRecordType
    : undefined;
}

/** Build id → name → type and text of each attachment. */
async function localAttachments(folder) {
  const runs = new Map();
  for (const name of await readdir(folder)) {
    const [, buildId] = name.match(/^run-(\d+)$/) ?? [];
    if (!buildId) continue;
    const attachments = path.join(folder, name, "attachments");
    const files = await readdir(attachments, { recursive: true }).catch(() => []);
    const found = new Map();
    for (const file of files.filter((each) => /\.(json|html|xml)$/.test(each)).sort()) {
      const text = await readFile(path.join(attachments, file), "utf8").catch(() => "");
      const type = typeOf(file, text);
      if (type) found.set(file, { type, text });
    }
    if ([...found.values()].some(({ type }) => type === statusRecordType)) runs.set(buildId, found);
  }
  return runs;
}

function sampleAttachments() {
  return new Map(
    sampleRuns().map(({ buildId, records, junitFiles }) => [
      buildId,
      new Map(
        records.flatMap((record, index) => [
          [
            `${record.environment ?? "streaming"}.json`,
            { type: statusRecordType, text: JSON.stringify(record) },
          ],
          [`${record.environment ?? "streaming"}.xml`, { type: junitType, text: junitFiles[index] }],
        ]),
      ),
    ]),
  );
}

/** Read afresh for each request, so that a reload shows the newest run. */
async function knownAttachments() {
  const local = options.sample ? new Map() : await localAttachments(options.runs ?? (await machineFolder()));
  return local.size > 0 ? { isSample: false, known: local } : { isSample: true, known: sampleAttachments() };
}

function namesByType(found) {
  return Object.fromEntries(
    [statusRecordType, htmlReportType, junitType, gateDecisionType].map((type) => [
      type,
      [...found].filter(([, attachment]) => attachment.type === type).map(([name]) => name),
    ]),
  );
}

const types = {
  html: "text/html; charset=utf-8",
  js: "text/javascript",
  css: "text/css",
  json: "application/json",
  txt: "text/plain; charset=utf-8",
};
const files = await resultsTabFiles({ development: true });

async function answer(pathname) {
  const name = pathname === "/" ? "index.html" : pathname.slice(1);
  if (Object.hasOwn(files, name)) return { type: types[name.split(".").at(-1)], text: files[name] };
  const { isSample, known } = await knownAttachments();
  if (name === "runs") {
    const runs = [...known]
      .map(([buildId, found]) => ({
        buildId,
        attachments: namesByType(found),
        ...(isSample ? { origin: sampleOrigin } : {}),
      }))
      .sort((a, b) => Number(b.buildId) - Number(a.buildId));
    return { type: types.json, text: JSON.stringify({ isSample, runs }) };
  }
  const [, buildId, file] = name.match(/^attachments\/(\d+)\/(.+)$/) ?? [];
  const found = buildId && known.get(buildId)?.get(decodeURIComponent(file));
  // As text, whatever it is: only the tab's sandbox shows it as a page.
  return found ? { type: types.txt, text: found.text } : undefined;
}

/** Under another name, a page on the internet could have made its own name lead here, to read what this machine ran. */
const isLocal = ({ headers }) => /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(headers.host ?? "");

const server = createServer(async (request, response) => {
  const found = isLocal(request)
    ? await answer(new URL(request.url, "http://localhost").pathname).catch((error) =>
        console.error(error.message),
      )
    : undefined;
  response.writeHead(found ? 200 : 404, {
    "Content-Type": found?.type ?? types.txt,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
  });
  response.end(found?.text ?? "There is nothing here.");
});
server.listen(options.port, "127.0.0.1");
await once(server, "listening").catch((error) => {
  console.error(
    `Could not serve the results tab on port ${options.port}: ${error.message}; give another by --port.`,
  );
  process.exit(1);
});
console.log(`the results tab: http://localhost:${server.address().port}/ (Ctrl-C ends it)`);
