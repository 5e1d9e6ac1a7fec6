import { randomUUID } from "node:crypto";
import type { ServiceRequest } from "../../http/request.ts";
import { refuse } from "../dialect.ts";
import { organisationOf } from "../organisation.ts";
import type { Feed, FeedView, Provenance } from "./feed.ts";

interface Session {
  feed: Feed;
  provenance: Provenance;
}

/** The feeds of each organisation. */
export class AllFeeds {
  readonly #organisations = new Map<string, Feeds>();

  /** The feeds of an organisation, which exists from then on. */
  at(organisation: string): Feeds {
    const name = organisation.toLowerCase();
    const feeds = this.#organisations.get(name) ?? new Feeds();
    this.#organisations.set(name, feeds);
    return feeds;
  }

  /** The feeds of the organisation that a request names. */
  of(request: ServiceRequest): Feeds {
    const name = organisationOf(request);
    return (
      this.#organisations.get(name) ??
      refuse(404, "ServiceOwnerNotFoundException", `The organisation '${name}' does not exist.`)
    );
  }
}

/** The feeds of one organisation. */
export class Feeds {
  readonly #feeds: Feed[] = [];
  readonly #sessions = new Map<string, Session>();

  list(project?: string): Feed[] {
    return this.#feeds.filter((feed) => project === undefined || feed.project === project);
  }

  create(name: string, project?: string, description?: string): Feed {
    if (this.#find(name, project)) {
      refuse(409, "FeedNameAlreadyExistsException", `A feed named '${name}' already exists.`);
    }
    const views = (["Local", "Prerelease", "Release"] as const).map((view) => ({
      id: randomUUID(),
      name: view,
    }));
    const feed: Feed = { id: randomUUID(), name, views, packages: [] };
    if (project !== undefined) feed.project = project;
    if (description !== undefined) feed.description = description;
    this.#feeds.push(feed);
    return feed;
  }

  /** A feed by name or id. As in the cloud, a project's feed is found only with its project, and an organisation's only without one. */
  get(nameOrId: string, project?: string): Feed {
    return (
      this.#find(nameOrId, project) ??
      refuse(404, "FeedIdNotFoundException", `The feed with ID '${nameOrId}' doesn't exist.`)
    );
  }

  /** Opens a session, whose id can be used in place of the feed to publish packages that keep the provenance. */
  openSession(session: Session): string {
    const id = randomUUID();
    this.#sessions.set(id, session);
    return id;
  }

  /** A session by its id, which belongs to the project of its feed. */
  session(id: string, project?: string): Session | undefined {
    const session = this.#sessions.get(id.toLowerCase());
    return session?.feed.project === project ? session : undefined;
  }

  /** The view of `feed@view`; for `feed` it is Local, which has every version. */
  getView(address: string, project?: string): { feed: Feed; view: FeedView } {
    const session = this.session(address, project);
    if (session) return { feed: session.feed, view: viewOf(session.feed, "Local") };
    const [nameOrId = "", viewName = "Local"] = address.split("@");
    const feed = this.get(nameOrId, project);
    return { feed, view: viewOf(feed, viewName) };
  }

  #find(nameOrId: string, project?: string): Feed | undefined {
    const searched = nameOrId.toLowerCase();
    return this.#feeds.find(
      (feed) => (feed.id === searched || feed.name.toLowerCase() === searched) && feed.project === project,
    );
  }
}

/** A feed's view by name or id. */
export function viewOf(feed: Feed, nameOrId: string): FeedView {
  const searched = nameOrId.toLowerCase();
  return (
    feed.views.find(({ id, name }) => id === searched || name.toLowerCase() === searched) ??
    refuse(404, "FeedViewNotFoundException", `The view '${nameOrId}' doesn't exist in feed '${feed.name}'.`)
  );
}
