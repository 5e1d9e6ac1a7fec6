import type { TokenInfo, TokensApi } from "../../shared/databricks/api/tokens.ts";
import type { RequestError } from "../../shared/http/errors.ts";
import { createOnce } from "../../shared/intent/create-once.ts";
import type { OpenRequests } from "../../shared/intent/open-requests.ts";
import type { Log } from "../../shared/task/host.ts";
import { tokensOf } from "./journal.ts";

/**
 * Creates a token that is known by its intent, at most one. A token's value is shown once: after an answer that was lost, the token that
 * may have been created is revoked and another one created.
 */
export async function createToken(
  tokens: TokensApi,
  request: {
    intent: string;
    lifetimeMinutes: number;
    identity: string;
    open: OpenRequests;
    log: Log;
    signal: AbortSignal;
  },
): Promise<{ token_value: string; token_info: TokenInfo }> {
  const { intent, lifetimeMinutes, identity, ...surroundings } = request;
  return createOnce({
    ...surroundings,
    thing: "Databricks token",
    create: () => tokens.create({ lifetime_seconds: lifetimeMinutes * 60, comment: intent }),
    find: () => tokensOf(tokens, intent),
    discard: (id) => tokens.delete({ token_id: id }),
    explain: (refusal) => explained(refusal, tokens, identity),
  });
}

/** 403 has two reasons, and Databricks' messages for them are not documented: whether the list is open tells them apart. */
async function explained(refusal: RequestError, tokens: TokensApi, identity: string): Promise<RequestError> {
  if (refusal.kind !== "forbidden") return refusal;
  const isInWorkspace = await tokens.list().then(
    () => true,
    () => false,
  );
  return refusal.advising(
    isInWorkspace
      ? "let the service principal use personal access tokens (Settings > Advanced > Personal access tokens), or set tokenKind to entra"
      : `add ${identity} to the workspace as a service principal (Settings > Identity and access), or give workspaceResourceId if it manages the workspace's Azure resource`,
  );
}
