import * as SDK from "azure-devops-extension-sdk";
import { createRoot } from "react-dom/client";
import type { AttachmentService } from "./attachments/attachment-service.ts";
import { AzureDevOpsAttachments } from "./attachments/azure-devops-attachments.ts";
import { type HostNavigation, hostNavigation } from "./azure-devops-navigation.ts";
import { type PageBuild, type ResultsPage, referenceOf } from "./azure-devops-page.ts";
import { App } from "./page/app.tsx";
import type { Navigation } from "./page/navigation.ts";
import { followTheme } from "./page/theme.ts";

interface LocationService {
  getServiceLocation(): Promise<string>;
}

/** The tab in Azure DevOps. */
async function open(): Promise<void> {
  followTheme();
  await SDK.init({ loaded: false });
  const location = await SDK.getService<LocationService>("ms.vss-features.location-service");
  const collectionUrl = await location.getServiceLocation();
  const host = await SDK.getService<HostNavigation>("ms.vss-features.host-navigation-service").catch(
    () => undefined,
  );
  const root = createRoot(document.getElementById("root")!);
  let service: AttachmentService | undefined;
  let navigation: Navigation | undefined;
  let shown = "";
  (SDK.getConfiguration() as ResultsPage).onBuildChanged((build: PageBuild) => {
    // The page calls this for every change of its timeline. The attachments only change with the build.
    const state = JSON.stringify(build);
    if (state === shown) return;
    shown = state;
    service ??= new AzureDevOpsAttachments({
      collectionUrl,
      project: build.project.id,
      accessToken: SDK.getAccessToken,
    });
    navigation ??= hostNavigation(host, {
      collectionUrl,
      project: build.project.id,
      buildId: build.id,
      tab: SDK.getContributionId(),
    });
    root.render(<App service={service} run={referenceOf(build)} navigation={navigation} />);
  });
  await SDK.notifyLoadSucceeded();
}

open().catch((error: unknown) => SDK.notifyLoadFailed(error instanceof Error ? error : String(error)));
