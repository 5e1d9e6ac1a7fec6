/**
 * Compares a task without an Entra token, from the start of its process to its first request, with `node -e 0` to its end, on Node 24.
 * Run: npm run bench -- task-start
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { nodeOf } from "../local/agent/task/node-handler.ts";
import { makeCertificates } from "../local/emulator/certificate.ts";
import { alternately, report } from "./measure.ts";

const rounds = 15;

const root = path.join(import.meta.dirname, "..");
const node = nodeOf("Node24");
if (node === undefined)
  throw new Error("Could not measure the start of a task: there is no Node 24; run npm run setup.");

const folder = await mkdtemp(path.join(tmpdir(), "task-start-"));
const certificates = makeCertificates();
const server = createServer({ key: certificates.privateKey, cert: certificates.certificate });
try {
  const caFile = path.join(folder, "ca.pem");
  await writeFile(caFile, certificates.authority);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `localhost:${(server.address() as AddressInfo).port}`;
  const environment = {
    PATH: process.env.PATH,
    NODE_EXTRA_CA_CERTS: caFile,
    AGENT_TEMPDIRECTORY: folder,
    AGENT_WORKFOLDER: folder,
    INPUT_CLUSTERID: "0923-164208-meows279",
    INPUT_WORKSPACEURL: `https://${host}`,
    INPUT_BEARERTOKEN: "dapi-bench",
    NOTEBOOKOPS_ALLOWEDHOSTS: host,
    VSTS_PUBLIC_VARIABLES: '["NotebookOps.AllowedHosts"]',
    VSTS_SECRET_VARIABLES: "[]",
  };
  const { buildTask } = (await import(path.join(root, "scripts", "build", "task.mjs"))) as {
    buildTask(source: string, target: string): Promise<void>;
  };
  await buildTask(path.join(root, "tasks", "DatabricksDeleteCluster"), path.join(folder, "task"));
  const task = path.join(folder, "task", "main.js");

  const toFirstRequest = async () => {
    const start = performance.now();
    const child = spawn(node, [task], { env: environment, stdio: "ignore" });
    const ended = once(child, "exit");
    const requested = once(server, "request");
    const first = await Promise.race([requested, ended.then(() => undefined)]);
    if (first === undefined)
      throw new Error("Could not measure the start of the task: it ended without a request.");
    const tookMs = performance.now() - start;
    first[1].writeHead(200, { "content-type": "application/json" }).end("{}");
    await ended;
    return tookMs;
  };
  const toEnd = async () => {
    const start = performance.now();
    await once(spawn(node, ["-e", "0"], { env: environment, stdio: "ignore" }), "exit");
    return performance.now() - start;
  };

  await toFirstRequest(); // fills the compile cache of Node, as the first job on an agent does
  const { bare, task: ours } = await alternately(rounds, { bare: toEnd, task: toFirstRequest });
  report("node -e 0, to its end", `${bare.toFixed(0)} ms`);
  report("DatabricksDeleteCluster, to its first request", `${ours.toFixed(0)} ms`);
  report("difference", `${(ours - bare).toFixed(0)} ms`, "at most 60 ms");
} finally {
  server.close();
  await rm(folder, { recursive: true, force: true });
}
