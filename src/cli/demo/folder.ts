import { existsSync } from "node:fs";
import { join } from "node:path";
import { attach } from "../../core/desired/index.ts";
import {
  type AnyManifest,
  type Diagnostic,
  type GatewayManifest,
  type InvalidManifest,
  type Snapshot,
} from "../../core/model/index.ts";
import { type LoadError, formatLocation, loadDocuments, loadManifests } from "../../edges/files/index.ts";
import { CannotDo } from "../exit.ts";
import { manifestFindings } from "./findings.ts";
import { type StoryRequest, decodeRequests } from "./request.ts";

/** The manifests of a folder, by gateway. */
export interface Folder {
  /** In the order of the names, but the default gateway first; one at least. */
  readonly snapshots: readonly [Snapshot, ...Snapshot[]];
  /** What is wrong with manifests that reach no gateway. */
  readonly findings: readonly Diagnostic[];
  /** What could not be read at all, with file and line. */
  readonly errors: readonly LoadError[];
}

/** A folder without an ApisixGateway is meant for the sandbox alone. Throws `CannotDo` where there is nothing to show. */
export async function readFolder(dir: string): Promise<Folder> {
  const { manifests: loaded, errors } = await loadManifests([dir]);
  const hopeless = errors.find(({ location }) => location.file === dir);
  if (hopeless !== undefined) throw new CannotDo(`${dir}: ${hopeless.message}.`);
  const all = loaded.map(({ manifest }) => manifest);
  if (all.length === 0 && errors.length === 0)
    throw new CannotDo(`${dir} holds no manifest of apisix-operator.dev; --examples names another folder.`);
  const invalid = all.filter(isInvalid);
  const valid = all.filter((manifest): manifest is AnyManifest => !isInvalid(manifest));
  const hasGateway = valid.some(({ kind, meta }) => kind === "ApisixGateway" && !meta.isDeleting);
  const { snapshots, unattached } = attach(hasGateway ? valid : [...valid, implicitGateway], invalid);
  const [first, ...others] = [...snapshots.values()].sort((a, b) => Number(isDefault(b)) - Number(isDefault(a)));
  if (first === undefined) throw new Error("attach() lost the gateway");
  return { snapshots: [first, ...others], findings: manifestFindings(invalid, unattached), errors };
}

/** The requests of `requests.yaml`; none where there is no such file. Throws `CannotDo` for one that can't be read. */
export async function readRequests(dir: string): Promise<readonly StoryRequest[]> {
  const file = join(dir, "requests.yaml");
  if (!existsSync(file)) return [];
  const { documents, errors } = await loadDocuments([file]);
  const [error] = errors;
  if (error !== undefined) throw new CannotDo(`${placeOf(error)}: ${error.message}.`);
  return documents.flatMap(({ value, source }) =>
    decodeRequests(value, (path) => {
      const { line } = source.locate(path);
      return `${file}:${line}`;
    }),
  );
}

/** `shop.yaml:3:1`, or the file alone where no place in it is meant. */
export function placeOf({ location: { file, line, column } }: LoadError): string {
  return line === undefined || column === undefined ? file : formatLocation({ file, line, column });
}

const implicitGateway: GatewayManifest = {
  kind: "ApisixGateway",
  meta: { namespace: "", name: "default", annotations: {}, finalizers: [], isDeleting: false },
  // The sandbox stands in for whatever address a gateway names.
  spec: { admin: { urls: [], keyFrom: { namespace: "default", name: "admin", key: "key" } }, default: true },
};

function isInvalid(manifest: AnyManifest | InvalidManifest): manifest is InvalidManifest {
  return "problems" in manifest;
}

function isDefault({ gateway }: Snapshot): boolean {
  return gateway.spec.default === true;
}
