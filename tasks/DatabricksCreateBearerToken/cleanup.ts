import { connectIdentity } from "../../shared/azure/identity.ts";
import { OpenRequests } from "../../shared/intent/open-requests.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { runAsTask } from "../../shared/task/run-as-task.ts";
import { enterWorkspace } from "./enter-workspace.ts";
import { loadInputs } from "./inputs.ts";
import { journalKeys, tokenRevocation } from "./journal.ts";

runAsTask(cleanUp);

async function cleanUp(host: TaskHost): Promise<void> {
  const { journal, log } = host;
  if (journal.read(journalKeys.intent) === undefined) return;
  const inputs = loadInputs(host);
  const open = new OpenRequests(journal, journalKeys.open);
  const isKept = inputs.keepToken && journal.read(journalKeys.handedOver) === "true";
  if (isKept)
    log.line("Kept the bearer token, because keepToken is true; it expires at the end of its lifetime.");
  if (isKept && !open.any) return;
  const keep = isKept ? journal.read(journalKeys.id) : undefined;
  const identity = await connectIdentity(host, "azureSubscription");
  await open.settle(tokenRevocation(await enterWorkspace(host, identity, inputs), host, keep));
}
