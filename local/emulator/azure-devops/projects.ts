import { couldNot } from "../../../shared/text/could-not.ts";
import { didYouMean } from "../../../shared/text/did-you-mean.ts";
import type { ServiceRequest } from "../http/request.ts";
import { guidOf } from "./guid.ts";
import { projectId, projectName, refuseProject } from "./urls.ts";

export interface Project {
  id: string;
  name: string;
}

/** https://learn.microsoft.com/rest/api/azure/devops/core/projects/list#projectstate */
export const projectStates = {
  ...{
    [-2]: "unchanged",
    [-1]: "all",
    0: "new",
    1: "wellFormed",
    2: "deleting",
    3: "createPending",
    4: "deleted",
  },
};

/** The projects of the organisation: `local`, in which pipelines run, and those that the config names. */
export class Projects {
  readonly #projects: readonly Project[];

  constructor(names: readonly string[] = []) {
    const others = names.filter((name) => name.toLowerCase() !== projectName);
    this.#projects = [
      { id: projectId, name: projectName },
      ...others.map((name) => ({ id: guidOf(`project ${name.toLowerCase()}`), name })),
    ];
  }

  list(): readonly Project[] {
    return this.#projects;
  }

  /** The project in a request's path, given by name or id. Refuses an unknown one with 404. */
  of(request: ServiceRequest): Project {
    const given = request.parameter("project");
    return this.find(given) ?? refuseProject(given);
  }

  /** A project by name or id, in any case. */
  find(nameOrId: string): Project | undefined {
    const wanted = nameOrId.toLowerCase();
    return this.#projects.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted);
  }

  /**
   * The project that the config names.
   * @param doWhat what needs it, for the error: `add the build 41`
   */
  named(name: string = projectName, doWhat: string): Project {
    const found = this.find(name);
    if (found) return found;
    const names = this.#projects.map((project) => project.name);
    const advice = didYouMean(name, names, `add ${name} to devops.projects`);
    throw new Error(
      couldNot(doWhat, `the local organisation has no project ${JSON.stringify(name)}`, advice),
    );
  }
}
