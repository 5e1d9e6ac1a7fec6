import { randomUUID } from "node:crypto";
import type { EarlierStage } from "../config.ts";
import type { Approvals } from "../environments/approvals.ts";
import type { Environments } from "../environments/environments.ts";
import type { Build } from "./build.ts";
import type { TimelineRecord } from "./timeline.ts";

/** The stages of a run that has ended: their records in its timeline, their deployments, and the answers of the people who were asked. */
export function addEarlierStages(
  build: Build,
  stages: readonly EarlierStage[],
  {
    environments,
    approvals,
    time,
  }: { environments: Environments; approvals: Approvals; time(text: string): string },
): void {
  const { queuedOn, startedOn, finishedOn = startedOn, timeline } = build;
  for (const { name, result = "succeeded", environment, approvals: answers = [] } of stages) {
    const stage: TimelineRecord = {
      ...{
        id: randomUUID(),
        parentId: null,
        type: "Stage",
        name,
        identifier: name,
        state: "completed",
        result,
      },
      ...{ startTime: startedOn, finishTime: finishedOn },
    };
    timeline.update(stage);
    if (environment === undefined) continue;
    const place = environments.ofJob(environment, build);
    const asked = { ...place, approvers: answers };
    const [approval] = approvals.request(build, stage.id, [asked], queuedOn);
    for (const { time: answeredOn, ...answer } of answers)
      if (approval?.status === "pending")
        approvals.answer(approval, answer, answeredOn === undefined ? startedOn : time(answeredOn));
    if (approval?.status === "rejected") {
      timeline.update({ ...stage, result: "failed" });
    } else {
      const deployment = environments.startDeployment(place, { build, stage: name, job: name });
      Object.assign(deployment, { queuedOn, startedOn, result, finishedOn });
    }
  }
}
