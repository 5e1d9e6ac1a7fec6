import type { Browser, Page } from "playwright-core";
import type { Emulator } from "../../local/emulator/index.ts";

/**
 * A stand-in for the page of a run in Azure DevOps: a window of another origin that has the tab in a frame, with the protocol of
 * azure-devops-extension-sdk 5 over window messages (RPC calls by object and method, functions as numbers). REST requests go to the local
 * workspace.
 */
export interface RunPage {
  page: Page;
  /** The `Authorization` header of each request to the REST API. */
  requests: { url: string; authorization: string | undefined }[];
  problems: string[];
  /** Changes the part of the page's address after `#`, as a click on a link does. */
  changeHash(hash: string): Promise<void>;
  /** Sends a changed build to the tab, as the page does while a pipeline runs. */
  change(build: object): Promise<void>;
}

const pageOrigin = "https://dev.azure.com";
const assetsOrigin = "https://notebook-ops.gallerycdn.vsassets.io";

interface Options {
  emulator: Emulator;
  files: Record<string, string>;
  build: object;
  theme?: Record<string, string>;
  /** The part of the page's address after `#`. */
  hash?: string;
}

export async function openRunPage(
  browser: Browser,
  { emulator, files, build, theme, hash = "" }: Options,
): Promise<RunPage> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  const requests: RunPage["requests"] = [];
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) problems.push(message.text());
  });
  const { collectionUrl, accessToken } = emulator.azureDevOps;
  const config = {
    build,
    theme,
    collectionUrl: `${collectionUrl}/`,
    token: accessToken,
    hash,
    tab: `${assetsOrigin}/index.html`,
  };
  await context.route("**/*", async (route) => {
    const url = new URL(route.request().url());
    if (url.origin === pageOrigin) return route.fulfill({ contentType: "text/html", body: hostPage(config) });
    if (url.origin === assetsOrigin) {
      const body = files[url.pathname.slice(1)];
      const type = { html: "text/html", js: "text/javascript", css: "text/css" }[
        url.pathname.split(".").at(-1)!
      ];
      return route.fulfill(body === undefined ? { status: 404 } : { contentType: type!, body });
    }
    requests.push({ url: url.href, authorization: route.request().headers().authorization });
    if (url.origin !== new URL(collectionUrl).origin) return route.abort();
    // Azure DevOps allows scripts of other origins to read responses.
    const response = await route.fetch();
    return route.fulfill({
      response,
      headers: { ...response.headers(), "access-control-allow-origin": "*" },
    });
  });
  await page.goto(`${pageOrigin}/contoso/weather/_build/results`);
  const change = (changed: object) =>
    page.evaluate(`changeBuild(${JSON.stringify(changed)})`) as Promise<void>;
  const changeHash = (hash: string) => page.evaluate(`changeHash(${JSON.stringify(hash)})`) as Promise<void>;
  return { page, requests, problems, change, changeHash };
}

function hostPage(config: object): string {
  return `<!doctype html><title>Run</title><body style="margin:0">
<script>
const config = ${JSON.stringify(config).replaceAll("<", "\\u003c")};
const listeners = [];
let nextId = 1, tab;
const send = (message) => tab.contentWindow.postMessage(JSON.stringify(message), "*");
window.loaded = "pending";
window.changeBuild = (build) => {
  config.build = build;
  for (const id of listeners) send({ id: nextId++, instanceId: "__proxyFunctions", methodName: "proxy" + id, params: [build] });
};
const hashListeners = [];
window.changeHash = (hash) => {
  for (const id of hashListeners) send({ id: nextId++, instanceId: "__proxyFunctions", methodName: "proxy" + id, params: [hash] });
};
const objects = {
  "DevOps.HostControl": {
    initialHandshake: () => ({
      contributionId: "notebook-ops.notebook-ops.results-tab",
      context: { extension: { id: "notebook-ops.notebook-ops" }, user: {}, host: { name: "contoso", isHosted: true }, pageContext: {} },
      initialConfig: { onBuildChanged: { __proxyFunctionId: 1, _channelId: 1 } },
      themeData: config.theme,
    }),
    getAccessToken: () => ({ token: config.token }),
    notifyLoadSucceeded: () => { window.loaded = "succeeded"; },
    notifyLoadFailed: (error) => { window.loaded = "failed: " + JSON.stringify(error); },
  },
  "DevOps.ServiceManager": {
    getService: (id) => ({
      "ms.vss-features.location-service": { getServiceLocation: { __proxyFunctionId: 2, _channelId: 1 } },
      // https://learn.microsoft.com/javascript/api/azure-devops-extension-api/ihostnavigationservice
      "ms.vss-features.host-navigation-service": {
        getHash: { __proxyFunctionId: 3, _channelId: 1 },
        onHashChanged: { __proxyFunctionId: 4, _channelId: 1 },
      },
    })[id],
  },
  __proxyFunctions: {
    proxy1: (listener) => {
      listeners.push(listener.__proxyFunctionId);
      window.changeBuild(config.build);
    },
    proxy2: () => config.collectionUrl,
    proxy3: () => config.hash,
    proxy4: (listener) => {
      hashListeners.push(listener.__proxyFunctionId);
    },
  },
};
addEventListener("message", ({ data, source }) => {
  if (source !== tab.contentWindow) return;
  const { id, instanceId, methodName, params = [], handshakeToken } = JSON.parse(data);
  if (!instanceId) return;
  const method = objects[instanceId]?.[methodName];
  send(method ? { id, result: method(...params), handshakeToken } : { id, error: { message: "no " + instanceId + "." + methodName }, handshakeToken });
});
tab = document.createElement("iframe");
tab.title = "Notebooks";
tab.style = "border:0;width:100vw;height:100vh";
tab.src = config.tab;
document.body.append(tab);
</script>`;
}
