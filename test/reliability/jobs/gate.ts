import { startBuild } from "../../harness/workspace.ts";
import { digest, testRun } from "../../tasks/notebook-check-test-status/gate-site.ts";
import type { Job } from "../job.ts";

let nextRun = 1_000;

/** Decides on a version that two pipeline runs tested at once. Without the answers about both of them it must not pass. */
export const job: Job = {
  name: "gate",
  effects: [],
  slice: [
    "NotebookCheckTestStatus, GET /{organisation}/{project}/_apis/build/builds #1: {} in place of the answer",
    "NotebookCheckTestStatus, GET /{organisation}/{project}/_apis/build/builds/{build}/attachments/{type} #2: 204 in place of the answer",
    "NotebookCheckTestStatus, GET /{organisation}/{project}/_apis/build/builds/{build}/{timeline}/{record}/attachments/{type}/{name} #2: null in place of the answer",
  ],
  stages: [
    {
      name: "NotebookCheckTestStatus",
      task: "NotebookCheckTestStatus",
      isTrue: ({ result, products }) =>
        Object.keys(products).every((run) => new RegExp(`^ .*\\(${run}\\).* decides$`, "m").test(result.log)),
    },
  ],
  async prepare(workspace) {
    const { builds, collectionUrl } = workspace.emulator.azureDevOps;
    const runs = [nextRun++, nextRun++];
    for (const id of runs) builds.add(testRun({ id }));
    return {
      variables: { ...startBuild(workspace), "System.CollectionUri": `${collectionUrl}/` },
      inputs: () => ({
        environment: "qa",
        packageName: "weather",
        packageVersion: "1.2.0",
        artifactDigest: digest,
      }),
      observe: async () => Object.fromEntries(runs.map((id) => [id, "tested"])),
      mayStay: () => false,
      problems: () => [],
      clear: async () => {
        for (const id of runs) builds.delete(id);
      },
    };
  },
};
