import { couldNot } from "../../shared/text/could-not.ts";
import type { LocalWorkspace } from "./local-workspace.ts";
import type { Placeholders } from "./placeholders.ts";
import type { AnyService, Service } from "./service.ts";

/** A service of the list, and the address at which it listens. */
interface PlacedService {
  /** Its name in `services.ts`. */
  key: string;
  definition: AnyService;
  origin: string;
  addresses: Readonly<Record<string, string>>;
}

export interface StartedService extends PlacedService {
  service: Service;
}

/** Starts the services one after another. Each gets the config with what those before it add to `placeholders`. */
export async function startServices(
  placed: readonly PlacedService[],
  options: { workspace: LocalWorkspace; placeholders: Placeholders; config: object },
): Promise<StartedService[]> {
  const { workspace, placeholders, config } = options;
  const addresses: Record<string, string> = Object.assign({}, ...placed.map((place) => place.addresses));
  placeholders.add(addresses);
  const started = new Map<string, StartedService>();
  const find = (name: string): Service => {
    const found = started.get(name);
    if (found) return found.service;
    throw new Error(
      couldNot(
        `find the service ${name}`,
        "it has not started",
        "put it before those that use it in services.ts",
      ),
    );
  };
  for (const place of placed) {
    const service = await place.definition.start({
      workspace,
      origin: place.origin,
      addresses,
      config: placeholders.fill(config) as never,
      service: <Wanted extends Service>({ name }: { name: string }) => find(name) as Wanted,
    });
    placeholders.addService(service);
    started.set(place.definition.name, { ...place, service });
  }
  return [...started.values()];
}
