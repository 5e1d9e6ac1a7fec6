import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { startEmulator } from "../../local/emulator/index.ts";
import { updatesGolden } from "../harness/golden.ts";
import { claimedProofs } from "./proof.ts";

const root = path.join(import.meta.dirname, "..", "..");
const page = path.join(root, "docs", "emulator.md");
const [start, end] = ["<!-- routes: generated -->\n", "<!-- /routes -->"];

describe("the local workspace's table of routes", () => {
  const proofs = claimedProofs(root);
  let routes: { key: string; source: string }[];

  before(async () => {
    const emulator = await startEmulator({ config: { spark: { master: "none" } } });
    routes = emulator.services.flatMap((service) =>
      service.routes.map(({ method, path: template, source }) => ({
        key: `${service.name} ${method} ${template}`,
        source,
      })),
    );
    await emulator.stop();
  });

  it("has a test for each route", () => {
    const proved = new Set(proofs.map(({ route }) => route));
    assert.deepEqual(
      routes.map(({ key }) => key).filter((key) => !proved.has(key)),
      [],
    );
  });

  it("has a route for each claim of a test", () => {
    const known = new Set(routes.map(({ key }) => key));
    assert.deepEqual(
      proofs.filter(({ route }) => !known.has(route)),
      [],
    );
  });

  it("stands in docs/emulator.md", () => {
    const rows = routes.map(({ key, source }) => {
      const proof = proofs.find(({ route }) => route === key);
      const [service = "", ...operation] = key.replaceAll("|", "\\|").split(" ");
      return `| ${service} | \`${operation.join(" ")}\` | ${proof?.client ?? ""} | ${proof?.test ?? "not proved"} | [docs](${source}) |`;
    });
    const table = ["| service | route | client | test | source |", "|---|---|---|---|---|", ...rows].join(
      "\n",
    );
    const text = readFileSync(page, "utf8");
    const expected = `${text.slice(0, text.indexOf(start) + start.length)}${table}\n${text.slice(text.indexOf(end))}`;
    if (updatesGolden()) writeFileSync(page, expected);
    else assert.equal(text, expected, "docs/emulator.md is stale: UPDATE_GOLDEN=1 writes it anew");
  });
});
