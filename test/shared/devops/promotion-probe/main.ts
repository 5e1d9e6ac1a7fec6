import { promoteAfterPass, promotionInputs } from "../../../../shared/devops/promotion.ts";
import { runAsTask } from "../../../../shared/task/run-as-task.ts";

runAsTask(async (host) => {
  const promotion = promotionInputs(host);
  if (promotion === undefined) return host.log.line("nothing to promote");
  await promoteAfterPass(host, {
    ...promotion,
    packageName: host.requiredInput("packageName"),
    packageVersion: host.requiredInput("packageVersion"),
  });
});
