/** One thing in the workspace that a pipeline made; what the administrator's config made is not listed. */
export interface LedgerEntry {
  id: string;
  name: string;
  tags: Record<string, string>;
  /** Display name of the principal whose request made it. */
  creator: string;
  ageSeconds: number;
  state?: string;
}
