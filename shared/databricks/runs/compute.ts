import { InputError, type TaskHost } from "../../task/host.ts";
import { couldNot } from "../../text/could-not.ts";
import type { ClusterSpec } from "../api/clusters.ts";
import { forJob, readClusterConfig } from "../clusters/cluster-config.ts";

/** What a run executes on, as the inputs of a task choose it. */
export type ComputeChoice =
  | { kind: "cluster"; clusterId: string }
  /** A job cluster for each run; `clusterConfig` is the path of its config. */
  | { kind: "jobCluster"; clusterConfig: string }
  | { kind: "serverless" };

/** The same with the config read, as a run is submitted. */
export type Compute =
  | Exclude<ComputeChoice, { kind: "jobCluster" }>
  | { kind: "jobCluster"; spec: ClusterSpec };

/**
 * The inputs `serverless`, `clusterConfig` and `clusterId`. `clusterId` comes last: it has a default, which an earlier step fills in,
 * while the others are given on purpose.
 */
export function computeInputs(host: TaskHost): ComputeChoice {
  const clusterConfig = host.pathInput("clusterConfig");
  if (host.booleanInput("serverless")) {
    if (clusterConfig)
      throw new InputError(
        couldNot(
          "choose the compute",
          "'serverless' and 'clusterConfig' are both given",
          "remove one of them",
        ),
      );
    return { kind: "serverless" };
  }
  if (clusterConfig) return { kind: "jobCluster", clusterConfig };
  return { kind: "cluster", clusterId: host.requiredInput("clusterId") };
}

/** Reads the config of a job cluster. @param intent the value of the tag that the job cluster gets */
export async function readCompute(choice: ComputeChoice, intent: string): Promise<Compute> {
  if (choice.kind !== "jobCluster") return choice;
  return { kind: "jobCluster", spec: forJob(await readClusterConfig(choice.clusterConfig), intent) };
}
