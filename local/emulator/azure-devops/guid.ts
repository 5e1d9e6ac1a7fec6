import { createHash } from "node:crypto";

/** A GUID that depends on this text only, so that it is the same in each workspace. */
export function guidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}
