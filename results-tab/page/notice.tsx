interface Props {
  title: string;
  problems: readonly string[];
}

/** Problems that are shown one by one. */
const shown = 5;

/** What could not be read, beside what could. */
export function Problems({ title, problems }: Props) {
  if (problems.length === 0) return null;
  const different = [...new Set(problems)];
  return (
    <section className="problems" role="alert" aria-label={title}>
      <h2>{title}</h2>
      <ul>
        {different.slice(0, shown).map((problem) => (
          <li key={problem}>{problem}</li>
        ))}
        {different.length > shown && <li>… and {different.length - shown} more</li>}
      </ul>
    </section>
  );
}

/** Instead of the results, where there are none. */
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
