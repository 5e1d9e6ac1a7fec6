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
