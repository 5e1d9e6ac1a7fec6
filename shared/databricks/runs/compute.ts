import { InputError, type Log, type TaskHost } from "../../task/host.ts";
import { couldNot } from "../../text/could-not.ts";
import type { ClusterSpec } from "../api/clusters.ts";
import { jobClusterSpec, readClusterConfig } from "../clusters/cluster-config.ts";

/** The compute that the inputs of a task choose. */
export type ComputeChoice =
  | { kind: "cluster"; clusterId: string }
  /** A job cluster for each run; `clusterConfig` is the path of its config. */
  | { kind: "jobCluster"; clusterConfig: string }
  | { kind: "serverless" };

/** The compute that a run is submitted with: the same choice, with the config of a job cluster read from its file. */
export type Compute =
  | Exclude<ComputeChoice, { kind: "jobCluster" }>
  | { kind: "jobCluster"; spec: ClusterSpec };

/**
 * Reads the inputs `serverless`, `clusterConfig` and `clusterId`. `clusterId` comes last, because its default is a variable that an
 * earlier step may have set, while a user sets the other two on purpose.
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

/**
 * Reads the config of a job cluster, if the inputs name one.
 * @param intent the value of the tag `notebook-ops` on the job cluster
 */
export async function readCompute(
  choice: ComputeChoice,
  intent: string,
  log: Pick<Log, "warning">,
): Promise<Compute> {
  if (choice.kind !== "jobCluster") return choice;
  const config = await readClusterConfig(choice.clusterConfig, log);
  return { kind: "jobCluster", spec: jobClusterSpec(config, intent) };
}
