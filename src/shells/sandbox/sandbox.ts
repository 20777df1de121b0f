import { Secret, type RouterFlavor } from "../../core/model/index.ts";
import { startHttpServer, type RunningServer } from "../../edges/http/index.ts";
import { adminApi } from "./admin/admin-api.ts";
import { Ledger, type AdminCall, type AdminCounters } from "./admin/ledger.ts";
import { errorPage } from "./admin/send.ts";
import { recordedVersion } from "../../core/matcher/index.ts";
import { observation } from "./observation.ts";
import { Proxy } from "./proxy/proxy.ts";
import { Router } from "./proxy/router.ts";
import { EnabledPlugins } from "./schema/plugin-names.ts";
import { standaloneApi } from "./standalone/standalone-api.ts";
import { ObjectStore } from "./store/objects.ts";

/** Where an APISIX has its configuration from: objects in etcd, or one document that is pushed to it. */
export const sandboxModes = ["etcd", "standalone"] as const;
export type SandboxMode = (typeof sandboxModes)[number];

export interface SandboxOptions {
  /** `etcd` by default. In standalone mode nothing outlives the process, and `dataDir` is not looked at. */
  readonly mode?: SandboxMode | undefined;
  /** 0 or absent: any free port. */
  readonly adminPort?: number | undefined;
  readonly proxyPort?: number | undefined;
  /** Loopback by default: there is nothing here that guards anything. */
  readonly host?: string | undefined;
  readonly adminKey?: string | undefined;
  /** Keeps the objects there; absent: they go when it stops. */
  readonly dataDir?: string | undefined;
  readonly flavor?: RouterFlavor | undefined;
  /** The APISIX that it is, `x.y.z`: what that lacks is refused, and until 3.13 defaults are stored too. */
  readonly version?: string | undefined;
  /** The Admin API answers `Server: APISIX` without its version, as with `enable_server_tokens: false`. */
  readonly hidesVersion?: boolean | undefined;
  /** The plugins that are enabled, as `plugins` of its config.yaml lists them; absent: those of its version. */
  readonly plugins?: readonly string[] | undefined;
  /** Whether stream routes are taken; they are stored and have no effect. */
  readonly hasStreamProxy?: boolean | undefined;
  /** The port that requests are said to come to, for conditions on `server_port`. */
  readonly statedPort?: number | undefined;
  /** Hears of what should not happen. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

export interface Sandbox {
  /** `http://127.0.0.1:9180`; the Admin API is at `/apisix/admin` below it. */
  readonly adminUrl: string;
  readonly proxyUrl: string;
  readonly adminKey: string;
  counters(): AdminCounters;
  /** The last Admin calls, oldest first. */
  calls(): readonly AdminCall[];
  resetCounters(): void;
  /** Lists other plugins (`undefined`: those of its version), as an edit of config.yaml and `apisix reload` do: what it holds stays. */
  reload(plugins: readonly string[] | undefined): void;
  /** Ends what is under way within a second; the objects on disk stay. Once is enough, twice does no harm. */
  stop(): Promise<void>;
}

/** The key of every APISIX that nobody gave another one, until 3.9. */
export const defaultAdminKey = "edd1c9f034335f136f87ad84b625c8f1";

/** An APISIX of our own: its Admin API, its router, a small proxy. Throws what listening throws (`EADDRINUSE`, …). */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const {
    adminKey = defaultAdminKey,
    version = recordedVersion,
    flavor = "radixtree_host_uri",
    mode = "etcd",
    host,
    onError,
  } = options;
  const server = options.hidesVersion === true ? "APISIX" : `APISIX/${version}`;
  const store = new ObjectStore({ folder: mode === "etcd" ? options.dataDir : undefined });
  const ledger = new Ledger();
  const router = new Router(store, { flavor, version });
  const proxy = new Proxy({ store, router, version, statedPort: options.statedPort });
  const plugins = new EnabledPlugins(version, options.plugins);
  const shown = { store, key: new Secret(adminKey), ledger, version, plugins, server };
  const hasStreamProxy = options.hasStreamProxy ?? false;
  const admin = mode === "standalone" ? standaloneApi(shown) : adminApi({ ...shown, hasStreamProxy });
  const observe = observation(ledger);
  const shared = { ...(host === undefined ? {} : { host }), ...(onError === undefined ? {} : { onError }) };
  const servers: RunningServer[] = [];
  const end = async () => {
    await Promise.all(servers.map((server) => server.stop()));
    proxy.close();
    store.close();
  };
  let ended: Promise<void> | undefined;
  const stop = () => (ended ??= end());
  try {
    const adminServer = await startHttpServer({
      ...shared,
      port: options.adminPort ?? 0,
      handle: (request, response) =>
        request.url?.startsWith("/sandbox/") === true ? observe(request, response) : admin(request, response),
      refuse: ({ code }) => refusedPage(code === "HPE_INVALID_METHOD" ? 404 : refusedStatus(code), server),
    });
    servers.push(adminServer);
    const proxyServer = await startHttpServer({
      ...shared,
      port: options.proxyPort ?? 0,
      handle: (request, response) => proxy.serve(request, response),
      upgrade: {
        wants: ({ headers }) =>
          headers.upgrade !== undefined &&
          headers["content-length"] === undefined &&
          headers["transfer-encoding"] === undefined,
        handle: (request, socket, head) => proxy.upgrade(request, socket, head),
      },
      refuse: ({ code }) => refusedPage(refusedStatus(code), `APISIX/${version}`),
    });
    servers.push(proxyServer);
    return {
      adminUrl: adminServer.url,
      proxyUrl: proxyServer.url,
      adminKey,
      counters: () => ledger.counters(),
      calls: () => ledger.calls(),
      resetCounters: () => ledger.reset(),
      reload: (listed) => plugins.list(listed),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** As nginx answers what node's parser does not take; too long a head is a 400 there. */
function refusedStatus(code: string): number {
  return code === "CONNECT" ? 405 : 400;
}

function refusedPage(status: number, server: string): string {
  const page = errorPage(status);
  const head = [`HTTP/1.1 ${status} Refused`, `Server: ${server}`, "Content-Type: text/html; charset=utf-8"];
  return [...head, `Content-Length: ${page.length}`, "Connection: close", "", page].join("\r\n");
}
