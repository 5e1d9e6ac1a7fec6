import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type ReleaseVersion, releaseMatrices } from "../../shared/results/release-matrix.ts";
import { type GateView, gateView } from "../../shared/results/report/gate-view.ts";
import { joinViews } from "../../shared/results/report/joined-view.ts";
import { recordView } from "../../shared/results/report/record-view.ts";
import type { AttachmentService, RunReference } from "../attachments/attachment-service.ts";
import { type Details, loadDetails, loadOutputs } from "../model/details.ts";
import { loadGates } from "../model/gates.ts";
import { joinDetails } from "../model/join-details.ts";
import { lastGreenOf } from "../model/last-green.ts";
import { type LoadedHistory, type LoadedRun, loadHistory, loadRun } from "../model/load.ts";
import { type Subject, subjectsOfRun, subjectsOfVersion } from "../model/subject.ts";
import { Downloads } from "./downloads.tsx";
import { Gates } from "./gates.tsx";
import { History } from "./history.tsx";
import { Matrices } from "./matrix.tsx";
import type { Navigation } from "./navigation.ts";
import { Loading, Nothing, Problems } from "./notice.tsx";
import { Results, type Target } from "./results.tsx";
import { RunHeader } from "./run-header.tsx";
import { Timelines } from "./timeline.tsx";
import { VersionChoice } from "./version-choice.tsx";

interface Props {
  service: AttachmentService;
  run: RunReference;
  navigation: Navigation;
}

interface State {
  /** The run to which the rest of the state belongs. */
  buildId: string;
  loaded?: LoadedRun;
  history?: LoadedHistory;
  failure?: string;
  historyFailure?: string;
}

/** The tab of one run. While a pipeline runs, `run` changes, and the page then reads the records again. */
export function App({ service, run, navigation }: Props) {
  const state = useRun(service, run);
  const { loaded, history, failure, historyFailure } = state.buildId === run.buildId ? state : {};
  if (failure) return <Problems title="The results could not be read" problems={[failure]} />;
  if (!loaded) return <Loading />;
  const unreadable = <Problems title="Some results could not be read" problems={loaded.problems} />;
  if (loaded.records.length === 0)
    return (
      <main>
        {unreadable}
        {loaded.problems.length === 0 && <Nothing isCompleted={run.isCompleted} result={run.result} />}
      </main>
    );
  return (
    <LoadedPage
      key={run.buildId}
      service={service}
      run={run}
      navigation={navigation}
      loaded={loaded}
      history={history}
      historyProblems={historyFailure ? [historyFailure] : (history?.problems ?? [])}
    />
  );
}

interface LoadedProps extends Props {
  loaded: LoadedRun;
  history: LoadedHistory | undefined;
  historyProblems: readonly string[];
}

function LoadedPage({ service, run, navigation, loaded, history, historyProblems }: LoadedProps) {
  const matrices = useMemo(() => releaseMatrices(history?.runs ?? []), [history]);
  const [choice, choose] = useState<ReleaseVersion>();
  // The matrices are made anew when the records are read again.
  const chosen = useMemo(
    () =>
      sameVersion(
        matrices.flatMap(({ versions }) => versions),
        choice,
      ),
    [matrices, choice],
  );
  // Not made anew when the history has been read: their details would be read again.
  const ofRun = useMemo(() => subjectsOfRun(run, loaded), [run, loaded]);
  const ofVersion = useMemo(
    () => (chosen && history ? subjectsOfVersion(chosen, history) : undefined),
    [chosen, history],
  );
  const subjects = ofVersion ?? ofRun;
  const { details, problems, readOutputs } = useDetails(service, subjects, history);
  const views = useMemo(
    () =>
      subjects.map(({ record, run }, index) =>
        recordView(record, `case-${index + 1}-`, { ...(run.origin ? { origin: run.origin } : {}), details }),
      ),
    [subjects, details],
  );
  const [target, reveal] = useTarget(navigation, chosen);
  const linkTo = useCallback(
    (id: string) => (chosen ? undefined : navigation.linkTo(id)),
    [navigation, chosen],
  );
  const onShowOutput = useCallback(async () => {
    await readOutputs();
  }, [readOutputs]);
  const view = useMemo(() => joinViews(views), [views]);
  const { gates, problems: gateProblems } = useGates(service, run, subjects);
  const release = (
    <>
      <Gates gates={gates} />
      <Matrices matrices={matrices} buildId={run.buildId} chosen={chosen} onChoose={choose} />
      <Timelines views={views} onReveal={reveal} />
    </>
  );
  const numbers = [...new Set(subjects.map(({ run }) => run.number))];
  return (
    <>
      <a className="skip" href="#results">
        Skip to the results
      </a>
      <RunHeader view={view} runNumber={numbers.join(", ")}>
        <VersionChoice matrices={matrices} chosen={chosen} onChoose={choose} />
        <Downloads subjects={subjects} details={details} gates={gates} readOutputs={readOutputs} />
      </RunHeader>
      <main>
        <Problems title="Some results could not be read" problems={loaded.problems} />
        {view.outcome !== "failed" && release}
        <Results
          key={chosen ? `${chosen.version} ${chosen.digest}` : "run"}
          views={views}
          target={target}
          linkTo={linkTo}
          onShowOutput={onShowOutput}
        />
        {view.outcome === "failed" && release}
        {history && <History runs={history.runs} buildId={run.buildId} />}
        <Problems title="The history is incomplete" problems={historyProblems} />
        <Problems title="Some details could not be read" problems={[...problems, ...gateProblems]} />
      </main>
    </>
  );
}

