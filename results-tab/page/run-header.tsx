import type { ReportView } from "../../shared/results/report/view.ts";
import { date, passRate } from "../../shared/results/report/words.ts";
import { countOutcomes, type OutcomeCounts, overallOutcome } from "../../shared/results/test-case.ts";
import { duration } from "../../shared/text/duration.ts";
import { resultsOf } from "../model/filter.ts";
import { OutcomeIcon } from "./outcome-icon.tsx";
import { OutsideLink } from "./outside-link.tsx";

/** The result of the run, over all of its records. */
export function RunHeader({ views, runNumber }: { views: readonly ReportView[]; runNumber: string }) {
  const counts = countOutcomes(views.flatMap(({ groups }) => resultsOf(groups)));
  const outcome = overallOutcome(counts);
  const titles = [...new Set(views.map(({ title }) => title))];
  const links = new Map(views.flatMap((view) => view.links).map((link) => [link.url, link.words]));
  return (
    <header className={`page ${outcome}`}>
      <div className="verdict">
        <OutcomeIcon outcome={outcome} />
        <div>
          <h1>
            {titles.join(", ")} <small>{runNumber}</small>
          </h1>
          <p className="sentence">{sentence(counts)}</p>
        </div>
      </div>
      <Proportions counts={counts} />
      <dl className="facts">
        {facts(views, counts).map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {links.size > 0 && (
        <nav aria-label="Links">
          {[...links].map(([url, words]) => (
            <OutsideLink key={url} url={url}>
              {words}
            </OutsideLink>
          ))}
        </nav>
      )}
    </header>
  );
}

function sentence({ total, passed, failed, skipped }: OutcomeCounts) {
  if (total === 0) return "Nothing ran.";
  const rest = skipped > 0 ? `, ${skipped} skipped` : "";
  if (failed > 0)
    return (
      <>
        <strong>
          {failed} of {total} failed
        </strong>
        , {passed} passed{rest}
      </>
    );
  return passed > 0 ? (
    <>
      <strong>{passed} passed</strong>
      {rest}
    </>
  ) : (
    <strong>All {total} skipped</strong>
  );
}

/** A bar for the eye only, because the sentence above says the same. */
function Proportions({ counts }: { counts: OutcomeCounts }) {
  const outcomes = (["failed", "passed", "skipped"] as const).filter((outcome) => counts[outcome] > 0);
  return (
    outcomes.length > 0 && (
      <div className="proportions" aria-hidden="true">
        {outcomes.map((outcome) => (
          <span key={outcome} className={outcome} style={{ flexGrow: counts[outcome] }} />
        ))}
      </div>
    )
  );
}

function facts(views: readonly ReportView[], counts: OutcomeCounts): [label: string, value: string][] {
  const list: [string, string][] = [];
  const rate = passRate(counts);
  if (rate) list.push(["Pass rate", rate]);
  const environments = [...new Set(views.flatMap(({ environment }) => environment ?? []))];
  if (environments.length > 0)
    list.push([environments.length === 1 ? "Environment" : "Environments", environments.join(", ")]);
  const starts = views.flatMap(({ startedOn }) => (startedOn ? [startedOn.getTime()] : []));
  if (starts.length > 0) list.push(["Started", date(new Date(Math.min(...starts)))]);
  list.push(["Duration", duration(views.reduce((seconds, view) => seconds + view.durationSeconds, 0))]);
  return list;
}
