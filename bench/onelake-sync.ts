/**
 * Measures a sync of 5,000 small files with an OneLake that delays each answer by 50 ms: the first one, and one with nothing to do, which
 * must send only listings. The memory for a large file is measured without the delay. Run: npm run bench -- onelake-sync
 * The variable AZCOPY is the path of an azcopy to compare with, which is otherwise looked for in PATH. Both programs are processes of their
 * own, and their times count from start to end. Each sync has a folder of its own in the lakehouse.
 */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { startWorkspace, type TestWorkspace } from "../test/harness/workspace.ts";
import { storageToken } from "../test/shared/fabric/onelake/terminal.ts";
import { median, report, seconds } from "./measure.ts";

const fileCount = 5_000;
const addedLatencyMs = 50;
const rounds = 1;
const largeBytes = 1024 * 1024 * 1024;
const workspaceId = "11111111-1111-4111-8111-111111111111";
const itemId = "22222222-2222-4222-8222-222222222222";

const work = await mkdtemp(path.join(tmpdir(), "onelake-sync-"));
const client = path.join(work, "client.mjs");
try {
  await build({
    entryPoints: [path.join(import.meta.dirname, "onelake-client.ts")],
    outfile: client,
    ...{ bundle: true, platform: "node", format: "esm", target: "node20", minify: true, logLevel: "warning" },
    // Some packages are CommonJS, which asks for Node's modules by require.
    banner: {
      js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);',
    },
  });
  const project = path.join(work, "project");
  await makeProject(project);
  await compareSyncs(project);
  await measureLargeFile(path.join(work, "large"));
} finally {
  await rm(work, { recursive: true, force: true });
}

async function makeProject(folder: string): Promise<void> {
  for (let index = 0; index < fileCount; index++) {
    const file = path.join(folder, `package-${index % 100}`, `module_${index}.py`);
    if (index < 100) await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `# Module ${index}\n${"x = 1\n".repeat(150)}`);
  }
}

async function compareSyncs(project: string): Promise<void> {
  await using workspace = await start(addedLatencyMs);
  const azcopy = process.env.AZCOPY ?? "azcopy";
  const programs: Record<string, (target: string) => Promise<number>> = {
    ours: async (target) => (await sync(workspace, project, target)).tookMs,
    azcopy: (target) => azcopySync(workspace, azcopy, project, target),
  };
  const hasAzcopy = await runs(azcopy, ["--version"]);
  if (!hasAzcopy) {
    delete programs.azcopy;
    console.log("azcopy is not in PATH, nor is its path in the variable AZCOPY: it is left out");
  }
  const none = (): Record<string, number[]> =>
    Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  const [first, again] = [none(), none()];
  for (let round = 0; round < rounds; round++)
    for (const [name, measure] of Object.entries(programs)) {
      first[name]!.push(await measure(`${name}-${round}`));
      again[name]!.push(await measure(`${name}-${round}`));
    }
  for (const [title, times] of Object.entries({ "first sync": first, "nothing to do": again })) {
    report(`${title}, ${fileCount} files at ${addedLatencyMs} ms`, seconds(median(times.ours!)));
    if (times.azcopy === undefined) continue;
    report("  azcopy", seconds(median(times.azcopy)));
    const ratio = median(times.azcopy) / median(times.ours!);
    report("  ratio", `${ratio.toFixed(2)}×`, times === first ? "≥ 1.0×" : "");
    if (times === first && ratio < 1) process.exitCode = 1;
  }
  const before = workspace.emulator.requests().at(-1)!.number;
  await sync(workspace, project, "ours-0");
  const sent = workspace.emulator
    .requests()
    .filter((each) => each.service === "onelake" && each.number > before);
  const others = sent.filter(({ method, query }) => method !== "GET" || !query.includes("comp=list"));
  report("  requests of ours", String(sent.length), "only listings");
  if (others.length > 0) process.exitCode = 1;
}

async function measureLargeFile(folder: string): Promise<void> {
  await using workspace = await start(0);
  await mkdir(folder);
  await writeFile(path.join(folder, "large"), "");
  await truncate(path.join(folder, "large"), largeBytes);
  const { megabytes, tookMs } = await sync(workspace, folder, "large");
  report("a file of 1 GB", seconds(tookMs));
  report("  memory of the process", `${Math.round(megabytes)} MB`, "at most 400 MB");
  if (megabytes > 400) process.exitCode = 1;
}

function start(latencyMs: number): Promise<TestWorkspace> {
  return startWorkspace({
    latencyMs,
    fabric: {
      workspaces: [{ name: "Weather", id: workspaceId, lakehouses: [{ name: "Sales", id: itemId }] }],
    },
  });
}

async function sync(
  workspace: TestWorkspace,
  folder: string,
  target: string,
): Promise<{ tookMs: number; megabytes: number }> {
  const { caFile, oneLakeDfsUrl: url } = workspace.emulator.ready;
  const request = {
    ...{ url, caFile, folder, token: await storageToken(workspace) },
    target: { workspaceId, itemId, path: `Files/${target}` },
  };
  const { output, tookMs } = await run(process.execPath, [client], { ONELAKE_SYNC: JSON.stringify(request) });
  return { tookMs, megabytes: JSON.parse(output).megabytes };
}

async function azcopySync(
  workspace: TestWorkspace,
  azcopy: string,
  folder: string,
  target: string,
): Promise<number> {
  const { caFile, oneLakeDfsUrl: url, tenantId, authorityUrl } = workspace.emulator.ready;
  const nowSeconds = Math.floor(Date.now() / 1000);
  // The form in which azcopy takes a token that another program fetched: its own sign-in asks Microsoft about each authority.
  const token = {
    access_token: await storageToken(workspace),
    ...{ refresh_token: "", expires_in: "3600", not_before: String(nowSeconds) },
    ...{
      expires_on: String(nowSeconds + 3_600),
      resource: "https://storage.azure.com",
      token_type: "Bearer",
    },
    ...{ _tenant: tenantId, _ad_endpoint: authorityUrl, _token_refresh_source: "tokenstore" },
  };
  const { tookMs } = await run(
    azcopy,
    [
      ...["sync", folder, `${url}/${workspaceId}/${itemId}/Files/${target}`, "--from-to=LocalBlobFS"],
      ...["--compare-hash=MD5", "--put-md5", "--delete-destination=true"],
      ...[`--trusted-microsoft-suffixes=${new URL(url!).host}`, "--log-level=NONE"],
    ],
    {
      ...{ SSL_CERT_FILE: caFile, AZCOPY_OAUTH_TOKEN_INFO: JSON.stringify(token) },
      ...{ AZCOPY_LOG_LOCATION: work, AZCOPY_JOB_PLAN_LOCATION: work, AZCOPY_DISABLE_SYSLOG: "true" },
    },
  );
  return tookMs;
}

function runs(program: string, args: string[]): Promise<boolean> {
  return run(program, args, {}).then(
    () => true,
    () => false,
  );
}

function run(
  program: string,
  args: string[],
  environment: Record<string, string>,
): Promise<{ output: string; tookMs: number }> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(program, args, {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve({ output, tookMs: performance.now() - start });
      else reject(new Error(`${program} ended with ${code}:\n${output.slice(-3_000)}`));
    });
  });
}
