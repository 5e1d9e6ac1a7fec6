import type { TokensApi } from "../../shared/databricks/tokens.ts";
import type { Journal, Log } from "../../shared/task/index.ts";

/** What this task writes down for its post-job step. */
export const journalKeys = {
  /** The token's comment: written before it is created. */
  intent: "tokenIntent",
  id: "tokenId",
} as const;

/** The ids of the tokens made for this intent: more than one where an answer was lost and the token made again. */
export async function tokensOf(tokens: TokensApi, intent: string): Promise<string[]> {
  return (await tokens.list()).filter((token) => token.comment === intent).map((token) => token.token_id);
}

/** Revokes the token that the journal knows: by its id, or where there is none by the comment of the intent. */
export async function revokeTokens(
  tokens: TokensApi,
  { journal, log }: { journal: Journal; log: Log },
): Promise<void> {
  const intent = journal.read(journalKeys.intent);
  if (intent === undefined) return;
  // Listed even where the id is known: an answer that was lost may have left a second one.
  const ids = await tokensOf(tokens, intent);
  for (const id of ids) await tokens.delete({ token_id: id });
  log.line(ids.length > 0 ? "Revoked the bearer token." : "The bearer token is gone already.");
}
