import { connectIdentity } from "../../shared/azure/identity.ts";
import { databricksResource } from "../../shared/databricks/entra-resource.ts";
import { wait } from "../../shared/http/wait.ts";
import { intentPath, newIntent } from "../../shared/intent/intent.ts";
import { OpenRequests } from "../../shared/intent/open-requests.ts";
import type { TaskHost } from "../../shared/task/host.ts";
import { createToken } from "./create-token.ts";
import { enterWorkspace } from "./enter-workspace.ts";
import { type Inputs, loadInputs } from "./inputs.ts";
import { journalKeys, tokenRevocation } from "./journal.ts";

/** How long a cancelled step waits for the answer to a creation that it has sent. */
const answerWithinMs = 3_000;

export async function run(host: TaskHost): Promise<void> {
  const { journal, log, signal } = host;
  const inputs = loadInputs(host);
  const identity = await connectIdentity(host, "azureSubscription");
  if (inputs.tokenKind === "entra") {
    const { token, expiresOn } = await identity.token(databricksResource);
    return handOver(host, inputs, { token, expiresOn });
  }
  const tokens = await enterWorkspace(host, identity, inputs);
  const intent = `notebook-ops ${intentPath(newIntent(host.variable))}`;
  journal.write(journalKeys.intent, intent);
  const open = new OpenRequests(journal, journalKeys.open);
  const creating = createToken(tokens, {
    intent,
    open,
    lifetimeMinutes: inputs.lifetimeMinutes,
    identity: identity.description,
    log,
    signal,
  });
  host.onCancel(async () => {
    await Promise.race([creating.catch(() => undefined), wait(answerWithinMs)]);
    journal.write(journalKeys.handedOver, "");
    open.seen(await tokenRevocation(tokens, host)());
  });
  const { token_value, token_info } = await creating;
  journal.write(journalKeys.id, token_info.token_id);
  handOver(host, inputs, {
    token: token_value,
    id: token_info.token_id,
    expiresOn: new Date(token_info.expiry_time),
  });
  journal.write(journalKeys.handedOver, "true");
}

function handOver(
  host: TaskHost,
  { variableName, setOutputs }: Inputs,
  { token, id, expiresOn }: { token: string; id?: string; expiresOn: Date },
): void {
  host.output(variableName, token, { secret: true, secretToOtherJobs: setOutputs });
  if (id !== undefined) host.output("BearerTokenId", id);
  host.output("BearerTokenExpiresOn", expiresOn.toISOString());
  host.log.line(`$(${variableName}) is set to a token that expires on ${expiresOn.toISOString()}.`);
}
