import {
  descriptionOf,
  labelledPart,
  labelOf,
  labelSide,
  legendOf,
  trackClass,
  tryClass,
} from "../../shared/results/report/lane-words.ts";
import type { Timeline } from "../../shared/results/report/timeline.ts";
import type { Extent, IterationLane, Lane } from "../../shared/results/report/timeline-lane.ts";
import type { ReportView } from "../../shared/results/report/view.ts";
import { duration } from "../../shared/text/duration.ts";

interface Props {
  views: readonly ReportView[];
  /** Called with the id of a result. */
  onReveal(id: string): void;
}

/** The timelines of streaming tests, as in the HTML report. */
export function Timelines({ views, onReveal }: Props) {
  return views.map(
    ({ timeline, title, environment }, index) =>
      timeline && (
        <TimelineOf
          // biome-ignore lint/suspicious/noArrayIndexKey: the views have no other identity, and stay in their order.
          key={index}
          view={timeline}
          subject={views.length > 1 ? [environment, title].filter(Boolean).join(" · ") : ""}
          onReveal={onReveal}
        />
      ),
  );
}

function TimelineOf({
  view,
  subject,
  onReveal,
}: { view: Timeline; subject: string } & Pick<Props, "onReveal">) {
  return (
    <section className="timeline" aria-label={["Timeline", subject].filter(Boolean).join(" of ")}>
      <h2>Timeline {subject && <small>{subject}</small>}</h2>
      <ul className="legend" aria-hidden="true">
        {legendOf(view).map(({ className, words }) => (
          <li key={words}>
            <span className={className} />
            {words}
          </li>
        ))}
      </ul>
      <div className="axis" aria-hidden="true">
        <span />
        <div>
          {view.ticks.map(({ at, seconds }) => (
            <span key={at} style={{ left: `${at}%` }}>
              {duration(seconds)}
            </span>
          ))}
        </div>
      </div>
      <ol>
        {view.lanes.map((lane) => (
          <li key={`${lane.kind} ${lane.id} ${lane.fullName}`}>
            {/* Within Azure DevOps, the page is in a frame whose address is not that of the results. */}
            <a
              href={`#${lane.id}`}
              onClick={(event) => {
                event.preventDefault();
                onReveal(lane.id);
              }}
            >
              <LaneParts lane={lane} view={view} />
            </a>
          </li>
        ))}
      </ol>
    </section>
  );
}

function LaneParts({ lane, view }: { lane: Lane; view: Timeline }) {
  const text = labelOf(lane);
  const label = text && (
    <span className={labelSide(labelledPart(lane))} aria-hidden="true">
      {text}
    </span>
  );
  return (
    <>
      <span className="name" title={lane.fullName}>
        {lane.name}
      </span>
      <span className={trackClass(lane)}>
        {view.ticks.map(({ at }) => (
          <i key={at} style={{ left: `${at}%` }} />
        ))}
        {lane.kind === "iteration" ? (
          <>
            <Drawing lane={lane} />
            <span className="extent" style={place(labelledPart(lane))}>
              {label}
            </span>
          </>
        ) : (
          <span className={`${lane.kind} ${lane.outcome}`} style={place(lane)}>
            {label}
          </span>
        )}
      </span>
      <span className="unseen">{descriptionOf(lane)}</span>
    </>
  );
}

function Drawing({ lane: { payload, tries, latency } }: { lane: IterationLane }) {
  return (
    <>
      {payload && <span className={`payload ${payload.outcome}`} style={place(payload)} />}
      {tries.map((each, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two tries can be in the same place, and stay in their order.
        <span key={index} className={tryClass(each)} style={place(each)} />
      ))}
      {latency && <span className="latency" style={place(latency)} />}
    </>
  );
}

function place({ at, width }: Extent) {
  return { left: `${at}%`, width: `${width}%` };
}
