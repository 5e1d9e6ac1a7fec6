import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { freePorts } from "./free-ports.ts";

const root = path.join(import.meta.dirname, "../..");
const run = promisify(execFile);

/** A service with one route, its own part of the config, a kind in the ledger and a field of the ready record. */
const service = `import { ok } from "../http/reply.ts";
import { text, object } from "../config-schema/schema.ts";
import { defineService, type Service, type ServiceContext } from "../service.ts";
import { keyVault } from "../key-vault/index.ts";
import { keyVaultDialect } from "../key-vault/dialect.ts";

interface GreetingConfig {
  greetings?: { text?: string };
}
interface Greetings extends Service<"greetings", { greetingToken: string }> {
  greet(): void;
}

export const greeting = defineService({
  name: "greeting",
  title: "Greeting",
  portOffset: 9,
  configFields: { greetings: object({ text }) },
  ledgerKinds: ["greetings"],
  addresses: (origin) => ({ greetingUrl: origin }),
  async start({ config, origin, service }: ServiceContext<GreetingConfig>): Promise<Greetings> {
    service(keyVault);
    let count = 0;
    return {
      routes: [
        {
          method: "GET",
          path: "/greetings/{name}",
          source: "https://example.com/greetings",
          handle: (request) => ok(config.greetings?.text + ", " + request.parameter("name")),
        },
      ],
      dialect: keyVaultDialect,
      ready: { greetingToken: "token" },
      environment: { GREETING_URL: origin },
      placeholders: { greetingFor: (name) => origin + "/greetings/" + name },
      ledger: () => ({
        greetings: Array.from({ length: count }, (_, i) => ({
          ...{ id: String(i), name: "hello", tags: {}, creator: "test", ageSeconds: 0 },
        })),
      }),
      greet: () => void count++,
    };
  },
});
`;

/** Uses what the folder above adds to every composed type, and prints what the workspace made of it. */
const client = `import type { LedgerEntry } from "../../local/emulator/ledger-entry.ts";
import { startEmulator } from "../../local/emulator/index.ts";
import { readConfig } from "../../local/emulator/config-schema/read-config.ts";
import { workspaceConfig } from "../../local/emulator/config.ts";
import { ask } from "./ask.ts";

const { problems } = readConfig("greetings: { texd: Hello }", workspaceConfig);
const emulator = await startEmulator({
  port: Number(process.argv[2]),
  config: {
    spark: { master: "none" },
    greetings: { text: "Hello from \${keyVaultUrl}" },
    variableGroups: { all: { url: "\${greetingFor:Ada}", token: "\${greetingToken}" } },
  },
});
const url: string = emulator.ready.greetingUrl;
const answer = await ask(emulator, "GET", url + "/greetings/Ada");
emulator.greeting.greet();
const entries: LedgerEntry[] = emulator.ledger().greetings;
const { ready, environment, config } = emulator;
console.log(JSON.stringify({ problems, ready, environment, config, entries, answer: answer.text, requests: emulator.requests() }));
await emulator.stop();
`;

/** A test that claims to prove the route; only its text is read. */
const proof = `it("greets by name", () => ${"proves"}(emulator, "pip", "greeting GET /greetings/{name}"));\n`;

describe("a new service of the local workspace", function () {
  this.timeout(120_000);

  it("a new service of the local workspace is a folder and an entry in services.ts: types, config, ledger, ready record and docs follow", async () => {
    const copy = await mkdtemp(path.join(tmpdir(), "notebook-ops-new-service-"));
    try {
      for (const folder of ["local", "shared/text", "docs", "test/emulator", "test/harness", "test/python"])
        await cp(path.join(root, folder), path.join(copy, folder), { recursive: true });
      await cp(path.join(root, "package.json"), path.join(copy, "package.json"));
      await symlink(path.join(root, "node_modules"), path.join(copy, "node_modules"));
      await addService(copy);
      await writeFile(path.join(copy, "test/emulator/greeting.test.ts"), proof);
      await writeFile(path.join(copy, "test/emulator/use-greeting.ts"), client);

      await checkTypes(copy);
      const node = (...args: string[]) =>
        run(process.execPath, ["--import", "tsx", ...args], {
          cwd: copy,
          env: { ...process.env, UPDATE_GOLDEN: "1", CI: "" },
        });
      const port = await freePorts(10);
      const { stdout } = await node("test/emulator/use-greeting.ts", String(port));
      const seen = JSON.parse(stdout);
      assert.deepEqual(seen.problems, [
        { line: 1, message: 'unknown key "texd" in greetings; did you mean "text"?' },
      ]);
      assert.equal(seen.ready.greetingUrl, `https://localhost:${port + 9}`);
      assert.equal(new URL(seen.ready.controlUrl).port, String(port));
      assert.equal(seen.ready.databricksUrl, `https://localhost:${port + 1}`);
      assert.equal(seen.ready.greetingToken, "token");
      assert.equal(seen.environment.GREETING_URL, seen.ready.greetingUrl);
      assert.equal(seen.answer, `Hello from ${seen.ready.keyVaultUrl}, Ada`);
      assert.deepEqual(seen.config.variableGroups.all, {
        url: `${seen.ready.greetingUrl}/greetings/Ada`,
        token: "token",
      });
      assert.deepEqual(
        seen.entries.map(({ name }: { name: string }) => name),
        ["hello"],
      );
      assert.equal(seen.requests[0].service, "greeting");

      await node(
        "node_modules/mocha/bin/mocha.js",
        "--no-config",
        "--exit",
        "test/emulator/coverage.test.ts",
      );
      const page = async (name: string) => readFile(path.join(copy, "docs", name), "utf8");
      assert.match(
        await page("emulator.md"),
        /^\| greeting \| `GET \/greetings\/\{name\}` \| pip \| .*: greets by name \|/m,
      );
      assert.match(await page("emulator.md"), /^\| greeting \| `greetings` \|$/m);
      assert.match(await page("run-locally.md"), /^\| N \+ 9 \| Greeting \| `greetingUrl` \|$/m);
    } finally {
      await rm(copy, { recursive: true, force: true });
    }
  });
});

async function addService(copy: string): Promise<void> {
  await mkdir(path.join(copy, "local/emulator/greeting"));
  await writeFile(path.join(copy, "local/emulator/greeting/index.ts"), service);
  const list = path.join(copy, "local/emulator/services.ts");
  const text = await readFile(list, "utf8");
  const line = text.replace(/(services = \{.*) \}/, "$1, greeting }");
  assert.notEqual(line, text);
  await writeFile(list, `import { greeting } from "./greeting/index.ts";\n${line}`);
}

async function checkTypes(copy: string): Promise<void> {
  const { compilerOptions } = JSON.parse(await readFile(path.join(root, "tsconfig.json"), "utf8"));
  const project = { compilerOptions, files: ["test/emulator/use-greeting.ts"] };
  await writeFile(path.join(copy, "tsconfig.json"), JSON.stringify(project));
  await run(process.execPath, ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "."], {
    cwd: copy,
  }).catch(({ stdout }) => assert.fail(stdout));
}
