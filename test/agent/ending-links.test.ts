import assert from "node:assert/strict";
import { withoutEndingLinks } from "../../local/agent/run/ending-links.ts";

const services = [{ url: "https://localhost:8443" }, { url: "https://localhost:9443/local" }];

describe("links to services that end with the run", () => {
  for (const [message, atOnce, atTheEnd] of [
    [
      "Could not complete notebook a: it failed; see https://localhost:8443/?o=1#job/1/run/2.",
      "Could not complete notebook a: it failed; see the files listed at the end of this output.",
      "Could not complete notebook a: it failed.",
    ],
    [
      "Could not start cluster c: no answer; raise timeoutMinutes or see its event log at https://localhost:8443/#c",
      "Could not start cluster c: no answer; raise timeoutMinutes or see the files listed at the end of this output",
      "Could not start cluster c: no answer; raise timeoutMinutes",
    ],
    [
      "Look; see https://localhost:9443/x (1)",
      "Look; see the files listed at the end of this output (1)",
      "Look (1)",
    ],
  ] as const)
    it(`a message points to files in place of the link: ${message}`, () => {
      assert.equal(withoutEndingLinks(message, services, "files"), atOnce);
      assert.equal(withoutEndingLinks(message, services, "nothing"), atTheEnd);
    });

  it("a progress line ends without the link", () =>
    assert.equal(
      withoutEndingLinks("Notebook a: RUNNING for 5 s, https://localhost:8443/#job/1", services, "files"),
      "Notebook a: RUNNING for 5 s",
    ));

  for (const message of [
    "Bad value; see https://learn.microsoft.com/x.",
    "Bad value; see https://localhost:1/x.",
    "Bad value; see https://.",
    "Run: https://localhost:8443/#job/1",
  ])
    it(`a message keeps other links: ${message}`, () =>
      assert.equal(withoutEndingLinks(message, services, "files"), message));
});
