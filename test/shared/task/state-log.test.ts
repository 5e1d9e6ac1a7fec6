import assert from "node:assert/strict";
import type { Log } from "../../../shared/task/host.ts";
import { StateLog } from "../../../shared/task/state-log.ts";

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

  it("the log of a state shows each change of state or message once", () => {
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

  it("the log of a state says once a minute that nothing has changed", () => {
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
