/** Whether the tests run in continuous integration: its systems set `CI`, and .ci/run does. */
export function isContinuousIntegration({ CI }: Record<string, string | undefined> = process.env): boolean {
  return CI !== undefined && CI !== "" && CI !== "0" && CI.toLowerCase() !== "false";
}
