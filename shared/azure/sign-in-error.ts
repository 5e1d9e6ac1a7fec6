import { couldNot } from "../text/could-not.ts";

/** Entra issued no token. The message has the code by which Microsoft documents the reason. */
export class SignInError extends Error {
  override name = "SignInError";
  /** The number of the AADSTS code, e.g. 7000215; undefined if Entra was not reached or sent none. */
  readonly code?: number;
  /** Whether the answer was cut off or made no sense, which passes by itself. The Azure SDK retries all other passing failures. */
  readonly isBroken: boolean;

  /** @param options.tenants which are not the same: then the identity was not even asked to sign in */
  constructor(options: {
    identity: string;
    authority: string;
    cause: unknown;
    tenants?: { resource: string; connection: string };
  }) {
    const text = options.cause instanceof Error ? options.cause.message : String(options.cause);
    const code = Number(/AADSTS(\d+)/.exec(text)?.[1]) || undefined;
    const [cameBack, advice] = (code && explanations[code]) || unexplained(code, text);
    const answer = code ? `AADSTS${code} (${cameBack})` : cameBack;
    const { tenants } = options;
    const attempted = `sign in as ${options.identity}`;
    super(
      tenants
        ? couldNot(
            attempted,
            `the resource belongs to tenant ${tenants.resource}, and the service connection to tenant ${tenants.connection}`,
            `use a service connection of tenant ${tenants.resource}, or check the name of the resource`,
          )
        : couldNot(attempted, `${options.authority} answered ${answer}`, advice),
      { cause: options.cause },
    );
    this.code = code;
    this.isBroken = cameBack === brokenAnswer[0];
  }
}

// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
const explanations: Record<number, readonly [cameBack: string, advice: string]> = {
  7000215: ["the client secret is wrong", "enter the secret's value, not its id, in the service connection"],
  7000222: [
    "the client secret has expired",
    "make a new one for the app registration and enter it in the service connection",
  ],
  700016: [
    "the application is not in this tenant",
    "check the application id and the tenant id of the service connection",
  ],
  90002: ["there is no such tenant", "check the tenant id of the service connection"],
  900023: ["the tenant id is not valid", "check the tenant id of the service connection"],
  700027: [
    "the certificate is not registered",
    "upload it to the app registration, or update the service connection",
  ],
  700024: ["the signed assertion is not valid now", "check the clock of the agent"],
  700211: [
    "no federated credential has this issuer",
    "add the one that the service connection shows to the app registration",
  ],
  700212: [
    "no federated credential has this audience",
    "add the one that the service connection shows to the app registration",
  ],
  700213: [
    "no federated credential has this subject",
    "add the one that the service connection shows to the app registration",
  ],
  500011: ["this service is not known in the tenant", "check that the tenant is the one of the workspace"],
  53003: ["a conditional access policy forbids it", "let the agent's network sign in this service principal"],
  7000112: ["the application is disabled", "enable it in the tenant's enterprise applications"],
};

const brokenAnswer = [
  "with an incomplete answer",
  "run the step again; if it fails again, look for a proxy or firewall that cuts connections",
] as const;

function unexplained(code: number | undefined, text: string): readonly [string, string] {
  if (code !== undefined)
    return [
      "see the code's page",
      `look the reason up at https://login.microsoftonline.com/error?code=${code}`,
    ];
  const network = /\b(E[A-Z]{5,}|[A-Z_]*CERT[A-Z_]*)\b/.exec(text)?.[1];
  const isBroken = /\b(endpoints_resolution_error|network_error)\b|^Response had no "\w+" property/.test(
    text,
  );
  if (network === undefined && isBroken) return brokenAnswer;
  // The text of the Azure SDK can hold the request with its headers, so it does not go into the sentence.
  return network
    ? [`nothing (${network})`, "check that the agent's network and proxy let it through"]
    : ["without a token", "run the step again with System.Debug set, or try the service connection's Verify"];
}
