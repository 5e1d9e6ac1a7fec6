export { HttpClient, type HttpClientOptions, type RequestOptions } from "./client.ts";
export { RequestError, type RequestErrorKind } from "./errors.ts";
export { HostPolicy, type Service } from "./hosts.ts";
export { directNetwork, type Network } from "./network.ts";
export { type PollOptions, type PollResult, poll } from "./poll.ts";
export type { Shape } from "./shape.ts";
export { wait } from "./wait.ts";
