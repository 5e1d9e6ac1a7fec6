import { type TaskFixture, type TaskFixtureOptions, taskFixture } from "../../harness/task-fixture.ts";

/** The path of the request that creates a token, as a fault matches it. */
export const createPath = "^/api/2.0/token/create$";

/** DatabricksCreateBearerToken with a lifetime of 30 minutes. */
export function createToken({ inputs, ...options }: TaskFixtureOptions = {}): Promise<TaskFixture> {
  return taskFixture("DatabricksCreateBearerToken", {
    ...options,
    inputs: { lifetimeMinutes: "30", ...inputs },
  });
}
