import { connectIdentity } from "../../shared/azure/index.ts";
import { runStage, type TaskHost } from "../../shared/task/index.ts";
import { enterWorkspace } from "./enter-workspace.ts";
import { loadInputs } from "./inputs.ts";
import { journalKeys, revokeTokens } from "./journal.ts";

runStage(cleanUp);

async function cleanUp(host: TaskHost): Promise<void> {
  if (host.journal.read(journalKeys.intent) === undefined) return;
  const inputs = loadInputs(host);
  if (inputs.keepToken && host.journal.read(journalKeys.id) !== undefined)
    return host.log.line("Kept the bearer token, as keepToken asks; it ends by its own lifetime.");
  const identity = await connectIdentity(host, "azureSubscription");
  await revokeTokens(await enterWorkspace(host, identity, inputs), host);
}
