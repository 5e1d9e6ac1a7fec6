import assert from "node:assert/strict";
import { installLibraries } from "../../../../shared/databricks/clusters/install-libraries.ts";
import { parseLibraries } from "../../../../shared/databricks/clusters/library-specs.ts";
import { type ScriptedWorkspace, scriptedWorkspace } from "../scripted-workspace.ts";

const status = "GET /api/2.0/libraries/cluster-status";
const install = { "POST /api/2.0/libraries/install": [{}] };
const pandas = (state: string, messages?: string[]) => ({
  library: { pypi: { package: "pandas" } },
  status: state,
  messages,
});
const wheel = (state: string) => ({ library: { whl: "/a.whl" }, status: state });
const answers = (...states: object[][]) => ({
  ...install,
  [status]: states.map((library_statuses) => ({ library_statuses })),
});

function installBoth(
  scripted: ScriptedWorkspace,
  more: { timeoutMs?: number; signal?: AbortSignal; libraries?: string } = {},
) {
  const { libraries = "pandas\nwhl:/a.whl", ...rest } = more;
  return installLibraries(scripted.databricks, {
    clusterId: "c1",
    libraries: parseLibraries(libraries),
    timeoutMs: 60_000,
    log: scripted.log,
    signal: new AbortController().signal,
    ...rest,
  });
}

describe("installing libraries", () => {
  for (const state of ["INSTALLED", "RESTORED"])
    it(`installing libraries ends when each library is ${state}, and logs their names`, async () => {
      await using scripted = await scriptedWorkspace(
        answers([pandas("PENDING"), wheel("PENDING")], [pandas(state), wheel("INSTALLED")]),
      );
      await installBoth(scripted);
      assert.deepEqual(
        scripted.lines.map((line) => line.replace(/[\d.]+ m?s/, "<n> s")),
        ["2 libraries: 2 PENDING for <n> s", "Installed pypi pandas, whl /a.whl in <n> s."],
      );
    });

  it("installing libraries goes on while the cluster does not list one of the libraries yet", async () => {
    await using scripted = await scriptedWorkspace(
      answers([], [pandas("INSTALLED")], [pandas("INSTALLED"), wheel("INSTALLED")]),
    );
    await installBoth(scripted);
    assert.equal(scripted.asked.filter((each) => each === status).length, 3);
    assert.match(scripted.lines[0]!, /^2 libraries: PENDING for /);
  });

  for (const state of ["PENDING", "RESOLVING", "INSTALLING", "SOMETHING_NEW"])
    it(`installing libraries goes on while a library is ${state}`, async () => {
      await using scripted = await scriptedWorkspace(answers([pandas(state)], [pandas("INSTALLED")]));
      await installBoth(scripted, { libraries: "pandas" });
      assert.match(scripted.lines[0]!, new RegExp(`^1 library: 1 ${state} for `));
    });

  for (const state of ["FAILED", "SKIPPED", "UNINSTALL_ON_RESTART"])
    it(`installing libraries fails as soon as a library is ${state}, with Databricks' message`, async () => {
      await using scripted = await scriptedWorkspace(
        answers([wheel("PENDING"), pandas(state, [" no such", "version "])]),
      );
      await assert.rejects(installBoth(scripted), {
        message: `Could not install the libraries on cluster c1: pypi pandas (${state}: no such version); correct the input 'libraries' or see https://adb-1.7.azuredatabricks.net/compute/clusters/c1.`,
      });
      assert.equal(scripted.asked.length, 2);
    });

  it("installing libraries fails with 'no message' if Databricks gives no message", async () => {
    await using scripted = await scriptedWorkspace(answers([pandas("FAILED")]));
    await assert.rejects(installBoth(scripted), /pypi pandas \(FAILED: no message\);/);
  });

  it("installing libraries ignores libraries that somebody else installed", async () => {
    const theirs = { library: { pypi: { package: "theirs" } }, status: "FAILED" };
    await using scripted = await scriptedWorkspace(
      answers([theirs, pandas("INSTALLED"), wheel("INSTALLED")]),
    );
    await installBoth(scripted);
  });

  it("installing libraries fails with the missing libraries when the time limit is reached", async () => {
    await using scripted = await scriptedWorkspace(answers([pandas("INSTALLED"), wheel("INSTALLING")]));
    await assert.rejects(installBoth(scripted, { timeoutMs: 1 }), {
      message:
        "Could not install the libraries on cluster c1: after 1 ms these are not installed: whl /a.whl; raise timeoutMinutes or see https://adb-1.7.azuredatabricks.net/compute/clusters/c1.",
    });
  });

  it("installing libraries fails with the reason of the cancellation when the step is cancelled", async () => {
    const reason = new Error("Canceled.");
    const abort = new AbortController();
    await using scripted = await scriptedWorkspace(answers([pandas("PENDING")]));
    const log = { ...scripted.log, outside: () => abort.abort(reason) };
    await assert.rejects(installBoth({ ...scripted, log }, { signal: abort.signal }), reason);
  });
});
