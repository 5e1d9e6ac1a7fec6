/** A service connection as the server hands it to the agent. */
export interface Endpoint {
  /** A lower-case GUID, or `SYSTEMVSSCONNECTION` for the job's own connection to Azure DevOps. */
  id: string;
  name: string;
  /** `azurerm`, or the name that an extension's service connection type has. */
  type: string;
  url: string;
  authorization: { scheme: string; parameters: Record<string, string> };
  data: Record<string, string>;
}

export const systemEndpointId = "SYSTEMVSSCONNECTION";
