import assert from "node:assert/strict";
import type { Log } from "../../../shared/task/host.ts";
import { duration, StateLog } from "../../../shared/task/state-log.ts";

describe("a duration", () => {
  for (const [milliseconds, text] of [
    [0, "0 s"],
    [499, "0 s"],
    [500, "1 s"],
    [59_499, "59 s"],
    [59_500, "1 min"],
    [60_000, "1 min"],
    [61_000, "1 min 1 s"],
    [600_000, "10 min"],
    [3_599_000, "59 min 59 s"],
    [3_599_600, "1 h 0 min"],
    [3_720_000, "1 h 2 min"],
    [90_000_000, "25 h 0 min"],
  ] as const)
    it(`of ${milliseconds} ms is ${text}`, () => assert.equal(duration(milliseconds), text));
});

describe("the log of a state", () => {
  function shown(...statuses: Parameters<StateLog["show"]>[0][]): string[] {
    const lines: string[] = [];
    const states = new StateLog(
      { outside: (text: string) => lines.push(text) } as unknown as Log,
      "Cluster a",
    );
    for (const status of statuses) states.show(status);
    return lines;
  }

  it("shows each change of state or message once", () => {
    assert.deepEqual(
      shown(
        { state: "PENDING", elapsedMs: 0 },
        { state: "PENDING", elapsedMs: 1_000 },
        { state: "PENDING", message: "Finding\n instances ", elapsedMs: 2_000 },
        { state: "PENDING", message: "Finding\n instances ", elapsedMs: 3_000 },
        { state: "RUNNING", url: "https://host/a", elapsedMs: 4_000, last: true },
      ),
      [
        "Cluster a: PENDING for 0 s",
        "Cluster a: PENDING for 2 s (Finding instances)",
        "Cluster a: RUNNING after 4 s, https://host/a",
      ],
    );
  });

  it("says once a minute that nothing has changed", () => {
    const minutes = shown(
      ...[0, 59_999, 60_000, 60_001, 119_999, 120_000].map((elapsedMs) => ({ state: "PENDING", elapsedMs })),
    );
    assert.deepEqual(minutes, [
      "Cluster a: PENDING for 0 s",
      "Cluster a: PENDING for 1 min",
      "Cluster a: PENDING for 2 min",
    ]);
  });
});
