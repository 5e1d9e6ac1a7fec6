import assert from "node:assert/strict";
import { htmlReport } from "../../../shared/results/report/html-report.ts";
import type { ReleaseFacts } from "../../../shared/results/report/release.ts";
import { hostileMarkup } from "../../fixtures/hostile-markup.ts";

const digest = `sha256:${"a".repeat(64)}`;
const facts: ReleaseFacts = {
  artifact: { name: "weather", version: "1.2.0", digest },
  environment: "qa",
  runs: [],
};
const on = new Date("2026-03-01T10:00:00Z");

/** The section as text in one line. */
function sectionOf(release: ReleaseFacts): string {
  const page = htmlReport({ name: "Test scenarios", cases: [] }, { release });
  const [, section = ""] = /<section class="release"[^>]*>(.*?)<\/section>/s.exec(page) ?? [];
  return section.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
}

const inProduction = (deployed: NonNullable<ReleaseFacts["production"]>["deployed"]) =>
  sectionOf({ ...facts, production: { environment: "production", ...(deployed ? { deployed } : {}) } });

describe("the release section of a report", () => {
  it("the release section lists at most 50 files of a kind, and counts the others", () => {
    const added = Array.from({ length: 53 }, (_, index) => `n${index}.py`);
    const changes = { added, changed: ["etl.py"], removed: [] };
    const text = inProduction({ version: "1.1.0", digest: "sha256:b", on, changes });
    assert.match(text, /53 added n0\.py .* n49\.py and 3 more 1 changed etl\.py/);
    assert.doesNotMatch(text, /removed/);
  });

  it("the release section tells an unknown deployment, unknown files and the same content apart", () => {
    assert.match(sectionOf(facts), /It is not known what is deployed there/);
    assert.match(inProduction(undefined), /No deployment of weather there is known/);
    const deployed = { version: "1.1.0", digest: "sha256:b", on };
    assert.match(inProduction(deployed), /It is not known which files change/);
    assert.match(inProduction({ ...deployed, digest }), /Nothing: it has the same content/);
  });

  it("the release section has no link to an address that a browser must not follow", () => {
    const page = htmlReport(
      { name: "t", cases: [] },
      { release: { ...facts, runs: [{ words: "run", url: "javascript:window.hostile=true" }] } },
    );
    assert.doesNotMatch(page, /href="javascript/);
  });

  for (const { name, text } of hostileMarkup)
    it(`the release section shows ${name} only as text, in every field`, () => {
      const safe = (value: string) =>
        htmlReport(
          { name: "t", cases: [] },
          {
            release: {
              artifact: { name: value, version: value, digest: value },
              environment: value,
              source: { repository: value, commit: value, branch: value },
              runs: [{ words: value }],
              production: {
                environment: value,
                deployed: {
                  ...{ version: value, digest: `${value}2`, on },
                  changes: { added: [value], changed: [value], removed: [value] },
                },
              },
            },
          },
        );
      const elements = (page: string) => page.match(/<\/?[a-z][^\s>]*/gi) ?? [];
      assert.deepEqual(elements(safe(text)), elements(safe("text")));
    });
});
