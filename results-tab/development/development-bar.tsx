import type { DevelopmentRun } from "./development-attachments.ts";

interface Props {
  runs: readonly DevelopmentRun[];
  isSample: boolean;
  buildId: string;
  onChoose(buildId: string): void;
}

/** Says that this is not Azure DevOps, and chooses the run of this machine to show. */
export function DevelopmentBar({ runs, isSample, buildId, onChoose }: Props) {
  return (
    <aside className="development">
      <p>
        {isSample ? (
          <>
            <b>A sample.</b> No run on this machine has left a test status: run a pipeline by{" "}
            <code>npm start</code>, then reload.
          </>
        ) : (
          <>
            <b>Development host.</b> The runs of this machine.
          </>
        )}
      </p>
      <label>
        Run{" "}
        <select value={buildId} onChange={(event) => onChoose(event.currentTarget.value)}>
          {runs.map((run) => (
            <option key={run.buildId}>{run.buildId}</option>
          ))}
        </select>
      </label>
    </aside>
  );
}
