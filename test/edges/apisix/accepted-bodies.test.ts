import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import {
  type AdminBodies,
  type AdminKind,
  type AnyDesired,
  type Json,
  type Learned,
  type Lessons,
  Secret,
  type Step,
  adminKinds,
  isJsonObject,
} from "../../../src/core/model/index.ts";
import { changesOn } from "../../../src/core/plan/index.ts";
import { ApisixClient } from "../../../src/edges/apisix/index.ts";
import { type Sandbox, defaultAdminKey, startSandbox } from "../../../src/shells/sandbox/index.ts";
import { decodeList, pathOf } from "../../../src/wire/admin/index.ts";
import { desiredObject, desiredRoute, ours } from "../../core/plan/objects.ts";

// Every body of the kinds we write that a real APISIX was seen to accept: sent and read back it plans nothing, and with
// any one leaf changed by hand exactly one write.
interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly body?: Json;
  readonly status: number;
}
interface Case {
  readonly name: string;
  readonly streamProxy?: boolean;
  readonly exchanges: readonly Exchange[];
}
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the corpus is ours, its README says what it holds
const cases = JSON.parse(readFileSync(resolve(import.meta.dirname, "../../corpus/admin-api.json"), "utf8")) as Case[];

const some = new Set(["cors"]);
const lessons: Lessons = { kinds: new Set(adminKinds), plugins: { http: some, stream: some } };
const unlabelled = new Set<AdminKind>(["global_rules", "plugin_metadata"]);

describe.each(["3.18.0", "3.13.0"])("every body that a real APISIX accepted, on APISIX %s", (version) => {
  let sandbox: Sandbox;
  let client: ApisixClient;
  let learned: Learned | undefined;
  const told = { bodies: 0, edits: 0, refusedEdits: 0 };

  const raw = (method: string, path: string, body?: Json) =>
    fetch(`${sandbox.adminUrl}${path}`, {
      method,
      headers: { "x-api-key": defaultAdminKey },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });

  /** What is there now, as the operator's list would read it, and what a PUT of the object would change of it. */
  async function look({ kind, id, body }: AnyDesired) {
    const below = kind === "credentials" ? pathOf(kind, id).replace(/\/[^/]*$/, "") : kind;
    const decoded = decodeList<AdminKind>(kind, await (await raw("GET", `/apisix/admin/${below}`)).json());
    const standing = decoded.ok ? decoded.value.find((object) => object.id === id) : undefined;
    if (standing === undefined || learned === undefined) throw new Error(`${kind}/${id} can't be read`);
    return { stored: jsonOf(standing.value), changed: changesOn(learned)({ kind, id, body }, standing) };
  }

  async function check(object: AnyDesired, label: string): Promise<void> {
    const { kind, id, body, origin } = object;
    const step: Step = { index: 0, verb: "create", kind, id, body, origin, changed: [], waitsFor: [] };
    const outcome = await client.apply({ steps: [step], refusals: [] });
    if (outcome.steps[0]?.state !== "done") return; // the older one lacks something of it
    told.bodies += 1;
    const { stored, changed } = await look(object);
    expect(changed, label).toEqual([]);
    for (const leaf of leavesOf(jsonOf(body))) {
      const edited = withEdit(withoutTimes(stored), leaf);
      if (edited === undefined || !(await raw("PUT", `/apisix/admin/${pathOf(kind, id)}`, edited)).ok) {
        told.refusedEdits += 1;
        continue;
      }
      // A gateway shows these as ciphertext, or never: src/core/plan/untold.ts.
      if (/(^|\.)tls\.client_key$/.test(leaf.join(".")) || (kind === "ssls" && /^keys?$/.test(String(leaf[0]))))
        continue;
      told.edits += 1;
      expect((await look(object)).changed, `${label}: ${leaf.join(".")}`).toHaveLength(1);
    }
    await client.apply({ steps: [step], refusals: [] });
    expect((await look(object)).changed, label).toEqual([]);
  }

  test("read back it needs nothing; any leaf changed by hand is one write", { timeout: 280_000 }, async () => {
    for (const { name, exchanges } of cases) {
      sandbox = await startSandbox({ version, hasStreamProxy: true });
      client = new ApisixClient({ urls: [sandbox.adminUrl], key: new Secret(defaultAdminKey) });
      learned ??= await client.learn(version, { lessons });
      for (const exchange of exchanges) {
        const object = exchange.method === "PUT" && exchange.status < 300 ? desiredFrom(exchange) : undefined;
        if (object !== undefined) await check(object, name);
        else if (/^(PUT|POST|PATCH|DELETE)$/.test(exchange.method))
          await raw(exchange.method, exchange.path, exchange.body);
      }
      client.close();
      await sandbox.stop();
    }
    console.info(`APISIX ${version}: ${JSON.stringify(told)}`);
    expect(told.bodies).toBeGreaterThan(100);
    expect(told.edits).toBeGreaterThan(100);
  });
});

