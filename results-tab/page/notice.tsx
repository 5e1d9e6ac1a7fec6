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
export function Nothing({ isCompleted }: { isCompleted: boolean }) {
  return (
    <section className="nothing">
      <h1>{isCompleted ? "No notebook results" : "No notebook results yet"}</h1>
      <p>
        {isCompleted
          ? "No test status is attached to this run."
          : "No test status is attached to this run so far."}{" "}
        The task <code>DatabricksRunNotebook</code> attaches one when its notebooks have run: add it to the
        pipeline.
      </p>
    </section>
  );
}

export function Loading() {
  return (
    <p className="loading" role="status">
      Reading the test status of this run …
    </p>
  );
}
