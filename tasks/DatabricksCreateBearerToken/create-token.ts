import type { TokenInfo, TokensApi } from "../../shared/databricks/api/tokens.ts";
import { RequestError } from "../../shared/http/errors.ts";
import { poll } from "../../shared/http/poll.ts";
import { lookBeforeNextMs, type OpenRequests } from "../../shared/intent/open-requests.ts";
import type { Log } from "../../shared/task/host.ts";
import { tokensOf } from "./journal.ts";

const mostAttempts = 3;

/**
 * Creates a token that is known by its intent. A token's value is shown once: after an answer that was lost, the token it
 * may have made is revoked and another one created, so that one is left. What comes later still, `open` knows of.
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
  const { intent, open, log, signal } = request;
  for (let attempt = 1; ; attempt++) {
    try {
      const wanted = { lifetime_seconds: request.lifetimeMinutes * 60, comment: intent };
      return await open.track(() => tokens.create(wanted));
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (!error.ambiguous) throw await explained(error, tokens, request.identity);
      log.outside(`${error.message} The token may exist all the same: revoking it.`);
      const lost = await waitForTokens(tokens, intent, signal);
      for (const id of lost) await tokens.delete({ token_id: id });
      open.seen(lost.length);
      if (attempt === mostAttempts || signal.aborted) throw error;
    }
  }
}

async function waitForTokens(tokens: TokensApi, intent: string, signal: AbortSignal): Promise<string[]> {
  const looking = await poll({
    check: () => tokensOf(tokens, intent),
    done: (ids) => ids.length > 0,
    timeoutMs: lookBeforeNextMs,
    signal,
  });
  return looking.value ?? [];
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
