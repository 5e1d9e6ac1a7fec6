import { couldNot } from "../../../../shared/text/could-not.ts";
import type { Clock } from "../../clock.ts";
import type { BuildResult, EarlierBuild } from "../config.ts";
import { refuse } from "../dialect.ts";
import type { Approvals } from "../environments/approvals.ts";
import type { Environments } from "../environments/environments.ts";
import type { Project, Projects } from "../projects.ts";
import { projectName } from "../urls.ts";
import type { Build, BuildArtifact, BuildAttachment, BuildStart } from "./build.ts";
import { earlierBuild, timeOf } from "./earlier-build.ts";
import { addEarlierStages } from "./earlier-stages.ts";
import { Timeline, type TimelineRecord } from "./timeline.ts";

/** The pipeline runs of all projects. Their ids are unique in the organisation. */
export class Builds {
  readonly #builds = new Map<number, Build>();
  /** By the tag in lower case, because the service compares tags without the case of letters. */
  readonly #byTag = new Map<string, Set<Build>>();
  readonly #byPlan = new Map<string, Build>();
  readonly #clock: Clock;
  readonly #projects: Projects;
  readonly #environments: Environments;
  readonly #approvals: Approvals;

  constructor(
    clock: Clock,
    organisation: { projects: Projects; environments: Environments; approvals: Approvals },
  ) {
    this.#clock = clock;
    this.#projects = organisation.projects;
    this.#environments = organisation.environments;
    this.#approvals = organisation.approvals;
  }

  /** Newest first. */
  list(): Build[] {
    return [...this.#builds.values()].sort((left, right) => right.id - left.id);
  }

  /** The builds that have each of these tags, in any order; all builds if there are none. */
  tagged(tags: readonly string[]): Iterable<Build> {
    const sets = tags.map((tag) => this.#byTag.get(tag.toLowerCase()) ?? new Set<Build>());
    const [fewest] = sets.sort((left, right) => left.size - right.size);
    if (!fewest) return this.#builds.values();
    return [...fewest].filter((build) => sets.every((set) => set.has(build)));
  }

  /** Starts a run in the project `local`. */
  start({ requestedFor = "notebook-ops", timelineId, ...started }: BuildStart): Build {
    const now = this.now();
    return this.#keep({
      ...started,
      ...{ project: this.#projects.named(projectName, "start a build"), requestedFor },
      ...{ status: "inProgress", queuedOn: now, startedOn: now },
      ...{
        tags: new Set(),
        timeline: new Timeline(timelineId),
        attachments: [],
        artifacts: [],
        attachmentsReadable: true,
      },
    });
  }

  /**
   * Adds a run that has ended: what `devops.builds` of the config contains. Only the id and the definition are needed.
   * @throws Error with one sentence if the id is taken, the project unknown, or a time or attachment is not usable
   */
  add(earlier: EarlierBuild): Build {
    const { id } = earlier;
    if (this.#builds.has(id)) {
      const advice = "ids are unique in the organisation, so give each build its own";
      throw new Error(couldNot(`add the build ${id}`, "there is a build with this id already", advice));
    }
    const nowMs = this.#clock.now();
    const build = this.#keep(earlierBuild(earlier, nowMs, this.#projects));
    addEarlierStages(build, earlier.stages ?? [], {
      ...{ environments: this.#environments, approvals: this.#approvals },
      time: (text) => timeOf(text, nowMs, `add the build ${id}`),
    });
    return build;
  }

  finish(id: number, result: BuildResult): void {
    Object.assign(this.get(String(id)), { status: "completed", result, finishedOn: this.now() });
  }

  /** Deletes a run as retention does: its attachments are gone, and only a list that asks for deleted builds has it. */
  delete(id: number): void {
    Object.assign(this.get(String(id)), { deletedOn: this.now(), attachments: [], artifacts: [] });
  }

  /** Refuses an unknown build with 404, and one of another project than this. */
  get(id: string, project?: Project): Build {
    const build = this.#builds.get(Number(id));
    if (build && (project === undefined || build.project === project)) return build;
    return this.refuse(id);
  }

  refuse(id: string): never {
    refuse(404, "BuildNotFoundException", `The requested build ${id} could not be found.`);
  }

  /** Refuses an unknown plan with 404, and one of another project. */
  ofPlan(planId: string, project: Project): Build {
    const build = this.#byPlan.get(planId.toLowerCase());
    if (build?.project === project) return build;
    refuse(404, "TaskOrchestrationPlanNotFoundException", `No plan found for identifier ${planId}.`);
  }

  #keep(build: Build): Build {
    this.#builds.set(build.id, build);
    this.#byPlan.set(build.planId.toLowerCase(), build);
    for (const tag of build.tags) this.addTag(build, tag);
    return build;
  }

  addTag(build: Build, tag: string): void {
    const key = tag.toLowerCase();
    const ofTag = this.#byTag.get(key) ?? new Set();
    this.#byTag.set(key, ofTag.add(build));
    const isNew = ![...build.tags].some((other) => other.toLowerCase() === key);
    if (isNew) build.tags = new Set([...build.tags, tag]);
  }

  removeTag(build: Build, tag: string): void {
    const key = tag.toLowerCase();
    this.#byTag.get(key)?.delete(build);
    build.tags = new Set([...build.tags].filter((other) => other.toLowerCase() !== key));
  }

  /** Adds or replaces a record of the run's timeline; it starts and finishes now. */
  updateTimeline({ timeline }: Build, record: Omit<TimelineRecord, "startTime" | "finishTime">): void {
    const known = timeline.records.find(({ id }) => id === record.id);
    const hasRun = record.state !== "pending" && record.result !== "skipped";
    const startTime = known?.startTime ?? (hasRun ? this.now() : undefined);
    timeline.update({
      ...record,
      ...(startTime === undefined ? {} : { startTime }),
      ...(record.state === "completed" ? { finishTime: this.now() } : {}),
    });
  }

  /** Keeps an attachment; one of the same record, type and name is replaced. */
  attach(build: Build, attachment: Omit<BuildAttachment, "createdOn">): BuildAttachment {
    const kept = { ...attachment, createdOn: this.now() };
    const names = ["recordId", "type", "name"] as const;
    build.attachments = build.attachments.filter((known) => names.some((name) => known[name] !== kept[name]));
    build.attachments.push(kept);
    return kept;
  }

  /** Adds an artifact that the agent keeps in this folder. One name can be published several times: the files are in the same folder. */
  addArtifact(build: Build, artifact: Omit<BuildArtifact, "id">): void {
    if (build.artifacts.some(({ name }) => name === artifact.name)) return;
    build.artifacts.push({ id: build.artifacts.length + 1, ...artifact });
  }

  /** ISO 8601, on the workspace's clock. */
  now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}
