import { useEffect, useState } from "react";
import { htmlReportType } from "../../shared/results/report/report-type.ts";
import { safePage } from "../../shared/results/report/safe-page.ts";
import type { Attachment, AttachmentService, RunReference } from "../attachments/attachment-service.ts";

const longestReportBytes = 32 * 1024 * 1024;

/** The HTML reports of the run. They have what records do not: failing cells, tracebacks, the timeline, notebooks with their output. */
export function Reports({ service, run }: { service: AttachmentService; run: RunReference }) {
  const [reports, setReports] = useState<readonly Attachment[]>([]);
  useEffect(() => {
    const controller = new AbortController();
    // If the reports cannot be listed, the records cannot be listed either, which the page shows.
    service.attachments(run, htmlReportType, controller.signal).then(setReports, () => setReports([]));
    return () => controller.abort();
  }, [service, run]);
  const numbered = reports.map((report, index) => ({ report, number: index + 1 }));
  return numbered.map(({ report, number }) => (
    <Report key={number} report={report} number={reports.length > 1 ? number : undefined} />
  ));
}

function Report({ report, number }: { report: Attachment; number: number | undefined }) {
  const [isOpen, setOpen] = useState(false);
  const [content, setContent] = useState<{ html?: string; problem?: string }>({});
  useEffect(() => {
    if (!isOpen) return;
    report.read(longestReportBytes).then(
      (html) => setContent({ html: safePage(html) }),
      (error: Error) => setContent({ problem: error.message }),
    );
  }, [isOpen, report]);
  return (
    <section className="report">
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <h2>Report{number && ` ${number}`}</h2>{" "}
          <small>failing cells, tracebacks, timeline, and the notebooks with their output</small>
        </summary>
        {content.problem && <p role="alert">{content.problem}</p>}
        {isOpen && content.html !== undefined && (
          // Anyone can attach a page. safePage removes what loads or runs, and the sandbox allows nothing.
          <iframe
            sandbox=""
            srcDoc={content.html}
            title={`Report ${report.name}`}
            referrerPolicy="no-referrer"
          />
        )}
      </details>
    </section>
  );
}
