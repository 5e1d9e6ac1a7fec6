import type { TokenInfo, TokensApi } from "../../shared/databricks/tokens.ts";
import { RequestError } from "../../shared/http/index.ts";
import type { Log } from "../../shared/task/index.ts";
import { tokensOf } from "./journal.ts";

const mostAttempts = 3;

/**
 * Creates a token that is known by its intent. A token's value is shown once: after an answer that was lost, the token it
 * may have made is revoked and another one created, so that one is left.
 */
export async function createToken(
  tokens: TokensApi,
  request: { intent: string; lifetimeMinutes: number; identity: string; log: Log; signal: AbortSignal },
): Promise<{ token_value: string; token_info: TokenInfo }> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tokens.create({ lifetime_seconds: request.lifetimeMinutes * 60, comment: request.intent });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (!error.ambiguous) throw await explained(error, tokens, request.identity);
      request.log.outside(`${error.message} The token may exist all the same: revoking it.`);
      for (const id of await tokensOf(tokens, request.intent)) await tokens.delete({ token_id: id });
      if (attempt === mostAttempts || request.signal.aborted) throw error;
    }
  }
}

/** 403 has two reasons, and Databricks' messages for them are not documented: whether the list is open tells them apart. */
async function explained(error: RequestError, tokens: TokensApi, identity: string): Promise<RequestError> {
  if (error.kind !== "forbidden") return error;
  const inWorkspace = await tokens.list().then(
    () => true,
    () => false,
  );
  return error.advising(
    inWorkspace
      ? "let the service principal use personal access tokens (Settings > Advanced > Personal access tokens), or set tokenKind to entra"
      : `add ${identity} to the workspace as a service principal (Settings > Identity and access), or give workspaceResourceId if it manages the workspace's Azure resource`,
  );
}
