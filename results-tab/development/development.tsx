import { useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { App } from "../page/app.tsx";
import { DevelopmentAttachments, type DevelopmentRun, referenceOf } from "./development-attachments.ts";
import { DevelopmentBar } from "./development-bar.tsx";

interface Runs {
  isSample: boolean;
  /** Newest first. */
  runs: DevelopmentRun[];
}

/** The tab without Azure DevOps, which scripts/results-tab.mjs serves. */
function Development({ isSample, runs }: Runs) {
  const [chosen, choose] = useState(runs[0]!.buildId);
  const service = useMemo(() => new DevelopmentAttachments(runs), [runs]);
  const run = useMemo(() => referenceOf(runs.find(({ buildId }) => buildId === chosen)!), [runs, chosen]);
  return (
    <>
      <DevelopmentBar runs={runs} isSample={isSample} buildId={chosen} onChoose={choose} />
      <App service={service} run={run} />
    </>
  );
}

async function open(): Promise<void> {
  const response = await fetch("runs");
  const runs = (await response.json()) as Runs;
  createRoot(document.getElementById("root")!).render(<Development {...runs} />);
}

open();
