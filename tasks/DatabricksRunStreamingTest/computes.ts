import { realpath } from "node:fs/promises";
import path from "node:path";
import {
  type Compute,
  type ComputeChoice,
  computeInputs,
  readCompute,
} from "../../shared/databricks/runs/compute.ts";
import type { ComputeChoiceOfDefinition } from "../../shared/streaming/definition.ts";
import { InputError, type TaskHost } from "../../shared/task/host.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import type { TestPlan } from "./test-plan.ts";

/** Where the notebooks of a test run. */
export interface Computes {
  /** Undefined for a job that exists, and has its own. */
  job?: Compute;
  /** Of the notebooks that do not belong to the job: the compute of its streams, unless that cannot be shared. */
  notebooks: Compute;
}

/** @param intent the value of the tag `notebook-ops` on job clusters */
export async function readComputes(
  host: TaskHost,
  plan: Pick<TestPlan, "definition" | "folder">,
  intent: string,
): Promise<Computes> {
  const { job, validateOn } = plan.definition;
  const choiceOf = async (choice: ComputeChoiceOfDefinition | undefined): Promise<ComputeChoice> => {
    if (choice === undefined) return computeInputs(host);
    if (choice.kind === "stepCluster") return { kind: "cluster", clusterId: host.requiredInput("clusterId") };
    if (choice.kind === "serverless") return choice;
    return { kind: "jobCluster", clusterConfig: await fileWithin(plan.folder, choice.clusterConfig) };
  };
  const notebooks = await choiceOf(validateOn);
  if (validateOn === undefined && notebooks.kind === "jobCluster")
    throw new InputError(
      couldNot(
        `choose where the validations of ${plan.definition.name} run`,
        "'clusterConfig' is a job cluster, which only the job itself can use",
        'add validateOn to the definition: "cluster" for the cluster of the input clusterId, "serverless", or a clusterConfig',
      ),
    );
  return {
    notebooks: await readCompute(notebooks, intent, host.log),
    ...(job.kind === "created" && {
      job: await readCompute(await choiceOf(job.compute), intent, host.log),
    }),
  };
}

/** The path of a file of the definition. A link must not lead out of its folder: a pull request could send a file of the agent to Databricks. */
async function fileWithin(folder: string, relative: string): Promise<string> {
  const file = path.resolve(folder, relative);
  const real = await realpath(file).catch(() => undefined);
  if (real === undefined || real.startsWith((await realpath(folder)) + path.sep)) return file;
  throw new InputError(
    couldNot(
      `read the cluster config ${relative} of the streaming test`,
      "it is a link out of the folder of the definition",
      "copy the file into that folder",
    ),
  );
}
