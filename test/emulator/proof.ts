import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Emulator } from "../../local/emulator/index.ts";

/** A test that shows that a route answers as the service does, and the client by which it shows it. */
export interface Proof {
  route: string;
  client: string;
  test: string;
}

const userAgents: Record<string, RegExp> = {
  // Its clients of single areas say their own names.
  "azure-devops-node-api": /^azure-devops-node-api\/|^node-\w+-api$/,
  "@azure/identity": /^azsdk-js-identity/,
  // Its clients read by the Blob API.
  "@azure/storage-file-datalake": /^azsdk-js-azure-storage-(datalake|blob)\//,
  pip: /^pip\//,
  twine: /^twine\//,
  "ArtifactTool's stand-in": /^ArtifactTool\//,
};

/**
 * Holds a test to its claim, read by `coverage.test.ts` too: these routes answered this client in this workspace. A route is written
 * as its service, method and path template.
 */
export function proves(emulator: Emulator, client: keyof typeof userAgents, ...routes: string[]): void {
  const pattern = userAgents[client];
  assert.ok(pattern, `${client} is no client that proof.ts knows`);
  const asked = emulator.requests().filter(({ userAgent }) => pattern.test(userAgent));
  const answered = new Set(asked.map(({ service, route }) => `${service} ${route}`));
  const missing = routes.filter((route) => !answered.has(route));
  const seen = emulator
    .requests()
    .map(({ service, route, userAgent }) => `${service} ${route} (${userAgent})`);
  assert.deepEqual(missing, [], `${client} did not ask these; asked were\n${seen.join("\n")}`);
}

/** Every claim of the tests: `proves(emulator, client, …)` here, `@pytest.mark.proves(client, …)` in test/python. */
export function claimedProofs(root: string): Proof[] {
  return [
    ...filesUnder(path.join(root, "test", "emulator"), ".test.ts").flatMap((file) =>
      claims(root, file, /\bproves\(\s*[\w.]+,([^;]*)\);/g, /\bit\("([^"]+)"/g, "before"),
    ),
    ...filesUnder(path.join(root, "test", "python"), ".py").flatMap((file) =>
      claims(root, file, /@pytest\.mark\.proves\(([^;]*?)\n?\)\n(?=def|@)/g, /^def (test_\w+)/gm, "after"),
    ),
  ];
}

/** The claims of a file; each belongs to the nearest test title before it, or after it where a decorator makes it. */
function claims(root: string, file: string, claim: RegExp, title: RegExp, side: "before" | "after"): Proof[] {
  const source = readFileSync(file, "utf8");
  const titles = [...source.matchAll(title)].map((match) => ({ at: match.index, text: match[1] as string }));
  return [...source.matchAll(claim)].flatMap((match) => {
    const test =
      side === "before"
        ? titles.findLast(({ at }) => at < match.index)
        : titles.find(({ at }) => at > match.index);
    const [client = "", ...routes] = [...(match[1] as string).matchAll(/"([^"]+)"/g)].map(
      (text) => text[1] as string,
    );
    const relative = path.relative(root, file).replaceAll(path.sep, "/");
    return routes.map((route) => ({
      route,
      client,
      test: `${relative}: ${test?.text.replaceAll("_", " ")}`,
    }));
  });
}

function filesUnder(folder: string, extension: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => path.join(folder, name));
}
