import type { RunReference } from "../attachments/attachment-service.ts";

interface Props {
  title: string;
  problems: readonly string[];
}

/** The number of problems that are listed. */
const shownCount = 5;

/** A list of what could not be read. */
export function Problems({ title, problems }: Props) {
  if (problems.length === 0) return null;
  const distinct = [...new Set(problems)];
  return (
    <section className="problems" role="alert" aria-label={title}>
      <h2>{title}</h2>
      <ul>
        {distinct.slice(0, shownCount).map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
        {distinct.length > shownCount && <li>… and {distinct.length - shownCount} more</li>}
      </ul>
    </section>
  );
}

/** The content of the page if the run has no results. */
export function Nothing({ isCompleted, result = "" }: Pick<RunReference, "isCompleted" | "result">) {
  return (
    <section className="nothing">
      <h1>{isCompleted ? "No notebook results" : "No notebook results yet"}</h1>
      <p>
        {isCompleted
          ? (reasons[result] ?? "No test status is attached to this run.")
          : "No test status is attached to this run so far: its notebooks have not ended. This page then shows them."}{" "}
        The tasks <code>DatabricksRunNotebook</code> and <code>NotebookRunTestScenarios</code> attach one when
        their notebooks have run: add one of them to the pipeline if it has no such step.
      </p>
    </section>
  );
}

/** Why a run has no results, by how it ended. */
const reasons: Record<string, string> = {
  canceled: "The run was cancelled before its notebooks ended, so no test status is attached to it.",
  failed:
    "The run failed before its notebooks ended, so no test status is attached to it: see the log of the step that failed.",
  succeeded:
    "The run succeeded without running a notebook, or the step that runs them was skipped by its condition.",
};

export function Loading() {
  return (
    <p className="loading" role="status">
      Reading the test status of this run …
    </p>
  );
}
