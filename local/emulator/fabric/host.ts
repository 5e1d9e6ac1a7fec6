import type { FabricHost } from "../../driver/driver-host.ts";
import { appToken } from "../entra/app-token.ts";
import type { Application, Directory } from "../entra/directory.ts";
import { audienceOf } from "../entra/resources.ts";
import type { LocalWorkspace } from "../local-workspace.ts";
import type { OneLakeItems } from "../onelake/items.ts";

/** The short names of `notebookutils.credentials.getToken`: https://learn.microsoft.com/fabric/data-engineering/notebook-utilities#get-token */
const shortNames: Record<string, string | undefined> = {
  storage: "https://storage.azure.com",
  pbi: "https://analysis.windows.net/powerbi/api",
  keyvault: "https://vault.azure.net",
};

interface HostParts {
  workspace: LocalWorkspace;
  directory: Directory;
  items: OneLakeItems;
  /** The value of a secret for a principal. Throws with what the vault says. */
  vaultSecret(vault: string, name: string, reader: Application): string;
}

/** What a running notebook may ask: it acts as who started it. */
export function fabricHost(
  { workspace, directory, items, vaultSecret }: HostParts,
  application: Application,
): FabricHost {
  return {
    oneLakeFolder: (workspaceName, itemName) => {
      const found = items.workspace(workspaceName);
      return found && items.item(found, itemName)?.folder;
    },
    token: (name) => {
      const audience = audienceOf(shortNames[name] ?? name);
      if (!audience) throw new Error(`The audience ${name} is not one of the local tenant.`);
      return appToken(directory, application, audience, workspace.clock);
    },
    vaultSecret: async (vault, name) => vaultSecret(vault, name, application),
  };
}
