import type { Clock } from "../clock.ts";
import type { LedgerEntry } from "../ledger-entry.ts";
import type { Items } from "./items.ts";
import type { FabricWorkspaces } from "./workspaces.ts";

/** The items and workspaces that pipelines created and nothing has removed. */
export function fabricLedger(workspaces: FabricWorkspaces, items: Items, clock: Clock): LedgerEntry[] {
  const createdItems = items.all().flatMap(({ id, displayName, type, workspace, creator, createdMs }) =>
    creator === undefined
      ? []
      : [
          {
            id,
            name: `${displayName}.${type}`,
            tags: { workspace: workspace.displayName },
            creator,
            ageSeconds: (clock.now() - createdMs) / 1000,
          },
        ],
  );
  const createdWorkspaces = workspaces.all().flatMap(({ id, displayName, creator, createdMs }) =>
    creator
      ? [
          {
            id,
            name: `${displayName}.Workspace`,
            tags: {},
            creator: creator.displayName,
            ageSeconds: (clock.now() - createdMs) / 1000,
          },
        ]
      : [],
  );
  return [...createdWorkspaces, ...createdItems];
}
