import type { SecretValues } from "./secret-values.ts";

/** One thing alive in the workspace that a pipeline made; what the administrator's config made is not listed. */
export interface LedgerEntry {
  id: string;
  name: string;
  tags: Record<string, string>;
  /** Display name of the principal whose request made it. */
  creator: string;
  ageSeconds: number;
  state?: string;
}

export const ledgerKinds = [
  "clusters",
  "runs",
  "jobs",
  "tokens",
  "workspaceObjects",
  "instancePools",
  "secretScopes",
  "files",
  "keyVaultSecrets",
  "packages",
  "pullRequestThreads",
  "fabricItems",
] as const;

export type LedgerKind = (typeof ledgerKinds)[number];
export type Ledger = Record<LedgerKind, LedgerEntry[]>;

export function mergeLedgers(parts: Partial<Ledger>[]): Ledger {
  const whole = Object.fromEntries(ledgerKinds.map((kind) => [kind, [] as LedgerEntry[]])) as Ledger;
  for (const part of parts) for (const kind of ledgerKinds) whole[kind].push(...(part[kind] ?? []));
  return whole;
}

/** The ledger without known secrets in what a pipeline chose: names and tags. */
export function redactLedger(ledger: Ledger, secrets: SecretValues): Ledger {
  const shown = ledgerKinds.map((kind) => {
    const entries = ledger[kind].map((entry) => ({
      ...entry,
      name: secrets.redact(entry.name),
      tags: secrets.redactJson(entry.tags) as Record<string, string>,
    }));
    return [kind, entries] as const;
  });
  return Object.fromEntries(shown) as Ledger;
}
