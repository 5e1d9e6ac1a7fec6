import type { LedgerEntry } from "./ledger-entry.ts";
import type { SecretValues } from "./secret-values.ts";
import type { LedgerKindOf, Service } from "./service.ts";
import { type ServiceDefinitions, services } from "./services.ts";

export type LedgerKind = LedgerKindOf<ServiceDefinitions>;
export type Ledger = Record<LedgerKind, LedgerEntry[]>;

/** The ledger of all services: every kind, also an empty one. */
export function mergeLedgers(started: readonly Service[]): Ledger {
  const kinds = Object.values(services).flatMap(({ ledgerKinds }) => ledgerKinds);
  const empty = Object.fromEntries(kinds.map((kind) => [kind, [] as LedgerEntry[]]));
  return Object.assign(empty, ...started.map((service) => service.ledger())) as Ledger;
}

/** The ledger without known secrets in what a pipeline chose: names and tags. */
export function redactLedger(ledger: Ledger, secrets: SecretValues): Ledger {
  const shown = Object.entries(ledger).map(([kind, entries]) => [
    kind,
    entries.map((entry) => ({
      ...entry,
      name: secrets.redact(entry.name),
      tags: secrets.redactJson(entry.tags) as Record<string, string>,
    })),
  ]);
  return Object.fromEntries(shown) as Ledger;
}
