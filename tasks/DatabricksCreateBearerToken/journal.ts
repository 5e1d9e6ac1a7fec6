import { independently } from "../../shared/concurrency/independent.ts";
import type { TokensApi } from "../../shared/databricks/api/tokens.ts";
import type { Journal, Log } from "../../shared/task/host.ts";

/** What this task records for its post-job step. */
export const journalKeys = {
  /** The token's comment: written before it is created. */
  intent: "tokenIntent",
  id: "tokenId",
  /** "true" once the pipeline has the token. */
  handedOver: "tokenHandedOver",
  /** Creations that may have made a token that this step does not know. */
  open: "openTokenCreations",
} as const;

/** The ids of the tokens made for this intent: more than one if an answer was lost and another token created. */
export async function tokensOf(tokens: TokensApi, intent: string): Promise<string[]> {
  return (await tokens.list()).filter((token) => token.comment === intent).map((token) => token.token_id);
}

/**
 * Revokes the token that the journal names and every other one with the comment of its intent, except the one with the id `keep`.
 * Returns how many there were that the journal does not name. May be called again, for tokens that appear later.
 */
export function tokenRevocation(
  tokens: TokensApi,
  { journal, log }: { journal: Journal; log: Log },
  keep?: string,
): () => Promise<number> {
  const revoked = new Set<string>();
  let isFirstLook = true;
  return async () => {
    const intent = journal.read(journalKeys.intent);
    if (intent === undefined) return 0;
    const known = journal.read(journalKeys.id);
    let listed: string[] | undefined;
    const revoke = async (id: string) => {
      await tokens.delete({ token_id: id });
      revoked.add(id);
    };
    await independently([
      async () => {
        listed = (await tokensOf(tokens, intent)).filter((id) => !revoked.has(id));
      },
      async () => {
        const ids = new Set([...(known === undefined ? [] : [known]), ...(listed ?? [])]);
        const due = [...ids].filter((id) => id !== keep && !revoked.has(id));
        await independently(due.map((id) => () => revoke(id)));
        const wasThere = due.some((id) => listed === undefined || listed.includes(id));
        if (wasThere) log.line("Revoked the bearer token.");
        else if (isFirstLook && keep === undefined) log.line("The bearer token is gone already.");
        isFirstLook = false;
      },
    ]);
    return (listed ?? []).filter((id) => id !== known).length;
  };
}