function sameVersion(versions: readonly ReleaseVersion[], choice: ReleaseVersion | undefined) {
  return (
    choice && versions.find(({ version, digest }) => version === choice.version && digest === choice.digest)
  );
}

const noDetails: Details = new Map();
const nothingRead: { gates: GateView[]; problems: string[] } = { gates: [], problems: [] };

/** What the records do not have, read after the page is shown: cells and traces, then, when the reader asks for it, the notebooks' output. */
function useDetails(
  service: AttachmentService,
  subjects: readonly Subject[],
  history: LoadedHistory | undefined,
) {
  // Details belong to the objects of the results, so that those of other subjects do no harm until the next ones are read.
  const [read, setRead] = useState<{ details: Details; problems: string[] }>({
    details: noDetails,
    problems: [],
  });
  const [outputs, setOutputs] = useState(noDetails);
  const reading = useRef<{ of: unknown; outputs: Promise<Details> }>(undefined);
  useEffect(() => {
    const controller = new AbortController();
    loadDetails(service, subjects, controller.signal).then(
      setRead,
      () => {}, // the reader has left the page
    );
    return () => controller.abort();
  }, [service, subjects]);
  const details = useMemo(() => {
    const green = subjects.map(({ record, run }) => lastGreenOf(record, run.buildId, history?.runs ?? []));
    return joinDetails(
      read.details,
      outputs,
      ...green.map(
        (each): Details => new Map([...each].map(([result, lastGreen]) => [result, { lastGreen }])),
      ),
    );
  }, [read, outputs, subjects, history]);
  const latest = useRef(details);
  latest.current = details;
  const readOutputs = useCallback(async () => {
    if (reading.current?.of !== subjects)
      reading.current = {
        of: subjects,
        outputs: loadOutputs(service, subjects, new AbortController().signal).then((loaded) => {
          setOutputs(loaded.details);
          return loaded.details;
        }),
      };
    return joinDetails(latest.current, await reading.current.outputs);
  }, [service, subjects]);
  return { details, problems: read.problems, readOutputs };
}

function useGates(service: AttachmentService, run: RunReference, subjects: readonly Subject[]) {
  const [read, setRead] = useState<{ of?: unknown; gates: GateView[]; problems: string[] }>({
    gates: [],
    problems: [],
  });
  useEffect(() => {
    const controller = new AbortController();
    // Without a version there is nothing to decide.
    if (subjects.some(({ record }) => record.artifact))
      loadGates(service, run, subjects, controller.signal).then(
        ({ decisions, problems }) => setRead({ of: subjects, gates: decisions.map(gateView), problems }),
        () => {}, // the reader has left the page
      );
    return () => controller.abort();
  }, [service, run, subjects]);
  return read.of === subjects ? read : nothingRead;
}

const noTarget: Target = { id: "" };

/** The result that the address of the page names, which is one of the run, or that the reader chose in a timeline. */
function useTarget(navigation: Navigation, chosen: ReleaseVersion | undefined) {
  const [named, setNamed] = useState<{ of?: ReleaseVersion | undefined; target: Target }>({
    target: noTarget,
  });
  const reveal = useCallback((id: string) => setNamed({ of: chosen, target: { id } }), [chosen]);
  useEffect(() => navigation.onHash((id) => setNamed({ target: { id } })), [navigation]);
  return [named.of === chosen ? named.target : noTarget, reveal] as const;
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
