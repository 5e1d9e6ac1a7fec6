import { ifFound } from "../../http/if-found.ts";
import { type OneLakePath, shownPath } from "./paths.ts";
import type { StorageClient } from "./storage-client.ts";

/** Deletes a file, or a folder with all that is below it. Nothing there is fine. */
export async function deletePath(storage: StorageClient, target: OneLakePath): Promise<void> {
  await ifFound(
    storage.ask(`delete ${shownPath(target)} from OneLake`, ({ directory }, { abortSignal }) =>
      // With this parameter the service deletes files, too.
      directory(target).delete(true, { abortSignal }),
    ),
  );
}
