import assert from "node:assert/strict";
import { mismatch, type Shape } from "../../../shared/http/shape.ts";

const run: Shape = { run_id: "number", "tasks?": [{ key: "string", "state?": { name: "string" } }] };

describe("the shape of an answer", () => {
  for (const [value, shape] of [
    [{ run_id: 1 }, run],
    [{ run_id: 1, tasks: null, more: [] }, run],
    [{ run_id: 1, tasks: [{ key: "a", state: null }] }, run],
    [{ any: 1 }, "object"],
    [undefined, "nothing"],
    [{}, "nothing"],
    [null, [run, null]],
    [{ run_id: 1 }, [run, null]],
  ] as [unknown, Shape][])
    it(`accepts the answer ${JSON.stringify(value)} for the shape ${JSON.stringify(shape)}`, () => {
      assert.equal(mismatch(value, shape), undefined);
    });

  for (const [value, shape, problem] of [
    [undefined, run, "with no content"],
    [null, run, "with null in place of an object"],
    [[], run, "with a list in place of an object"],
    ["text", run, "with a string in place of an object"],
    [{}, run, "without run_id"],
    [{ run_id: null }, run, "with null as run_id in place of a number"],
    [{ run_id: "1" }, run, "with a string as run_id in place of a number"],
    [{ run_id: 1, tasks: {} }, run, "with an object as tasks in place of a list"],
    [{ run_id: 1, tasks: [{ key: "a" }, {}] }, run, "without tasks[1].key"],
    [
      { run_id: 1, tasks: [{ key: "a", state: { name: 0 } }] },
      run,
      "with a number as tasks[0].state.name in place of a string",
    ],
    [[], "object", "with a list in place of an object"],
    [0, "nothing", "with a number in place of an object"],
    [{}, [run, null], "without run_id"],
  ] as [unknown, Shape, string][])
    it(`refuses the answer ${JSON.stringify(value)} for its shape: answered 200 ${problem}`, () => {
      assert.equal(mismatch(value, shape), problem);
    });
});
