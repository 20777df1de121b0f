import { fieldManager, isJsonObject, statusFieldManager } from "../../core/model/index.ts";
import type { Lane } from "./dispatchers.ts";
import { KubeError } from "./errors.ts";
import {
  type KubeObject,
  type ObjectName,
  type ResourceType,
  apiVersionOf,
  collectionPath,
  isKubeObject,
  objectPath,
} from "./resource.ts";
import type { KubeRequest, Transport } from "./transport.ts";
import { type WatchEvent, watchEventsOf } from "./watch.ts";

/** Which objects of a type: those of one namespace ("" or none: all), and those the selectors pick. */
export interface Selection {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

export interface ListPage {
  readonly items: readonly KubeObject[];
  /** Of the whole list, the same on every page: where a watch goes on. */
  readonly resourceVersion: string;
}

export interface WatchOptions extends Selection {
  readonly resourceVersion: string;
  /** When the server shall end the watch by itself. */
  readonly timeoutSeconds: number;
  /** Without a byte for this long the watch counts as dead. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly lane?: Lane;
  /** Instead of the transport's. */
  readonly timeoutMs?: number;
}

export interface JsonPatchStep {
  readonly op: "add" | "remove" | "replace" | "test";
  readonly path: string;
  readonly value?: unknown;
}

const pageSize = 500;

/** The API server's verbs on raw JSON. Every call throws `KubeError`, `ConfigError` or its signal's reason; none retries. */
export class KubeClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async get(type: ResourceType, name: ObjectName, options: CallOptions = {}): Promise<KubeObject> {
    return this.#object({ method: "GET", path: objectPath(type, name), ...options });
  }

  /**
   * Lists in pages of 500. The first read is consistent (no resource version is given): what it shows is true now, not
   * some cache's past. Throws `gone` when a later page has expired; the caller starts over.
   */
  async *listPages(type: ResourceType, selection: Selection, signal: AbortSignal): AsyncGenerator<ListPage> {
    let token: string | undefined;
    do {
      const request: KubeRequest = {
        method: "GET",
        path: collectionPath(type, selection.namespace),
        query: { limit: String(pageSize), continue: token, ...selectorsOf(selection) },
        signal,
      };
      const { page, next } = pageOf(request, await this.#transport.request(request));
      yield page;
      token = next;
    } while (token !== undefined);
  }

  /** Follows changes from `resourceVersion` on. Ends when the server ends it; throws `gone` when that version has expired. */
  async *watch(type: ResourceType, options: WatchOptions): AsyncGenerator<WatchEvent> {
    const { resourceVersion, timeoutSeconds, idleMs, signal, namespace } = options;
    const request: KubeRequest = {
      method: "GET",
      path: collectionPath(type, namespace),
      query: {
        watch: "1",
        allowWatchBookmarks: "true",
        resourceVersion,
        timeoutSeconds: String(timeoutSeconds),
        ...selectorsOf(options),
      },
      signal,
    };
    yield* watchEventsOf(request, await this.#transport.stream(request, idleMs));
  }

  /** Creates `object` in `namespace` ("" for a type without). */
  async create(type: ResourceType, namespace: string, object: object, options: CallOptions = {}): Promise<KubeObject> {
    const body = { apiVersion: apiVersionOf(type), kind: type.kind, ...object };
    const query = { fieldManager };
    return this.#object({ method: "POST", path: collectionPath(type, namespace), query, body, ...options });
  }

  /** Writes a whole object over the one whose resource version it carries: `conflict` when that has moved on. */
  async replace(type: ResourceType, name: ObjectName, object: object, options: CallOptions = {}): Promise<KubeObject> {
    const body = { apiVersion: apiVersionOf(type), kind: type.kind, ...object };
    return this.#object({ method: "PUT", path: objectPath(type, name), query: { fieldManager }, body, ...options });
  }

  async mergePatch(
    type: ResourceType,
    name: ObjectName,
    patch: object,
    options: CallOptions = {},
  ): Promise<KubeObject> {
    const contentType = "application/merge-patch+json";
    const request = { path: objectPath(type, name), query: { fieldManager }, body: patch, contentType };
    return this.#object({ method: "PATCH", ...request, ...options });
  }

  /** All steps or none. A `test` that does not hold throws `invalid`. */
  async jsonPatch(
    type: ResourceType,
    name: ObjectName,
    steps: readonly JsonPatchStep[],
    options: CallOptions = {},
  ): Promise<KubeObject> {
    const contentType = "application/json-patch+json";
    const request = { path: objectPath(type, name), query: { fieldManager }, body: steps, contentType };
    return this.#object({ method: "PATCH", ...request, ...options });
  }

  /**
   * Makes `status` the whole of what we say about an object: fields of ours that it no longer names go away, those of
   * other managers stay. `uid` keeps it off a namesake made since (`conflict`). Server-side apply on the status subresource.
   */
  async applyStatus(
    type: ResourceType,
    name: ObjectName & { readonly uid?: string | undefined },
    status: object,
    options: CallOptions = {},
  ): Promise<KubeObject> {
    const metadata = { name: name.name, ...(name.uid !== undefined && { uid: name.uid }) };
    return this.#object({
      method: "PATCH",
      path: objectPath(type, name, "status"),
      query: { fieldManager: statusFieldManager, force: "true" },
      body: { apiVersion: apiVersionOf(type), kind: type.kind, metadata, status },
      contentType: "application/apply-patch+yaml", // JSON is YAML
      ...options,
    });
  }

  /** Makes `object`, which carries its metadata, what there is of that name: created or changed, fields of other managers stay. */
  async apply(type: ResourceType, name: ObjectName, object: object, options: CallOptions = {}): Promise<KubeObject> {
    return this.#object({
      method: "PATCH",
      path: objectPath(type, name),
      query: { fieldManager, force: "true" },
      body: object,
      contentType: "application/apply-patch+yaml", // as above
      ...options,
    });
  }

  /** Asks for deletion; finalizers decide when it happens. With `uid` it keeps off a namesake made since (`conflict`). */
  async delete(
    type: ResourceType,
    name: ObjectName & { readonly uid?: string | undefined },
    options: CallOptions = {},
  ): Promise<void> {
    const body = name.uid === undefined ? {} : { preconditions: { uid: name.uid } };
    await this.#transport.request({ method: "DELETE", path: objectPath(type, name), body, ...options });
  }

  async #object(request: KubeRequest): Promise<KubeObject> {
    const answer = await this.#transport.request(request);
    if (isKubeObject(answer)) return answer;
    throw new KubeError(`${request.method} ${request.path}: the answer is no object`, { failure: "malformed" });
  }
}

function selectorsOf({ labelSelector, fieldSelector }: Selection): Record<string, string | undefined> {
  return { labelSelector, fieldSelector };
}

function pageOf(request: KubeRequest, answer: unknown): { readonly page: ListPage; readonly next: string | undefined } {
  const list = isJsonObject(answer) ? answer : {};
  const metadata = isJsonObject(list["metadata"]) ? list["metadata"] : {};
  const items: unknown = list["items"];
  const resourceVersion = metadata["resourceVersion"];
  if (!Array.isArray(items) || !items.every(isKubeObject) || typeof resourceVersion !== "string")
    throw new KubeError(`${request.method} ${request.path}: the answer is no list`, { failure: "malformed" });
  const token = metadata["continue"];
  return { page: { items, resourceVersion }, next: typeof token === "string" && token !== "" ? token : undefined };
}
