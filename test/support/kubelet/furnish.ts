import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Mount } from "../container.ts";
import type { NodeApi } from "./node-api.ts";
import type { ContainerSpec, EnvVar, Pod, Source, Volume } from "./pod.ts";

/** A pod's fields, as fieldRef names them, that only its node knows. */
export type NodeFields = Readonly<Record<"status.podIP" | "status.hostIP" | "spec.nodeName", string>>;

/** Writes a container's volumes into `folder` and says where they belong. */
export async function mountsOf(
  api: NodeApi,
  pod: Pod,
  { volumeMounts = [] }: ContainerSpec,
  fields: NodeFields,
  folder: string,
): Promise<readonly Mount[]> {
  const mounts: Mount[] = [];
  for (const { name, mountPath } of volumeMounts) {
    const from = join(folder, name);
    mkdirSync(from, { recursive: true });
    const volume = pod.spec.volumes?.find((each) => each.name === name);
    if (volume === undefined) throw new Error(`no volume ${name}`);
    const files = await filesOf(api, pod, volume, fields); // oxlint-disable-line no-await-in-loop -- few
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(from, path)), { recursive: true });
      writeFileSync(join(from, path), content, { mode: 0o644 });
    }
    mounts.push({ from, to: mountPath });
  }
  return mounts;
}

type Files = Readonly<Record<string, string | Buffer>>;

async function filesOf(api: NodeApi, pod: Pod, volume: Volume, fields: NodeFields): Promise<Files> {
  if (volume.projected !== undefined) {
    const parts = await Promise.all(volume.projected.sources.map((source) => projected(api, pod, source, fields)));
    return Object.assign({}, ...parts) as Files; // each part is files
  }
  if (volume.configMap !== undefined) return projected(api, pod, { configMap: volume.configMap }, fields);
  if (volume.secret !== undefined)
    return projected(api, pod, { secret: { ...volume.secret, name: volume.secret.secretName } }, fields);
  if (volume.emptyDir !== undefined) return {};
  throw new Error(`volume ${volume.name} is of a type that this kubelet does not know`);
}

async function projected(api: NodeApi, pod: Pod, source: Source, fields: NodeFields): Promise<Files> {
  const { serviceAccountToken: token, configMap, secret, downwardAPI } = source;
  if (token !== undefined)
    return { [token.path]: await api.token(pod, token.expirationSeconds ?? 3600, token.audience) };
  if (downwardAPI !== undefined)
    return Object.fromEntries(
      downwardAPI.items.map((item) => [item.path, fieldOf(pod, item.fieldRef?.fieldPath ?? "", fields)]),
    );
  const from = configMap ?? secret;
  if (from === undefined) throw new Error("a projected source of a type that this kubelet does not know");
  const kind = configMap === undefined ? "secrets" : "configmaps";
  const content = await api.content(kind, pod.metadata.namespace, from.name);
  if (from.items === undefined) return content;
  return Object.fromEntries(from.items.map(({ key, path }) => [path, valueIn(content, key, `${kind}/${from.name}`)]));
}

/** The environment of a container, `$(NAME)` filled in. */
export async function environmentOf(
  api: NodeApi,
  pod: Pod,
  { env = [] }: ContainerSpec,
  fields: NodeFields,
): Promise<Readonly<Record<string, string>>> {
  const values: Record<string, string> = {
    HOSTNAME: pod.metadata.name,
    KUBERNETES_SERVICE_HOST: api.server.hostname,
    KUBERNETES_SERVICE_PORT: api.server.port,
  };
  for (const variable of env) {
    // oxlint-disable-next-line no-await-in-loop -- a later one may refer to an earlier one
    values[variable.name] = expand(await valueOf(api, pod, variable, fields), values);
  }
  return values;
}

/** Fills in `$(NAME)`; one that is not known stays as it is. */
export function expand(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\(([A-Za-z_][A-Za-z0-9_]*)\)/g, (whole, name: string) => values[name] ?? whole);
}

async function valueOf(
  api: NodeApi,
  pod: Pod,
  { name, value, valueFrom }: EnvVar,
  fields: NodeFields,
): Promise<string> {
  if (valueFrom === undefined) return value ?? "";
  const { fieldRef, secretKeyRef, configMapKeyRef } = valueFrom;
  if (fieldRef !== undefined) return fieldOf(pod, fieldRef.fieldPath, fields);
  const ref = secretKeyRef ?? configMapKeyRef;
  if (ref === undefined) throw new Error(`env ${name} comes from something that this kubelet does not know`);
  const kind = secretKeyRef === undefined ? "configmaps" : "secrets";
  const content = await api.content(kind, pod.metadata.namespace, ref.name);
  return valueIn(content, ref.key, `${kind}/${ref.name}`).toString("utf8");
}

function valueIn(content: Readonly<Record<string, Buffer>>, key: string, place: string): Buffer {
  const value = content[key];
  if (value === undefined) throw new Error(`couldn't find key ${key} in ${place}`);
  return value;
}

function fieldOf({ metadata, spec }: Pod, path: string, fields: NodeFields): string {
  const [, map, key = ""] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path) ?? [];
  if (map === "labels" || map === "annotations") return metadata[map]?.[key] ?? "";
  const known: Readonly<Record<string, string | undefined>> = {
    ...fields,
    "metadata.name": metadata.name,
    "metadata.namespace": metadata.namespace,
    "metadata.uid": metadata.uid,
    "spec.serviceAccountName": spec.serviceAccountName,
  };
  const value = known[path];
  if (value === undefined) throw new Error(`fieldRef ${path} is one that this kubelet does not know`);
  return value;
}
