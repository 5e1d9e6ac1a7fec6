import type { FabricHost } from "../../driver/driver-host.ts";
import { appToken } from "../entra/app-token.ts";
import type { Application, Directory } from "../entra/directory.ts";
import { audienceOf } from "../entra/resources.ts";
import type { KeyVault } from "../key-vault/index.ts";
import type { LocalWorkspace } from "../local-workspace.ts";
import type { OneLakeItems } from "../onelake/items.ts";
import type { Item, Items } from "./items.ts";
import type { FabricWorkspaces } from "./workspaces.ts";

/** The short names of `notebookutils.credentials.getToken`: https://learn.microsoft.com/fabric/data-engineering/notebook-utilities#get-token */
const shortNames: Record<string, string | undefined> = {
  storage: "https://storage.azure.com",
  pbi: "https://analysis.windows.net/powerbi/api",
  keyvault: "https://vault.azure.net",
};

interface HostParts {
  workspace: LocalWorkspace;
  directory: Directory;
  workspaces: FabricWorkspaces;
  items: Items;
  oneLakeItems: OneLakeItems;
  vault: KeyVault;
}

/**
 * What a running notebook may ask: it acts as who started it.
 * @param placeNotebook writes another notebook to a file that the driver can run
 */
export function fabricHost(
  { workspace, directory, workspaces, items, oneLakeItems, vault }: HostParts,
  application: Application,
  placeNotebook: (item: Item) => { workspaceFolder: string; notebookPath: string },
): FabricHost {
  return {
    oneLakeFolder: (workspaceName, itemName) => {
      const found = oneLakeItems.workspace(workspaceName);
      return found && oneLakeItems.item(found, itemName)?.folder;
    },
    token: (name) => {
      const audience = audienceOf(shortNames[name] ?? name);
      if (!audience) throw new Error(`The audience ${name} is not one of the local tenant.`);
      return appToken(directory, application, audience, workspace.clock);
    },
    vaultSecret: async (url, name) => {
      if (url.replace(/\/+$/, "") !== vault.url)
        throw new Error(`There is no key vault at ${url}: that of the local workspace is at ${vault.url}.`);
      return vault.read(name, application);
    },
    lakehouses: (workspaceName) => {
      const found = workspaces.find(workspaceName);
      return (
        found &&
        items.of(found, "Lakehouse").map(({ id, displayName, description }) => ({
          ...{ id, name: displayName, description },
          ...{ workspaceId: found.id, workspaceName: found.displayName },
        }))
      );
    },
    notebook: (workspaceName, name) => {
      const found = workspaces.find(workspaceName);
      const item = found && (items.find(found, name) ?? items.named(found, "Notebook", name));
      if (item?.type !== "Notebook") return undefined;
      return {
        workspace: { id: found!.id, name: found!.displayName },
        item: { id: item.id, name: item.displayName },
        ...placeNotebook(item),
      };
    },
  };
}
