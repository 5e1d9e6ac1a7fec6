import assert from "node:assert/strict";
import { retryAfterMs } from "../../../shared/http/retry-after.ts";

const now = Date.parse("2026-11-21T10:00:00Z");

// The conformance table of the Azure SDK's core, which the platforms' own clients keep to.
const table: [headers: Record<string, string>, expectedMs: number | undefined][] = [
  [{}, undefined],
  [{ "retry-after-ms": "250" }, 250],
  [{ "x-ms-retry-after-ms": "1500" }, 1_500],
  [{ "retry-after": "7" }, 7_000],
  [{ "retry-after": " 7 " }, 7_000],
  [{ "retry-after": "0" }, 0],
  [{ "retry-after": "0.5" }, 500],
  [{ "retry-after": "Sat, 21 Nov 2026 10:00:30 GMT" }, 30_000],
  [{ "retry-after": "Sat, 21 Nov 2026 09:59:00 GMT" }, 0],
  [{ "retry-after": "Saturday, 21-Nov-26 10:00:05 GMT" }, 5_000],
  [{ "retry-after-ms": "250", "retry-after": "7" }, 250],
  [{ "retry-after-ms": "soon", "retry-after": "7" }, 7_000],
  [{ "x-ms-retry-after-ms": "100", "retry-after": "7" }, 100],
  [{ "retry-after": "soon" }, undefined],
  [{ "retry-after": "-5" }, undefined],
  [{ "retry-after": "" }, undefined],
];

describe("Retry-After", () => {
  for (const [headers, expectedMs] of table)
    it(`reads ${expectedMs === undefined ? "no Retry-After" : `a Retry-After of ${expectedMs} ms`} from ${JSON.stringify(headers)}`, () => {
      assert.equal(retryAfterMs(new Headers(headers), now), expectedMs);
    });
});
