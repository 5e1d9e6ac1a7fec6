/** A service connection, as the server sends it to the agent. */
export interface Endpoint {
  /** A lower-case GUID, or `SYSTEMVSSCONNECTION` for the job's own connection to Azure DevOps. */
  id: string;
  name: string;
  /** `azurerm`, or a service connection type of an extension. */
  type: string;
  url: string;
  authorization: { scheme: string; parameters: Record<string, string> };
  data: Record<string, string>;
}

export const systemEndpointId = "SYSTEMVSSCONNECTION";
