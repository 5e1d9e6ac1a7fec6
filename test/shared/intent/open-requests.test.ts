import assert from "node:assert/strict";
import { RequestError, type RequestErrorKind } from "../../../shared/http/errors.ts";
import { OpenRequests } from "../../../shared/intent/open-requests.ts";
import type { Journal } from "../../../shared/task/host.ts";
import { skipWaits } from "../../harness/timers.ts";

const key = "open";
const failure = (kind: RequestErrorKind) =>
  new RequestError({ kind, attempted: "create it", on: "example.org", cameBack: "failed" });

function memoryJournal(): Journal {
  const entries = new Map<string, string>();
  return {
    write: (name, value) => void entries.set(name, value),
    read: (name) => entries.get(name) || undefined,
    isOver: () => false,
  };
}

describe("the requests of a step that may take effect without its knowing", () => {
  let journal: Journal;
  let open: OpenRequests;
  beforeEach(() => {
    journal = memoryJournal();
    open = new OpenRequests(journal, key);
  });
  /** What the step after the job reads. */
  const afterJob = () => new OpenRequests(journal, key);
  const isLeftOpen = () => [open.any, afterJob().any];
  const fail = (kind: RequestErrorKind) =>
    open.track(() => Promise.reject(failure(kind))).catch(() => undefined);

  it("the open requests of a step include one that is under way, also for the step after the job if this one is killed", async () => {
    await open.track(async () => assert.deepEqual(isLeftOpen(), [true, true]));
  });

  it("the open requests of a step do not include one that was answered", async () => {
    assert.equal(await open.track(async () => "the answer"), "the answer");
    assert.deepEqual(isLeftOpen(), [false, false]);
  });

  it("the open requests of a step include one that ended with no clear answer, whose error is thrown", async () => {
    await assert.rejects(
      open.track(() => Promise.reject(failure("interrupted"))),
      RequestError,
    );
    assert.deepEqual(isLeftOpen(), [true, true]);
  });

  it("the open requests of a step do not include one that was refused", async () => {
    await fail("forbidden");
    assert.deepEqual(isLeftOpen(), [false, false]);
  });

  it("the open requests of a step include one that was refused after an attempt with no clear answer", async () => {
    const refused = open.track(async (onDoubt) => {
      onDoubt();
      throw failure("forbidden");
    });
    await assert.rejects(refused, RequestError);
    assert.deepEqual(isLeftOpen(), [true, true]);
  });

  it("the open requests of a step do not include one that was answered after an attempt with no clear answer", async () => {
    await open.track(async (onDoubt) => onDoubt());
    assert.deepEqual(isLeftOpen(), [false, false]);
  });

  it("the open requests of a step are fewer by each effect that is seen, those with an end first", async () => {
    await fail("timeout");
    await open.track(async () => {
      open.seen(1);
      assert.equal(open.any, true, "the one under way is still open");
      open.seen(1);
      assert.equal(open.any, false);
    });
    assert.equal(open.any, false, "an end is counted once");
  });

  it("the open requests of a step include as many as were sent at once", async () => {
    await open.track(async () => {
      open.seen(2);
      assert.equal(open.any, true);
      open.seen(1);
      assert.equal(open.any, false);
    }, 3);
  });

  describe("are settled by looking for their effects", () => {
    const realNow = Date.now;
    let nowMs: number;
    let looks: number;
    beforeEach(() => {
      nowMs = 1_000_000;
      looks = 0;
      Date.now = () => nowMs;
    });
    afterEach(() => {
      Date.now = realNow;
    });
    const nothing = async () => {
      looks++;
      return 0;
    };
    /** For how many seconds it looked, by its own waits. */
    const settle = async (requests: OpenRequests, look: () => Promise<number>) => {
      using waits = skipWaits();
      await requests.settle(look);
      return Math.round(waits.nowMs() / 1000);
    };

    it("looks for the effects of open requests once if no request is open", async () => {
      assert.equal(await settle(open, nothing), 0);
      assert.equal(looks, 1);
    });

    it("looks for the effects of open requests for 30 s after the step was killed, with pauses of 1 s to 3 s", async () => {
      void open.track(() => new Promise(() => {}));
      nowMs += 3_600_000;
      assert.equal(await settle(afterJob(), nothing), 30);
      assert.ok(looks > 10 && looks <= 31, `${looks} looks`);
    });

    it("looks for the effects of open requests until 30 s after the last of them ended", async () => {
      await fail("timeout");
      nowMs += 5_000;
      await fail("timeout");
      nowMs += 20_000;
      assert.equal(await settle(afterJob(), nothing), 10);
    });

    it("looks for the effects of open requests once if they ended long ago", async () => {
      await fail("timeout");
      nowMs += 3_600_000;
      assert.equal(await settle(afterJob(), nothing), 0);
      assert.equal(looks, 1);
    });

    it("looks for the effects of open requests for 30 s at most if the clock was set back since", async () => {
      await fail("timeout");
      nowMs -= 3_600_000;
      assert.equal(await settle(afterJob(), nothing), 30);
    });

    it("looks for the effects of open requests until all are seen", async () => {
      await fail("timeout");
      await fail("timeout");
      const found = [0, 1, 0, 1];
      await settle(open, async () => found.shift()!);
      assert.deepEqual(found, []);
      assert.deepEqual(isLeftOpen(), [false, false]);
    });

    it("looks for the effects of open requests again after a look that failed", async () => {
      await fail("timeout");
      const found = [Promise.reject(failure("unavailable")), Promise.resolve(1)];
      await settle(open, () => found.shift()!);
      assert.deepEqual(found, []);
    });

    it("fails with an error if the last look for the effects of open requests failed", async () => {
      await assert.rejects(
        settle(open, () => Promise.reject(failure("forbidden"))),
        RequestError,
      );
    });
  });
});

describe("a stage of a step", () => {
  it("sends no request to create something once the post-job stage has begun", async () => {
    const open = new OpenRequests({ ...memoryJournal(), isOver: () => true }, key);
    const send = () => assert.fail("it was sent");
    await assert.rejects(open.track(send), {
      message:
        "Could not create anything more in this step: its post-job step has begun, because the job was cancelled; start the pipeline again if that was not intended.",
    });
    assert.equal(open.any, false);
  });
});
