import { useEffect, useMemo, useState } from "react";
import { recordView } from "../../shared/results/report/record-view.ts";
import type { AttachmentService, RunReference } from "../attachments/attachment-service.ts";
import { type LoadedHistory, type LoadedRun, loadHistory, loadRun } from "../model/load.ts";
import { History } from "./history.tsx";
import { Matrices } from "./matrix.tsx";
import { Loading, Nothing, Problems } from "./notice.tsx";
import { Reports } from "./reports.tsx";
import { Results } from "./results.tsx";
import { RunHeader } from "./run-header.tsx";

interface State {
  /** The run to which the rest of the state belongs. */
  buildId: string;
  loaded?: LoadedRun;
  history?: LoadedHistory;
  failure?: string;
  historyFailure?: string;
}

/** The tab of one run. While a pipeline runs, `run` changes, and the page then reads the records again. */
export function App({ service, run }: { service: AttachmentService; run: RunReference }) {
  const state = useRun(service, run);
  const { loaded, history, failure, historyFailure } = state.buildId === run.buildId ? state : {};
  const views = useMemo(
    () => loaded?.records.map((record, index) => recordView(record, `case-${index + 1}-`)) ?? [],
    [loaded],
  );
  if (failure) return <Problems title="The results could not be read" problems={[failure]} />;
  if (!loaded) return <Loading />;
  const unreadable = <Problems title="Some results could not be read" problems={loaded.problems} />;
  if (views.length === 0)
    return (
      <main>
        {unreadable}
        {loaded.problems.length === 0 && <Nothing isCompleted={run.isCompleted} />}
      </main>
    );
  return (
    <>
      <a className="skip" href="#results">
        Skip to the results
      </a>
      <RunHeader views={views} runNumber={run.number} />
      <main>
        {unreadable}
        {history && <Matrices runs={history.runs} buildId={run.buildId} />}
        <Results views={views} />
        <Reports service={service} run={run} />
        {history && <History runs={history.runs} buildId={run.buildId} />}
        <Problems
          title="The history is incomplete"
          problems={historyFailure ? [historyFailure] : (history?.problems ?? [])}
        />
      </main>
    </>
  );
}

function useRun(service: AttachmentService, run: RunReference): State {
  const [state, setState] = useState<State>({ buildId: run.buildId });
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const { buildId } = run;
    const set = (change: Omit<State, "buildId">) => {
      if (!signal.aborted)
        setState((before) => ({ ...(before.buildId === buildId ? before : {}), buildId, ...change }));
    };
    const load = async () => {
      const loaded = await loadRun(service, run, signal);
      set({ loaded, failure: undefined });
      await loadHistory(service, run, loaded, signal).then(
        (history) => set({ history, historyFailure: undefined }),
        (error: Error) => set({ historyFailure: error.message }),
      );
    };
    load().catch((error: Error) => set({ failure: error.message }));
    return () => controller.abort();
  }, [service, run]);
  return state;
}
