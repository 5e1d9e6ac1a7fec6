import { type ClientHost, InputError, type TaskHost } from "../task/host.ts";
import { couldNot } from "../text/could-not.ts";

/** Where Fabric and OneLake are. `NotebookOps.FabricUrl` and `NotebookOps.OneLakeUrl` name others, such as those of a local workspace. */
export interface FabricAddresses {
  /** Without `/v1`. */
  fabric: string;
  /** Has the pages of runs. Another Fabric has them at its own address. */
  portal: string;
  /** The DFS side of OneLake. */
  oneLake: string;
}

const publicApi = "https://api.fabric.microsoft.com";

/** https://learn.microsoft.com/fabric/onelake/onelake-access-api */
export function fabricAddresses({ variable }: Pick<TaskHost, "variable">): FabricAddresses {
  const other = addressOf(variable, "NotebookOps.FabricUrl");
  return {
    fabric: other ?? publicApi,
    portal: other === undefined || other === publicApi ? "https://app.fabric.microsoft.com" : other,
    oneLake: addressOf(variable, "NotebookOps.OneLakeUrl") ?? "https://onelake.dfs.fabric.microsoft.com",
  };
}

function addressOf(variable: TaskHost["variable"], name: string): string | undefined {
  const text = variable(name);
  if (!text) return undefined;
  if (URL.canParse(text)) return new URL(text).origin;
  throw new InputError(
    couldNot(`use the variable ${name}`, "it is not an address", "give it in the form https://host"),
  );
}

/** What clients of Fabric take from the program that uses them. */
export type FabricHost = ClientHost & Pick<TaskHost, "variable">;
