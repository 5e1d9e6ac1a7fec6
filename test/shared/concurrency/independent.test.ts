import assert from "node:assert/strict";
import { independently, independentlyAtOnce } from "../../../shared/concurrency/independent.ts";

for (const [name, all] of Object.entries({ independently, independentlyAtOnce }))
  describe(name, () => {
    it(`${name} does all of the works although the first one fails, and throws its failure`, async () => {
      const done: number[] = [];
      const failure = new Error("Could not do the first.");
      const works = [() => Promise.reject(failure), async () => done.push(2), async () => done.push(3)];
      await assert.rejects(all(works), failure);
      assert.deepEqual(done, [2, 3]);
    });

    it(`${name} throws several failures as one error with all their messages`, async () => {
      const works = ["Could not do a.py: x; do y.", "Could not do b.py: x; do y."].map(
        (message) => () => Promise.reject(new Error(message)),
      );
      await assert.rejects(all(works), {
        message: "Could not do a.py: x; do y. Could not do b.py: x; do y.",
      });
    });
  });
