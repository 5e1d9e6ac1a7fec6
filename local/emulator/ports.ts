import { couldNot } from "../../shared/text/could-not.ts";
import type { Certificates } from "./certificate.ts";
import { Listener } from "./http/listener.ts";
import type { AnyService } from "./service.ts";

interface Ports {
  control: Listener;
  /** In the order of the definitions. */
  services: Listener[];
  close(): Promise<void>;
}

interface PortOptions {
  /** The port of the control URL. */
  first: number | undefined;
  /** The ports that the config gives to services, by their keys in `services.ts`. */
  given: Readonly<Record<string, number | undefined>>;
}

/**
 * Opens a port for the control URL and one for each service. The control URL has `first` itself and each service its own offset from it,
 * so that none of them moves when a service is added. Without `first` each takes any free port. A service to which the config gives a port has
 * that one.
 */
export async function openPorts(
  definitions: readonly (readonly [key: string, AnyService])[],
  { first, given }: PortOptions,
  certificates: Certificates,
): Promise<Ports> {
  checkOffsets(definitions.map(([, definition]) => definition));
  const opened = await Promise.allSettled([
    Listener.open(first ?? 0),
    ...definitions.map(([key, { portOffset }]) =>
      Listener.open(given[key] ?? (first === undefined ? 0 : first + portOffset), certificates),
    ),
  ]);
  const listeners = opened.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const close = async () => void (await Promise.all(listeners.map((listener) => listener.close())));
  const refused = opened.find((result) => result.status === "rejected");
  if (refused) {
    await close();
    throw refused.reason;
  }
  const [control, ...services] = listeners as [Listener, ...Listener[]];
  return { control, services, close };
}

function checkOffsets(definitions: readonly AnyService[]): void {
  const names = new Map([[0, "control"]]);
  for (const { name, portOffset } of definitions) {
    const other = names.get(portOffset);
    if (other !== undefined)
      throw new Error(
        couldNot(
          "start the local workspace",
          `${name} and ${other} both have the port offset ${portOffset}`,
          `give ${name} one of its own`,
        ),
      );
    names.set(portOffset, name);
  }
}
