import assert from "node:assert/strict";
import { mock } from "node:test";
import { attempt, PassingFailure } from "../../../shared/devops/attempts.ts";
import { mayPass } from "../../../shared/devops/tool-failure.ts";

describe("attempts at Azure DevOps", () => {
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
  afterEach(() => mock.timers.reset());

  const turns = async () => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  };
  const start = (act: (number: number) => Promise<string>, signal = new AbortController().signal) => {
    const said: string[] = [];
    const tell = (text: string) => void said.push(text);
    const log = {
      line: tell,
      detail: tell,
      warning: tell,
      outside: tell,
      outsideStream: () => assert.fail(),
    };
    return { said, outcome: attempt({ log, signal }, act).catch((error: unknown) => error) };
  };

  it("attempts at Azure DevOps end with the first success", async () => {
    let calls = 0;
    const { outcome, said } = start(async (number) => {
      calls++;
      if (number < 3)
        throw new PassingFailure(`Could not reach the feed: ${number}; run the step again later.`);
      return "published";
    });
    for (const pauseMs of [1_000, 3_000]) {
      await turns();
      mock.timers.tick(pauseMs);
    }
    assert.deepEqual([await outcome, calls], ["published", 3]);
    assert.deepEqual(said, [
      "Could not reach the feed: 1; run the step again later.",
      "Trying again in 1 s: attempt 2 of 4.",
      "Could not reach the feed: 2; run the step again later.",
      "Trying again in 3 s: attempt 3 of 4.",
    ]);
  });

  it("attempts at Azure DevOps end with the fourth failure, after pauses of 1, 3 and 9 s", async () => {
    let calls = 0;
    const { outcome } = start(async (number) => {
      calls++;
      throw new PassingFailure(`failure ${number}`);
    });
    for (const [index, pauseMs] of [1_000, 3_000, 9_000].entries()) {
      await turns();
      mock.timers.tick(pauseMs - 1);
      await turns();
      assert.equal(calls, index + 1);
      mock.timers.tick(1);
    }
    assert.equal(((await outcome) as Error).message, "failure 4");
    assert.equal(calls, 4);
  });

  it("attempts at Azure DevOps end with any other error at once", async () => {
    let calls = 0;
    const refusal = new Error("refused");
    const { outcome } = start(async () => {
      calls++;
      throw refusal;
    });
    assert.deepEqual([await outcome, calls], [refusal, 1]);
  });

  it("attempts at Azure DevOps end in the pause if the step is cancelled", async () => {
    const cancel = new AbortController();
    const { outcome } = start(async () => {
      throw new PassingFailure("broken");
    }, cancel.signal);
    await turns();
    cancel.abort("cancelled");
    assert.equal(await outcome, "cancelled");
  });
});

describe("failures of ArtifactTool", () => {
  const passing = [
    "Response status code does not indicate success: 503 (Service Unavailable)",
    "Response status code does not indicate success: 429",
    "Response status code does not indicate success: 408",
    "An error occurred while sending the request: the connection was reset",
    "Encountered an unexpected error. System.TimeoutException: ActionBlock`1 was cancelled",
    "TF400898: An Internal Error Occurred",
    "it was ended by SIGSEGV",
    "",
  ];
  for (const errors of passing)
    it(`tries again after ArtifactTool's failure: ${JSON.stringify(errors)}`, () =>
      assert.equal(mayPass({ exitCode: 1, errors }), true));

  const final = [
    "User '42' lacks permission to complete this action. You need to have 'AddPackage'",
    "TF400813: The user '' is not authorized to access this resource",
    "Response status code does not indicate success: 401 (Unauthorized)",
    "Response status code does not indicate success: 403",
    "Response status code does not indicate success: 404 (Not Found)",
    "Can't find the package 'weather 1.0.0' in feed 'weather'",
    "TF200016: The following project does not exist: elsewhere",
    "No space left on device",
  ];
  for (const errors of final)
    it(`does not try again after ArtifactTool's failure: ${errors}`, () =>
      assert.equal(mayPass({ exitCode: 1, errors }), false));

  for (const exitCode of [17, 19, 20])
    it(`does not try again after ArtifactTool's exit code ${exitCode}`, () =>
      assert.equal(mayPass({ exitCode, errors: "" }), false));
});
