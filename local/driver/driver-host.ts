/** The workspace to which a running notebook belongs, as far as the notebook can see it. */
export interface DriverHost {
  /** The workspace's objects, mirrored on disk: `/Shared/a` is `<workspaceFolder>/Shared/a`. */
  workspaceFolder: string;
  secret(scope: string, key: string): string | undefined;
  secretScopes(): string[];
  secretKeys(scope: string): string[];
  /** dbutils.jobs.taskValues of the job run that `runId` belongs to; undefined for a run outside a job. */
  taskValues?(
    runId: string,
  ):
    | { set(taskKey: string, key: string, value: unknown): void; get(taskKey: string, key: string): unknown }
    | undefined;
}
