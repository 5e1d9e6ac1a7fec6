import { couldNot } from "../../../../shared/text/could-not.ts";
import type { Clock } from "../../clock.ts";
import type { Build } from "../builds/build.ts";
import type { EnvironmentConfig } from "../config.ts";
import { refuse } from "../dialect.ts";
import type { Project } from "../projects.ts";
import type { Deployment, Environment } from "./environment.ts";

/** The environments of all projects. */
export class Environments {
  readonly #environments: Environment[] = [];
  readonly #clock: Clock;
  #deployments = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  list(project: Project): Environment[] {
    return this.#environments.filter((environment) => environment.project === project);
  }

  /** Refuses an unknown id with 404. */
  get(id: string, project: Project): Environment {
    return (
      this.list(project).find((environment) => String(environment.id) === id) ??
      refuse(
        404,
        "EnvironmentNotFoundException",
        `Environment with ID ${id} does not exist or has been deleted.`,
      )
    );
  }

  find(name: string, project: Project): Environment | undefined {
    return this.list(project).find((known) => known.name.toLowerCase() === name.toLowerCase());
  }

  /**
   * Creates the environments of the config.
   * @throws Error with one sentence for a name that is there twice
   */
  createAll(environments: readonly EnvironmentConfig[], project: Project): void {
    for (const environment of environments) {
      if (this.find(environment.name, project)) {
        const what = `create the environment ${environment.name}`;
        const cameBack = "devops.environments has two of this name, whose case does not matter";
        throw new Error(couldNot(what, cameBack, "put the approvals of both into one"));
      }
      this.create(environment, { project, createdBy: "notebook-ops" });
    }
  }

  create(
    { name, approvals = [] }: EnvironmentConfig,
    { project, createdBy, description = "" }: { project: Project; createdBy: string; description?: string },
  ): Environment {
    const environment = {
      ...{ id: this.#environments.length + 1, name, description, project, createdBy, createdOn: this.#now() },
      ...{ approvers: approvals, deployments: [] },
    };
    this.#environments.push(environment);
    return environment;
  }

  /** The environment of a deployment job: the first job that names an environment creates it, without checks. */
  ofJob(name: string, build: Build): Environment {
    const { project, requestedFor: createdBy } = build;
    return this.find(name, project) ?? this.create({ name }, { project, createdBy });
  }

  startDeployment(environment: Environment, job: Pick<Deployment, "build" | "stage" | "job">): Deployment {
    const now = this.#now();
    this.#deployments += 1;
    const deployment: Deployment = { ...job, id: this.#deployments, queuedOn: now, startedOn: now };
    environment.deployments.push(deployment);
    return deployment;
  }

  finishDeployment(deployment: Deployment, result: Deployment["result"]): void {
    Object.assign(deployment, { result, finishedOn: this.#now() });
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString();
  }
}
