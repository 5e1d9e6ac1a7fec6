import { guidOf } from "./guid.ts";

/** A person, as Azure DevOps writes one (IdentityRef). The id depends on the name only. */
export function identityRef(displayName: string) {
  const uniqueName = `${displayName.toLowerCase().replace(/[^a-z0-9]+/g, ".")}@local.test`;
  return { displayName, id: guidOf(`person ${displayName}`), uniqueName };
}
