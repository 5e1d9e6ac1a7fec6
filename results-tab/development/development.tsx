import { useMemo, useState } from "react";
import { createRoot } from "react-dom/client";
import { App } from "../page/app.tsx";
import type { Navigation } from "../page/navigation.ts";
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
      <App service={service} run={run} navigation={ownNavigation} />
    </>
  );
}

/** The tab is not in a frame here, so that its own address is that of the page. */
const ownNavigation: Navigation = {
  linkTo: (id) => new URL(`#${id}`, location.href).href,
  onHash(listener) {
    const tell = () => listener(location.hash.slice(1));
    tell();
    addEventListener("hashchange", tell);
    return () => removeEventListener("hashchange", tell);
  },
};

async function open(): Promise<void> {
  const response = await fetch("runs");
  const runs = (await response.json()) as Runs;
  createRoot(document.getElementById("root")!).render(<Development {...runs} />);
}

open();
