import type { DeploymentRecord } from "../../shared/deployment/record.ts";
import { buildLinks } from "../../shared/devops/build-links.ts";
import type { ArtifactManifest } from "../../shared/notebook/artifact/manifest.ts";
import { releaseFacts } from "../../shared/reporting/release-facts.ts";
import { reportRuns } from "../../shared/reporting/report-runs.ts";
import type { FinishedRun } from "../../shared/results/finished-run.ts";
import type { ReleaseFacts } from "../../shared/results/report/release.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import type { CommonInputs } from "./inputs.ts";
import { conclude, setCounts } from "./verdict.ts";

interface TestedDeployment
  extends Pick<
    Parameters<typeof reportRuns>[1],
    "finished" | "id" | "platform" | "workspace" | "startedOn" | "readClusterUse"
  > {
  inputs: CommonInputs;
  finished: readonly FinishedRun[];
  /** What was deployed before the scenarios ran. */
  deployment: { record: DeploymentRecord; manifest: ArtifactManifest };
  /** Fails unless that is still deployed. */
  confirm: () => Promise<DeploymentRecord>;
}

/** Reports how the scenarios ended, sets the outputs, and fails the step if they failed or if it is not certain what they tested. */
export async function report(host: TaskHost, tested: TestedDeployment): Promise<void> {
  const { deployment, confirm, ...context } = tested;
  const { inputs, finished } = context;
  setCounts(host, finished);
  let problem: Error | undefined;
  const status = await reportRuns(host, {
    ...context,
    title: "Test scenarios",
    // A version that may not be the one that was tested must not be in the test status.
    readDeployment: async () => {
      try {
        return await confirm();
      } catch (error) {
        problem = error as Error;
        return undefined;
      }
    },
    readRelease: ({ artifact, environment }) =>
      releaseFacts(host, {
        artifact,
        environment,
        manifest: deployment.manifest,
        productionEnvironment: inputs.productionEnvironment,
        runs: runOf(host),
      }),
  });
  if (status) host.output("StatusRecord", status.file);
  await conclude(host, { inputs, finished, status, problem, tested: deployment.record });
}

function runOf({ variable }: TaskHost): ReleaseFacts["runs"] {
  const { build } = buildLinks(variable);
  const number = variable("Build.BuildNumber");
  return build === undefined ? [] : [{ words: number ?? "the run that tested", url: build }];
}
