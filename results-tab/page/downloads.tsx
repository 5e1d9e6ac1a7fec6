import { useState } from "react";
import type { GateView } from "../../shared/results/report/gate-view.ts";
import { oneLine } from "../../shared/text/plain-text.ts";
import type { Details } from "../model/details.ts";
import { htmlDownload, junitDownload, save } from "../model/download.ts";
import type { Subject } from "../model/subject.ts";

interface Props {
  subjects: readonly Subject[];
  details: Details;
  gates: readonly GateView[];
  /** Reads the notebooks with their output, which the HTML report contains. */
  readOutputs(): Promise<Details>;
}

/** The report of each record of the page, in both forms. */
export function Downloads({ subjects, ...props }: Props) {
  return (
    <p className="downloads">
      Download the report:{" "}
      {subjects.map((subject) => (
        <Download
          key={`${subject.run.buildId} ${JSON.stringify(subject.record.artifact)} ${subject.record.environment} ${subject.record.workspace}`}
          subject={subject}
          {...props}
          isNamed={subjects.length > 1}
        />
      ))}
    </p>
  );
}

function Download({
  subject,
  details,
  gates,
  readOutputs,
  isNamed,
}: Omit<Props, "subjects"> & { subject: Subject; isNamed: boolean }) {
  const [problem, setProblem] = useState("");
  const { artifact, environment } = subject.record;
  const name = oneLine([environment, artifact?.version].filter(Boolean).join(" "), 100);
  const html = async () => {
    try {
      save(await htmlDownload(subject, await readOutputs(), gates));
      setProblem("");
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <span className="download">
      {isNamed && name && `${name} `}
      <button type="button" aria-label={`Download the report of ${name || "the run"} as HTML`} onClick={html}>
        HTML
      </button>{" "}
      <button
        type="button"
        aria-label={`Download the results of ${name || "the run"} as JUnit XML`}
        onClick={() => save(junitDownload(subject, details))}
      >
        JUnit XML
      </button>
      {problem && <span role="alert">{problem}</span>}
    </span>
  );
}