/** The object as one of ours; `undefined` for kinds that we don't write and calls that no plan makes. */
function desiredFrom({ path, body }: Exchange): AnyDesired | undefined {
  const [kind, ...rest] = path.replace("/apisix/admin/", "").split("/");
  const isCredential = kind === "consumers" && rest[1] === "credentials";
  const known = adminKinds.find((each) => each === (isCredential ? "credentials" : kind));
  if (known === undefined || !isJsonObject(body) || path.includes("?")) return undefined;
  const named = isCredential ? `${rest[0]}/credentials/${rest[2]}` : (rest[0] ?? body["username"] ?? body["id"]);
  if ((typeof named !== "string" && typeof named !== "number") || rest.length > (isCredential ? 3 : 1))
    return undefined;
  const id = known === "global_rules" ? `x.${String(named)}_rule_main` : String(named);
  const { id: _id, labels, ...own } = body;
  const all = {
    ...own,
    ...(!unlabelled.has(known) && { labels: { ...(isJsonObject(labels) ? labels : {}), ...ours } }),
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a real gateway took it for one of these
  const typed = all as unknown as AdminBodies["routes"];
  if (known === "routes") return { ...desiredRoute(id, typed), body: typed };
  return { ...desiredObject(known, id, typed as never), body: typed } as AnyDesired;
}

function jsonOf(body: AdminBodies[AdminKind]): Json {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- bodies are JSON
  return body as unknown as Json;
}

function withoutTimes(value: Json): Json {
  const { create_time: _created, update_time: _updated, ...rest } = isJsonObject(value) ? value : {};
  return rest;
}

/** The way to each text, number and boolean, but for labels and numbers that the gateway rounds. */
function leavesOf(value: Json, at: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (Array.isArray(value)) return value.flatMap((item: Json, index) => leavesOf(item, [...at, index]));
  if (isJsonObject(value))
    return Object.entries(value).flatMap(([name, item]) =>
      at.length === 0 && (name === "labels" || name === "username") ? [] : leavesOf(item, [...at, name]),
    );
  if (typeof value === "number" && Math.abs(value) >= 1e14) return [];
  return value === null ? [] : [at];
}

function withEdit(value: Json, [step, ...rest]: readonly (string | number)[]): Json | undefined {
  if (step === undefined) return otherThan(value);
  if (Array.isArray(value)) {
    const edited = withEdit((value as readonly Json[])[Number(step)] ?? null, rest);
    return edited === undefined ? undefined : value.map((item: Json, index) => (index === step ? edited : item));
  }
  if (!isJsonObject(value) || !Object.hasOwn(value, step)) return undefined;
  const edited = withEdit(value[step] ?? null, rest);
  return edited === undefined ? undefined : { ...value, [step]: edited };
}

function otherThan(value: Json): Json | undefined {
  if (typeof value === "string") return `${value}x`;
  if (typeof value === "number") return value + 1;
  return typeof value === "boolean" ? !value : undefined;
}
