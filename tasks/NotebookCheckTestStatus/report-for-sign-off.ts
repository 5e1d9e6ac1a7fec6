import { stageOf } from "../../shared/devops/approvals.ts";
import type { AzureDevOps } from "../../shared/devops/connection.ts";
import { releaseFacts } from "../../shared/reporting/release-facts.ts";
import { publishTestReport } from "../../shared/reporting/test-report.ts";
import type { Evidence } from "../../shared/results/gate/decide.ts";
import { newestOf } from "../../shared/results/gate/findings.ts";
import type { GateApproval, GateDecision } from "../../shared/results/gate/gate-decision.ts";
import { type PipelineRun, pipelineText, runText } from "../../shared/results/gate/pipeline-run.ts";
import { toJUnit } from "../../shared/results/junit.ts";
import { signOffReport } from "../../shared/results/report/html-report.ts";
import { resultsOfRecord } from "../../shared/results/result-details.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { maskTexts } from "../../shared/task/secret-mask.ts";
import { couldNot } from "../../shared/text/could-not.ts";
import { readApprovals } from "./approvals.ts";
import type { Inputs } from "./inputs.ts";
import { testedBy } from "./tested-results.ts";

interface Judged {
  decision: GateDecision;
  evidence: Evidence;
  inputs: Inputs;
}

/** Publishes what the gate decided, with the results that it decided on. A report that cannot be written is a warning: the gate decides without. */
export async function reportForSignOff(host: TaskHost, devops: AzureDevOps, judged: Judged): Promise<void> {
  const { decision, evidence, inputs } = judged;
  const { artifact, environment } = decision;
  try {
    const deciding = newestOf(evidence.findings);
    const release = await releaseFacts(host, {
      artifact,
      environment,
      productionEnvironment: inputs.productionEnvironment,
      runs: deciding.map(({ run }) => ({
        words: `${runText(run)} of ${pipelineText(run)}`,
        url: runAddress(devops, run),
      })),
    });
    const approvals = decision.approvals ?? (await approvalsIfAny(host, devops));
    const { record, details } = await testedBy(host, devops, deciding, decision);
    await publishTestReport(host, {
      ...release,
      name: "sign-off",
      html: signOffReport(record, {
        details,
        release,
        decision: maskTexts({ ...decision, approvals }, (text) => host.secrets.mask(text)),
        emptiness: "The gate found no test of this version that counts.",
      }),
      junit: toJUnit(resultsOfRecord(record, details)),
    });
  } catch (error) {
    host.signal.throwIfAborted();
    host.log.warning(couldNot("write the report for sign-off", (error as Error).message));
  }
}

function runAddress({ collectionUrl }: AzureDevOps, { id, project }: PipelineRun): string {
  return `${collectionUrl}${encodeURIComponent(project.name)}/_build/results?buildId=${encodeURIComponent(id)}`;
}

/** Who approved the stage, also if the gate does not require it. None if that cannot be read. */
async function approvalsIfAny(host: TaskHost, devops: AzureDevOps): Promise<GateApproval[]> {
  if (host.variable("System.StageName") === undefined) return [];
  try {
    return await readApprovals(devops, stageOf(host.variable));
  } catch (error) {
    host.signal.throwIfAborted();
    host.log.detail(`The report names no approvals: ${(error as Error).message}`);
    return [];
  }
}
