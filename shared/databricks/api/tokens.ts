import type { HttpClient } from "../../http/client.ts";
import { RequestError } from "../../http/errors.ts";

export interface TokenInfo {
  token_id: string;
  /** Milliseconds since 1970. */
  creation_time: number;
  /** Milliseconds since 1970; -1 for a token that never expires. */
  expiry_time: number;
  comment?: string;
}

interface CreateTokenRequest {
  /** Required here: without it Databricks would create a token that is valid for two years. */
  lifetime_seconds: number;
  comment: string;
}

/** `/api/2.0/token`: the caller's own personal access tokens. Each method fails with a RequestError. */
export class TokensApi {
  readonly #http: HttpClient;

  constructor(http: HttpClient) {
    this.#http = http;
  }

  /**
   * Not repeatable: each call creates a token. If the response is lost, the token can be found by its comment. If the response has no
   * `expiry_time`, which the API declares as optional, the requested lifetime counts from now.
   */
  async create(request: CreateTokenRequest): Promise<{ token_value: string; token_info: TokenInfo }> {
    const requestedMs = Date.now() + request.lifetime_seconds * 1000;
    const { token_value, token_info } = await this.#http.json<{
      token_value: string;
      token_info: Omit<TokenInfo, "expiry_time"> & { expiry_time?: number | null };
    }>({
      method: "POST",
      path: "/api/2.0/token/create",
      body: request,
      attempted: "create a Databricks token",
      answer: { token_value: "string", token_info: { token_id: "string", "expiry_time?": "number" } },
    });
    return { token_value, token_info: { ...token_info, expiry_time: token_info.expiry_time ?? requestedMs } };
  }

  async list(): Promise<TokenInfo[]> {
    const answer = await this.#http.json<{ token_infos?: TokenInfo[] | null }>({
      method: "GET",
      path: "/api/2.0/token/list",
      attempted: "list Databricks tokens",
      answer: { "token_infos?": [{ token_id: "string", "comment?": "string" }] },
    });
    return answer.token_infos ?? [];
  }

  /** Revokes a token. A token that does not exist is a success: an earlier attempt may have revoked it and lost its response. */
  async delete({ token_id }: { token_id: string }): Promise<void> {
    try {
      await this.#http.json({
        method: "POST",
        path: "/api/2.0/token/delete",
        body: { token_id },
        attempted: `revoke Databricks token ${token_id}`,
        repeatable: true,
        answer: "nothing",
      });
    } catch (error) {
      if (!(error instanceof RequestError) || error.kind !== "notFound") throw error;
    }
  }
}
