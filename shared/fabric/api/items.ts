import type { HttpClient } from "../../http/client.ts";
import { RequestError } from "../../http/errors.ts";
import type { Shape } from "../../http/shape.ts";
import type { OperationsApi } from "./operations.ts";
import { pages } from "./pages.ts";

/** The types of items that this product uses. */
export type ItemType = "Notebook" | "Lakehouse" | "SparkJobDefinition" | "Environment";

export interface Item {
  /** GUID. */
  id: string;
  type: string;
  displayName: string;
  description?: string;
}

/** What an item consists of: files, whose content is base64. */
export interface ItemDefinition {
  /** `ipynb` or `fabricGitSource` of a notebook, `SparkJobDefinitionV1` or `SparkJobDefinitionV2` of a Spark job definition. */
  format?: string;
  parts: { path: string; payload: string; payloadType: string }[];
}

/** How a creation waits, such as for a name that a deleted item still has. */
interface Waits {
  /** Ends the waits. */
  pauseSignal?: AbortSignal;
  /** Called before each wait. */
  onPause?: (error: RequestError, delayMs: number) => void;
}

const itemShape: Shape = { id: "string", type: "string", displayName: "string", "description?": "string" };
const definitionShape: Shape = {
  definition: { parts: [{ path: "string", payload: "string", payloadType: "string" }] },
};

/** `/v1/workspaces/{workspace}/items`, which serves items of all types. Each method fails with a RequestError. */
export class ItemsApi {
  readonly #http: HttpClient;
  readonly #operations: OperationsApi;
  #deletesForGood = true;

  constructor(http: HttpClient, operations: OperationsApi) {
    this.#http = http;
    this.#operations = operations;
  }

  list(
    workspaceId: string,
    type: ItemType,
    { timeoutMs }: { timeoutMs?: number } = {},
  ): AsyncGenerator<Item> {
    return pages(this.#http, {
      path: `/v1/workspaces/${workspaceId}/items`,
      query: { type },
      attempted: `list the items of type ${type} in the Fabric workspace`,
      entry: itemShape,
      timeoutMs,
    });
  }

  get(workspaceId: string, id: string): Promise<Item> {
    return this.#http.json({
      method: "GET",
      path: `/v1/workspaces/${workspaceId}/items/${id}`,
      attempted: `look up item ${id} in the Fabric workspace`,
      answer: itemShape,
    });
  }

  /**
   * Fabric has no idempotency token for it, but refuses a second item of the same type and name.
   * @param item.description at most 256 characters
   */
  async create(
    workspaceId: string,
    item: { type: ItemType; displayName: string; description?: string; definition?: ItemDefinition },
    waits: Waits = {},
  ): Promise<Item> {
    const attempted = `create ${words[item.type]} "${item.displayName}"`;
    const reply = await this.#http.send({
      method: "POST",
      path: `/v1/workspaces/${workspaceId}/items`,
      body: item,
      attempted,
      expect: "json",
      ...waits,
    });
    return this.#operations.finish(reply, { attempted, answer: itemShape });
  }

  async getDefinition(
    workspaceId: string,
    { id, displayName }: Item,
    format?: string,
  ): Promise<ItemDefinition> {
    const attempted = `read the definition of "${displayName}"`;
    const reply = await this.#http.send({
      method: "POST",
      path: `/v1/workspaces/${workspaceId}/items/${id}/getDefinition`,
      query: { format },
      attempted,
      repeatable: true,
      expect: "json",
    });
    const { definition } = await this.#operations.finish<{ definition: ItemDefinition }>(reply, {
      attempted,
      answer: definitionShape,
    });
    return definition;
  }

  /**
   * Replaces the definition. A second request with the same definition does no harm.
   * @param onDoubt called for each attempt that may take effect later, and so undo an update that comes after it
   */
  async updateDefinition(
    workspaceId: string,
    { id, displayName }: Pick<Item, "id" | "displayName">,
    definition: ItemDefinition,
    onDoubt?: () => void,
  ): Promise<void> {
    const attempted = `update the definition of "${displayName}"`;
    const reply = await this.#http.send({
      method: "POST",
      path: `/v1/workspaces/${workspaceId}/items/${id}/updateDefinition`,
      body: { definition },
      attempted,
      repeatable: true,
      expect: "json",
      onDoubt,
    });
    await this.#operations.finish(reply, { attempted });
  }

  /**
   * Deletes an item: for good if the identity is an administrator of the workspace, because deleted items that can be recovered count towards
   * the workspace's limit. https://learn.microsoft.com/rest/api/fabric/core/items/delete-item
   */
  async delete(workspaceId: string, item: Pick<Item, "id" | "displayName">): Promise<void> {
    if (this.#deletesForGood) {
      try {
        return await this.#delete(workspaceId, item, { hardDelete: true });
      } catch (error) {
        if (!(error instanceof RequestError && error.kind === "forbidden")) throw error;
        this.#deletesForGood = false;
      }
    }
    await this.#delete(workspaceId, item, {});
  }

  async #delete(
    workspaceId: string,
    { id, displayName }: Pick<Item, "id" | "displayName">,
    query: { hardDelete?: true },
  ): Promise<void> {
    await this.#http.json({
      method: "DELETE",
      path: `/v1/workspaces/${workspaceId}/items/${id}`,
      query,
      attempted: `delete "${displayName}"`,
      answer: "nothing",
    });
  }
}

/** The types as a sentence names them. */
export const words: Record<ItemType, string> = {
  Notebook: "notebook",
  Lakehouse: "lakehouse",
  SparkJobDefinition: "Spark job definition",
  Environment: "environment",
};
