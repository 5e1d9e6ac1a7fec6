import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Emulator, startEmulator } from "../../local/emulator/index.ts";
import { updatesGolden } from "../harness/golden.ts";
import { claimedProofs } from "./proof.ts";

const root = path.join(import.meta.dirname, "..", "..");

describe("the generated tables of the local workspace's services", () => {
  const proofs = claimedProofs(root);
  let services: Emulator["services"];
  let routes: { key: string; source: string }[];

  before(async () => {
    const emulator = await startEmulator({ config: { spark: { master: "none" } } });
    services = emulator.services;
    routes = services.flatMap(({ definition, service }) =>
      service.routes.map(({ method, path: template, source }) => ({
        key: `${definition.name} ${method} ${template}`,
        source,
      })),
    );
    await emulator.stop();
  });

  it("the generated tables name a test for each route", () => {
    const proved = new Set(proofs.map(({ route }) => route));
    assert.deepEqual(
      routes.map(({ key }) => key).filter((key) => !proved.has(key)),
      [],
    );
  });

  it("the generated tables have a route for each one that a test claims to prove", () => {
    const known = new Set(routes.map(({ key }) => key));
    assert.deepEqual(
      proofs.filter(({ route }) => !known.has(route)),
      [],
    );
  });

  it("the generated tables list every route in docs/emulator.md", () => {
    const rows = routes.map(({ key, source }) => {
      const proof = proofs.find(({ route }) => route === key);
      const [service = "", ...operation] = key.replaceAll("|", "\\|").split(" ");
      return [
        service,
        `\`${operation.join(" ")}\``,
        proof?.client ?? "",
        proof?.test ?? "not proved",
        `[docs](${source})`,
      ];
    });
    assertGenerated("docs/emulator.md", "routes", ["service", "route", "client", "test", "source"], rows);
  });

  it("the generated tables list the port of every service in docs/run-locally.md", () => {
    const rows = services
      .map(({ definition: { portOffset, title }, addresses }) => ({ portOffset, title, addresses }))
      .sort((a, b) => a.portOffset - b.portOffset)
      .map(({ portOffset, title, addresses }) => [`N + ${portOffset}`, title, code(Object.keys(addresses))]);
    const control = ["N", "the control URL (plain http)", code(["controlUrl"])];
    assertGenerated(
      "docs/run-locally.md",
      "ports",
      ["port", "service", "in the ready record"],
      [control, ...rows],
    );
  });

  it("the generated tables list the kinds of each service's ledger in docs/emulator.md", () => {
    const rows = services
      .filter(({ definition }) => definition.ledgerKinds.length > 0)
      .map(({ definition: { name, ledgerKinds } }) => [name, code(ledgerKinds)]);
    assertGenerated("docs/emulator.md", "ledger", ["service", "kinds"], rows);
  });
});

const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(", ");

/** Asserts that a page has this table between its markers, or writes it there. */
function assertGenerated(page: string, marker: string, head: string[], rows: string[][]): void {
  const file = path.join(root, page);
  const [start, end] = [`<!-- ${marker}: generated -->\n`, `<!-- /${marker} -->`];
  const text = readFileSync(file, "utf8");
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  assert.ok(from >= 0 && to > from, `${page} has no markers for the table of ${marker}`);
  const line = (cells: string[]) => `| ${cells.join(" | ")} |\n`;
  const table = [line(head), `|${"---|".repeat(head.length)}\n`, ...rows.map(line)].join("");
  const expected = text.slice(0, from + start.length) + table + text.slice(to);
  if (updatesGolden()) writeFileSync(file, expected);
  else assert.equal(text, expected, `${page} is out of date: run this test with UPDATE_GOLDEN=1`);
}
