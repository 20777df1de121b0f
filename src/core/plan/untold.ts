import { type AdminKind, type Json, type Learned, storesDefaults } from "../model/index.ts";

/** Whether the field at these names can't be compared; `sent` is what we would send there. Lists have no name of their own. */
export type Untold = (path: readonly string[], sent: Json | undefined) => boolean;

interface Row {
  readonly kinds: readonly AdminKind[] | "all";
  /** Of one object only: a plugin's metadata. */
  readonly id?: string;
  /** The names that lead to the field. */
  readonly path: string;
  /** Only where we send nothing for it; a value that we sent is compared. */
  readonly isOnlyUnsent?: true;
  /** Only up to 3.13, which stores what its checks made up. */
  readonly isOnlyOld?: true;
}

/**
 * Everything that the gateway sets itself, encrypts or hides, so that what it shows says nothing about what was sent.
 * Encrypted fields of plugins are not among them: a GET shows them in clear.
 */
const rows: readonly Row[] = [
  // Set by the gateway. Source: apache/apisix 3.18, apisix/admin/utils.lua, inject_timestamp(); resource.lua, check_conf().
  { kinds: "all", path: "id" },
  { kinds: "all", path: "create_time" },
  { kinds: "all", path: "update_time" },
  // Shown as ciphertext. Source: apache/apisix 3.18, apisix/upstream.lua, check_upstream_conf().
  { kinds: ["upstreams"], path: "tls.client_key" },
  { kinds: ["routes", "services", "stream_routes"], path: "upstream.tls.client_key" },
  // Never shown; a label says which was written. Source: apache/apisix 3.18, apisix/admin/ssl.lua; resource.lua, get().
  { kinds: ["ssls"], path: "key" },
  { kinds: ["ssls"], path: "keys" },
  // A list shows metadata as they are stored. Source: apache/apisix 3.18, apisix/admin/plugin_metadata.lua, _M.get();
  // apisix/plugins/azure-functions.lua and error-log-logger.lua, metadata_schema.
  { kinds: ["plugin_metadata"], id: "azure-functions", path: "master_apikey" },
  { kinds: ["plugin_metadata"], id: "error-log-logger", path: "clickhouse.password" },
  { kinds: ["plugin_metadata"], id: "error-log-logger", path: "kafka.brokers.sasl_config.password" },
  // Made up where absent, and stored. Source: apache/apisix 3.13, apisix/plugins/openid-connect.lua and jwt-auth.lua,
  // check_schema().
  { kinds: "all", path: "plugins.openid-connect.session", isOnlyUnsent: true, isOnlyOld: true },
  { kinds: ["consumers", "credentials"], path: "plugins.jwt-auth.secret", isOnlyUnsent: true, isOnlyOld: true },
];

/** What can't be compared of one object. */
export function untoldOf({ kind, id }: { readonly kind: AdminKind; readonly id: string }, learned: Learned): Untold {
  const isOld = learned.version !== undefined && storesDefaults(learned.version);
  const known = rows.filter(
    (row) =>
      (row.kinds === "all" || row.kinds.includes(kind)) &&
      (row.id === undefined || row.id === id) &&
      (row.isOnlyOld !== true || isOld),
  );
  const byLength = Map.groupBy(known, ({ path }) => path.split(".").length);
  return (path, sent) => {
    const candidates = byLength.get(path.length);
    if (candidates === undefined) return false;
    const text = path.join(".");
    return candidates.some((row) => row.path === text && (row.isOnlyUnsent !== true || sent === undefined));
  };
}
