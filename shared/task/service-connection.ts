import { couldNot } from "../text/could-not.ts";
import { InputError, type ServiceConnection } from "./host.ts";
import { quietly, tl } from "./task-lib.ts";

export function serviceConnection(id: string): ServiceConnection {
  const authorization = quietly(() => tl.getEndpointAuthorization(id, true));
  const scheme = quietly(() => tl.getEndpointAuthorizationScheme(id, true)) ?? authorization?.scheme;
  if (scheme === undefined)
    throw new InputError(
      couldNot(
        `use service connection '${id}'`,
        "this job has no authorization for it",
        "allow the pipeline to use it under Project settings > Service connections",
      ),
    );
  const parameters = new Map(
    Object.entries(authorization?.parameters ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    id,
    url: quietly(() => tl.getEndpointUrl(id, true)) || undefined,
    scheme: scheme.toLowerCase(),
    authorization: (name) =>
      parameters.get(name.toLowerCase()) ||
      quietly(() => tl.getEndpointAuthorizationParameter(id, name, true)) ||
      undefined,
    data: (name) => quietly(() => tl.getEndpointDataParameter(id, name, true)) || undefined,
  };
}
