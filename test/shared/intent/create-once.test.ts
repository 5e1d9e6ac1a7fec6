import assert from "node:assert/strict";
import { RequestError, type RequestErrorKind } from "../../../shared/http/errors.ts";
import { createOnce, NothingCreated } from "../../../shared/intent/create-once.ts";
import { OpenRequests } from "../../../shared/intent/open-requests.ts";
import { skipWaits } from "../../harness/timers.ts";

/** What becomes of one creation: whether the service makes the thing, and how it answers. */
type Fate = "created" | RequestErrorKind | { lost: RequestErrorKind };

/** A service that has made the things in `made`, and a creator of things in it. */
function creator(
  fates: Fate[],
  {
    signal = new AbortController().signal,
    isOver = () => false,
  }: { signal?: AbortSignal; isOver?: () => boolean } = {},
) {
  const made: string[] = [];
  const lines: string[] = [];
  let asked = 0;
  const open = new OpenRequests({ read: () => undefined, write() {}, isOver }, "open");
  const failure = (kind: RequestErrorKind) =>
    new RequestError({ kind, attempted: "create it", on: "example.org", cameBack: `failed (${kind})` });
  return {
    made,
    lines,
    open,
    creations: () => asked,
    request: {
      thing: "lakehouse weather",
      open,
      signal,
      log: {
        line: (text: string) => void lines.push(text),
        outside: (text: string) => void lines.push(text),
      },
      async create() {
        const fate = fates[asked++] ?? assert.fail("one creation too many");
        if (fate === "created" || typeof fate === "object") made.push(`thing ${asked}`);
        if (fate !== "created") throw failure(typeof fate === "object" ? fate.lost : fate);
        return `thing ${asked}`;
      },
      find: async () => [...made],
    },
  };
}

const adopt = (found: string) => found;

describe("creating one thing for an intent", () => {
  it("createOnce makes one request if the answer is clear", async () => {
    const { request, made, open } = creator(["created"]);
    assert.equal(await createOnce({ ...request, adopt }), "thing 1");
    assert.deepEqual([made, open.any], [["thing 1"], false]);
  });

  it("fails if the post-job stage of the step began during the creation, so that the caller removes what was created", async () => {
    const begun = [false, true];
    const { request, made } = creator(["created"], { isOver: () => begun.shift()! });
    await assert.rejects(createOnce({ ...request, adopt }), /its post-job step has begun/);
    assert.deepEqual(made, ["thing 1"]);
  });

  for (const kind of ["interrupted", "timeout", "unavailable", "badAnswer"] as const)
    it(`createOnce adopts the thing that was created although the answer was lost (${kind})`, async () => {
      const { request, made, lines, open } = creator([{ lost: kind }]);
      assert.equal(await createOnce({ ...request, adopt }), "thing 1");
      assert.deepEqual([made, open.any], [["thing 1"], false]);
      assert.match(lines[0]!, /The lakehouse weather may exist nevertheless: looking for it\.$/);
      assert.equal(lines[1], "Found the lakehouse weather: it was created although the answer was lost.");
    });

  it("createOnce looks for ten seconds, then creates the thing again if nothing was found", async () => {
    using time = skipWaits();
    const { request, creations, open } = creator(["unavailable", "created"]);
    assert.equal(await createOnce({ ...request, adopt }), "thing 2");
    assert.equal(creations(), 2);
    assert.ok(Math.round(time.nowMs()) >= 10_000, String(time.nowMs()));
    assert.equal(open.any, true, "the first creation may still take effect");
  });

  it("createOnce discards a thing that cannot be used without its lost answer, and creates another", async () => {
    const { request, made, open } = creator([{ lost: "interrupted" }, "created"]);
    const discard = async (found: string) => void made.splice(made.indexOf(found), 1);
    assert.equal(await createOnce({ ...request, discard }), "thing 2");
    assert.deepEqual([made, open.any], [["thing 2"], false]);
  });

  it("createOnce fails after three creations without a clear answer", async () => {
    using _ = skipWaits();
    const { request, creations } = creator(["unavailable", "interrupted", "timeout"]);
    await assert.rejects(createOnce({ ...request, adopt }), { name: "RequestError", kind: "timeout" });
    assert.equal(creations(), 3);
  });

  it("createOnce fails with NothingCreated if the first answer is a clear refusal", async () => {
    const { request, open } = creator(["forbidden"]);
    await assert.rejects(
      createOnce({ ...request, adopt, explain: (refusal) => refusal.advising("ask the owner") }),
      (error) =>
        error instanceof NothingCreated &&
        error.message === "Could not create it: example.org failed (forbidden); ask the owner.",
    );
    assert.equal(open.any, false);
  });

  it("createOnce fails with the refusal itself if an earlier creation may still take effect", async () => {
    using _ = skipWaits();
    const { request } = creator(["unavailable", "forbidden"]);
    await assert.rejects(createOnce({ ...request, adopt }), { name: "RequestError", kind: "forbidden" });
  });

  it("createOnce fails at once if looking for the thing fails", async () => {
    const { request, creations } = creator(["unavailable"]);
    const find = async () => {
      throw new RequestError({
        kind: "unavailable",
        attempted: "list",
        on: "example.org",
        cameBack: "failed",
      });
    };
    await assert.rejects(createOnce({ ...request, find, adopt }), { attempted: "list" });
    assert.equal(creations(), 1);
  });

  it("createOnce creates nothing more after the step was cancelled", async () => {
    const cancel = new AbortController();
    const { request, creations } = creator(["unavailable"], { signal: cancel.signal });
    const find = async () => {
      cancel.abort();
      return [];
    };
    await assert.rejects(createOnce({ ...request, find, adopt }), { kind: "unavailable" });
    assert.equal(creations(), 1);
  });
});
