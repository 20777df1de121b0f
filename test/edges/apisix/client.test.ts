import { afterEach, describe, expect, test } from "vitest";
import { Secret, adminKinds } from "../../../src/core/model/index.ts";
import { ApisixClient, type ApisixClientOptions, type Call } from "../../../src/edges/apisix/index.ts";
import { makeCertificates } from "./certificates.ts";
import { creations, deletion, planOf, step, words } from "./plans.ts";
import {
  type Act,
  type ScriptedGateway,
  answer,
  good,
  hangs,
  html,
  inTurn,
  resets,
  says,
  startGateway,
} from "./scripted-gateway.ts";

/** Credentials are listed per consumer. */
const listedKinds = adminKinds.filter((kind) => kind !== "credentials");
const open: { close: () => unknown }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

describe("observe", () => {
  const listed: Act = ({ path }, response) => {
    const kind = path.split("/").at(-1) ?? "";
    if (kind === "plugin_configs")
      return answer(response, 404, { message: "Key not found", kvs: [{ key: "/apisix/x" }] });
    if (kind === "services") return answer(response, 200, { total: 0, list: {} });
    const item = (id: string) => ({
      // Secrets stand below their manager.
      key: kind === "secrets" ? `/apisix/secrets/vault/${id}` : `/apisix/${kind}/${id}`,
      value: { id, uri: `/${id}`, create_time: 1, update_time: 2 },
      createdIndex: 7,
      modifiedIndex: 9,
    });
    answer(response, 200, { total: 2, list: [item("b"), item("a")] });
  };

  test("a read per kind gives everything, in the order of the ids, with the version", async () => {
    const gateway = await started(listed);
    const observed = await clientOf(gateway).observe();
    expect(observed.version).toBe("3.18.0");
    expect(observed.routes.map(({ id, modifiedIndex }) => [id, modifiedIndex])).toEqual([
      ["a", 9],
      ["b", 9],
    ]);
    expect([observed.services, observed.plugin_configs]).toEqual([[], []]);
    expect(gateway.seen.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
      listedKinds.map((kind) => `GET /apisix/admin/${kind}`).sort(),
    );
  });

  test("the credentials of our consumers are read, one list each, and those of others are not", async () => {
    const gateway = await started(({ path }, response) => {
      if (path.endsWith("/shop_jack/credentials")) {
        const key = "/apisix/consumers/shop_jack/credentials/main";
        const value = { id: "main", plugins: { "key-auth": { key: "k" } } };
        return answer(response, 200, { total: 1, list: [{ key, value, createdIndex: 1, modifiedIndex: 1 }] });
      }
      if (!path.endsWith("/consumers")) return answer(response, 200, { total: 0, list: [] });
      const consumer = (username: string, labels: object) => ({
        key: `/apisix/consumers/${username}`,
        value: { username, labels },
        createdIndex: 1,
        modifiedIndex: 1,
      });
      const list = [consumer("other", {}), consumer("shop_jack", { "managed-by": "apisix-route-operator" })];
      answer(response, 200, { total: 2, list });
    });
    const observed = await clientOf(gateway).observe();
    expect(observed.credentials.map(({ id }) => id)).toEqual(["shop_jack/credentials/main"]);
    expect(gateway.seen.map(({ path }) => path).filter((path) => path.endsWith("credentials"))).toHaveLength(1);
  });

  test("a gateway without stream mode has no stream routes, and says so", async () => {
    const gateway = await started(({ path }, response) =>
      path.endsWith("/stream_routes")
        ? answer(response, 400, { error_msg: "stream mode is disabled, can not add stream routes" })
        : answer(response, 200, { total: 0, list: [] }),
    );
    const observed = await clientOf(gateway).observe();
    expect(observed.lacks).toEqual(["stream_routes"]);
    expect(observed.stream_routes).toEqual([]);
  });

  test("a gateway that hides its version has none", async () => {
    const gateway = await started((_seen, response) =>
      answer(response, 200, { total: 0, list: [] }, { server: "APISIX" }),
    );
    expect(await clientOf(gateway).observe()).not.toHaveProperty("version");
  });

  test("aborted, it ends with the reason", async () => {
    const gateway = await started(hangs);
    const stop = new AbortController();
    const observed = clientOf(gateway).observe(stop.signal);
    setTimeout(() => stop.abort(new Error("enough")), 50);
    await expect(observed).rejects.toThrow("enough");
  });
});

describe("connections", () => {
  test("many writes share a few connections, and no more run side by side than agreed", async () => {
    let underWay = 0;
    let most = 0;
    const gateway = await started((seen, response, socket) => {
      underWay += 1;
      most = Math.max(most, underWay);
      setTimeout(() => {
        underWay -= 1;
        good(seen, response, socket);
      }, 20); // long enough that a busy machine gets six under way
    });
    const { steps } = await clientOf(gateway, { pace: { concurrency: 6 } }).apply(creations(120));
    expect(new Set(words(steps))).toEqual(new Set(["done"]));
    expect(most).toBe(6);
    expect(gateway.connections()).toBeLessThanOrEqual(6);
  });

  test("a kept connection that the gateway had closed costs one more try, at once, and no failure", async () => {
    const gateway = await started(good);
    const calls: Call[] = [];
    const client = clientOf(gateway, { onCall: (call) => calls.push(call) });
    await client.apply(planOf(step(0)));
    gateway.act(inTurn(resets, good));
    expect(words((await client.apply(planOf(step(0)))).steps)).toEqual(["done"]);
    expect(calls.map(({ failure, attempt }) => [failure, attempt])).toEqual([
      [undefined, 1],
      ["unreachable", 1],
      [undefined, 2],
    ]);
  });

  test("but only one: a second reset is a failure", async () => {
    const gateway = await started(good);
    const client = clientOf(gateway);
    await client.apply(creations(3));
    gateway.act(resets);
    expect(words((await client.apply(planOf(step(0)))).steps)).toEqual(["unreachable"]);
    expect(gateway.seen).toHaveLength(3 + 2);
  });

  test("a reset of a new connection is a failure at once: the gateway may have taken the write in", async () => {
    const gateway = await started(inTurn(resets, good));
    expect(words((await clientOf(gateway).apply(planOf(step(0)))).steps)).toEqual(["unreachable"]);
    expect(gateway.seen).toHaveLength(1);
  });

  test("a reset after the answer began is a failure: it is not for us to send again", async () => {
    const gateway = await started(good);
    const client = clientOf(gateway);
    await client.apply(planOf(step(0)));
    gateway.act((_seen, _response, socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Le", () => socket.resetAndDestroy());
    });
    expect(words((await client.apply(planOf(step(0)))).steps)).not.toContain("done");
    expect(gateway.seen).toHaveLength(2);
  });

  test("connections that nobody uses are closed after a while, one that is in use is not", async () => {
    let release = () => {};
    const gateway = await started(good);
    const timeouts = { keptMs: 60, idleMs: 5000, writeMs: 5000, readMs: 5000, connectMs: 1000 };
    const client = clientOf(gateway, { timeouts });
    await client.apply(creations(8));
    expect(gateway.openConnections()).toBeGreaterThan(0);
    await expect.poll(() => gateway.openConnections()).toBe(0);

    await client.apply(planOf(step(0)));
    gateway.act((seen, response, socket) => {
      release = () => good(seen, response, socket);
    });
    const slow = client.apply(planOf(step(0)));
    await new Promise((resolve) => setTimeout(resolve, 150));
    release();
    expect(words((await slow).steps)).toEqual(["done"]);
    await expect.poll(() => gateway.openConnections()).toBe(0);
  });

  test("closed, it lets the gateway go", async () => {
    const gateway = await started(good);
    const client = clientOf(gateway);
    await client.observe();
    client.close();
    await expect.poll(() => gateway.openConnections()).toBe(0);
  });
});

describe("several addresses", () => {
  test("one that is dead is passed over, and the next calls begin with the good one", async () => {
    const [dead, good2] = [await started(good), await started(good)];
    await dead.close();
    const calls: Call[] = [];
    const client = clientOf(good2, { urls: [dead.url, good2.url], onCall: (call) => calls.push(call) });
    await client.observe();
    calls.length = 0;
    expect(words((await client.apply(creations(5))).steps)).toEqual(["done", "done", "done", "done", "done"]);
    expect(calls.every(({ attempt }) => attempt === 1)).toBe(true);
    expect(good2.seen).toHaveLength(listedKinds.length + 5);
  });

  test("a write that found nobody there goes to the next address", async () => {
    const [dead, alive] = [await started(good), await started(good)];
    await dead.close();
    const client = clientOf(alive, { urls: [dead.url, alive.url] });
    expect(words((await client.apply(planOf(step(0)))).steps)).toEqual(["done"]);
    expect(alive.seen).toHaveLength(1);
  });

  test.each([
    ["was reset", resets],
    ["hung", hangs],
    ["answered 503", says(503, html)],
    ["answered 401", says(401, {})],
  ])("a write that %s is sent to no second address", async (_what, act) => {
    const [first, second] = [await started(act), await started(good)];
    const client = clientOf(first, { urls: [first.url, second.url] });
    expect(words((await client.apply(planOf(step(0)))).steps)).not.toContain("done");
    expect([first.seen.length, second.seen.length]).toEqual([1, 0]);
  });

  test.each([
    ["reset", resets],
    ["hung", hangs],
  ])("a read that %s may go to the next", async (_what, act) => {
    const [first, second] = [await started(act), await started(good)];
    const client = clientOf(first, { urls: [first.url, second.url] });
    expect((await client.observe()).version).toBe("3.18.0");
  });

  test("an address that went away is left, whichever it was", async () => {
    const [first, second] = [await started(good), await started(good)];
    const client = clientOf(first, { urls: [first.url, second.url] });
    await client.observe();
    await first.close();
    await client.observe();
    expect(second.seen.length).toBe(listedKinds.length);
  });

  test.each([
    ["as it is", "", "/apisix/admin/routes/r0"],
    ["with a slash", "/", "/apisix/admin/routes/r0"],
    ["with the path of the Admin API", "/apisix/admin/", "/apisix/admin/routes/r0"],
    ["behind a proxy's path", "/gateway", "/gateway/apisix/admin/routes/r0"],
  ])("an address may be written %s", async (_how, suffix, path) => {
    const gateway = await started(good);
    await clientOf(gateway, { urls: [gateway.url + suffix] }).apply(planOf(step(0)));
    expect(gateway.seen[0]?.path).toBe(path);
  });
});

describe("credentials", () => {
  test("the key is sent, without the line break of the file it came from", async () => {
    const gateway = await started(good);
    await clientOf(gateway, { key: new Secret("s3cret\n") }).apply(planOf(step(0)));
    expect(gateway.seen[0]?.key).toBe("s3cret");
  });

  test("a key that no header can hold is refused before anything is sent", async () => {
    const gateway = await started(good);
    const { steps } = await clientOf(gateway, { key: new Secret("a\u0000b\nc") }).apply(planOf(step(0)));
    expect(words(steps)).toEqual(["unauthorized"]);
    expect(gateway.seen).toEqual([]);
  });

  test("a rotated key is used from the next call on, and calls under way end in peace", async () => {
    let release = () => {};
    const gateway = await started((seen, response, socket) => {
      release = () => good(seen, response, socket);
    });
    const client = clientOf(gateway, { key: new Secret("old") });
    const underWay = client.apply(planOf(step(0)));
    await expect.poll(() => gateway.seen.length).toBe(1);
    client.setCredentials({ key: new Secret("new") });
    gateway.act(good);
    expect(words((await client.apply(planOf(step(1, { index: 0 })))).steps)).toEqual(["done"]);
    release();
    expect(words((await underWay).steps)).toEqual(["done"]);
    expect(gateway.seen.map(({ key }) => key)).toEqual(["old", "new"]);
    await expect.poll(() => gateway.openConnections()).toBe(1);
  });

  describe("TLS", () => {
    const authority = makeCertificates();
    const stranger = makeCertificates();

    test("with the authority from its Secret the gateway is trusted, and connections are kept", async () => {
      const gateway = await started(good, authority.server);
      const client = clientOf(gateway, { ca: authority.ca });
      await client.observe();
      await client.apply(creations(40));
      expect(gateway.connections()).toBeLessThanOrEqual(10);
    });

    test.each([
      ["without an authority", undefined],
      ["with another one", stranger.ca],
      ["with one that is none", "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n"],
    ])("%s it is not, and no key goes out", async (_how, ca) => {
      const gateway = await started(good, authority.server);
      const client = clientOf(gateway, ca === undefined ? {} : { ca });
      const { steps } = await client.apply(planOf(step(0)));
      expect(steps).toMatchObject([{ state: "failed", failure: "unreachable" }]);
      expect(gateway.seen).toEqual([]);
    });

    test("a certificate for another name is not", async () => {
      const gateway = await started(good, authority.server);
      const client = clientOf(gateway, { urls: [gateway.url.replace("127.0.0.1", "127.0.0.2")], ca: authority.ca });
      expect(words((await client.apply(planOf(step(0)))).steps)).toEqual(["unreachable"]);
    });

    test("behind a Service the certificate must be good for its name, whatever the address", async () => {
      const named = makeCertificates("DNS:apisix-admin.apisix.svc");
      const gateway = await started(good, named.server);
      const states = async (serverName?: string) => {
        const client = clientOf(gateway, { ca: named.ca, serverName });
        return words((await client.apply(planOf(step(0)))).steps);
      };
      expect(await states("apisix-admin.apisix.svc")).toEqual(["done"]);
      expect(await states("apisix-admin.other.svc")).toEqual(["unreachable"]);
      expect(await states()).toEqual(["unreachable"]);
    });

    test("a rotated authority is used from the next call on", async () => {
      const gateway = await started(good, authority.server);
      const client = clientOf(gateway, { ca: stranger.ca });
      expect(words((await client.apply(planOf(step(0)))).steps)).toEqual(["unreachable"]);
      client.setCredentials({ key: new Secret("k"), ca: authority.ca });
      expect(words((await client.apply(planOf(step(0)))).steps)).toEqual(["done"]);
    });

    test("plain HTTP where TLS is spoken is a failure like others", async () => {
      const gateway = await started(good, authority.server);
      const client = clientOf(gateway, { urls: [gateway.url.replace("https", "http")] });
      expect(words((await client.apply(planOf(step(0)))).steps)).toEqual(["unreachable"]);
    });
  });
});

describe("apply", () => {
  test("a step is sent after what it waits for", async () => {
    const gateway = await started((seen, response, socket) => void setTimeout(() => good(seen, response, socket), 5));
    const plan = planOf(
      step(0, { kind: "upstreams", id: "u", body: {} }),
      step(1, { kind: "services", id: "s", waitsFor: [0], body: {} }),
      step(2, { id: "r", waitsFor: [1] }),
      deletion(3, { kind: "services", id: "old", waitsFor: [2] }),
    );
    expect(words((await clientOf(gateway).apply(plan)).steps)).toEqual(["done", "done", "done", "done"]);
    expect(gateway.seen.map(({ path }) => path.slice("/apisix/admin/".length))).toEqual([
      "upstreams/u",
      "services/s",
      "routes/r",
      "services/old",
    ]);
  });

  test("a failed step skips what waits for it, however far, and nothing else", async () => {
    const gateway = await started((seen, response, socket) =>
      (seen.path.endsWith("/bad") ? says(400, { error_msg: "no" }) : good)(seen, response, socket),
    );
    const plan = planOf(
      step(0, { kind: "services", id: "bad", body: {} }),
      step(1, { id: "a", waitsFor: [0] }),
      deletion(2, { kind: "services", id: "c", waitsFor: [1] }),
      step(3, { id: "other" }),
    );
    const { steps } = await clientOf(gateway).apply(plan);
    expect(words(steps)).toEqual(["rejected", "skipped", "skipped", "done"]);
    expect(steps[1]).toEqual({
      state: "skipped",
      because: "services/bad, which must change first, could not be written",
    });
  });

  test("a route that waits for a stranger's route does not learn its name", async () => {
    const gateway = await started(says(400, { error_msg: "no" }));
    const { steps } = await clientOf(gateway).apply(
      planOf(step(0, { id: "their.secret-project_route" }), step(1, { waitsFor: [0] })),
    );
    expect(JSON.stringify(steps[1])).not.toContain("secret-project");
  });

  test("an outcome that is known needs no request", async () => {
    const gateway = await started(good);
    const known = { state: "failed", failure: "rejected", message: "as before" } as const;
    const { steps } = await clientOf(gateway).apply(creations(2), {
      foretell: ({ id }) => (id === "r0" ? known : undefined),
    });
    expect(steps).toEqual([known, { state: "done" }]);
    expect(gateway.seen).toHaveLength(1);
  });

  test("each step is told of as it is settled", async () => {
    const gateway = await started(good);
    const told: string[] = [];
    await clientOf(gateway, { pace: { concurrency: 1 } }).apply(creations(2), {
      onStep: ({ id }, { state }) => told.push(`${id} ${state}`),
    });
    expect(told).toEqual(["r0 done", "r1 done"]);
  });

  test("without the right to write nothing more is sent", async () => {
    const gateway = await started(good);
    let writes = 0;
    const { steps } = await clientOf(gateway, { pace: { concurrency: 1 } }).apply(creations(5), {
      mayWrite: () => writes++ < 2 * 2,
    });
    expect(words(steps)).toEqual(["done", "done", "skipped", "skipped", "skipped"]);
    expect(gateway.seen).toHaveLength(2);
  });

  test("aborted, what is under way is torn down and the rest is skipped", async () => {
    const gateway = await started(hangs);
    const stop = new AbortController();
    const outcome = clientOf(gateway, {
      pace: { concurrency: 2 },
      timeouts: { idleMs: 60_000, writeMs: 60_000 },
    }).apply(creations(5), { signal: stop.signal });
    await expect.poll(() => gateway.seen.length).toBe(2);
    stop.abort();
    expect(words((await outcome).steps)).toEqual(["unreachable", "unreachable", "skipped", "skipped", "skipped"]);
    expect(gateway.seen).toHaveLength(2);
  });

  test("a key that is not accepted stops the rest: each would fail alike", async () => {
    const gateway = await started(says(401, { error_msg: "failed to check token" }));
    const { steps } = await clientOf(gateway, { pace: { concurrency: 3 } }).apply(creations(100));
    expect(words(steps).slice(0, 3)).toEqual(["unauthorized", "unauthorized", "unauthorized"]);
    expect(new Set(words(steps).slice(3))).toEqual(new Set(["skipped"]));
    expect(gateway.seen).toHaveLength(3);
  });

  test("one refused object among many costs itself only", async () => {
    const gateway = await started((seen, response, socket) =>
      (seen.path.endsWith("/r7") ? says(500, html) : good)(seen, response, socket),
    );
    const { steps } = await clientOf(gateway, { timeouts: patient }).apply(creations(50));
    expect(words(steps).filter((word) => word !== "done")).toEqual(["rejected"]);
    expect(gateway.seen).toHaveLength(50);
  });

  test("many refused objects in a row do not keep the good ones behind them from going out", async () => {
    const gateway = await started((seen, response, socket) =>
      (/r\d$/.test(seen.path) ? says(500, html) : good)(seen, response, socket),
    );
    const { steps } = await clientOf(gateway, { timeouts: patient }).apply(creations(30));
    expect(words(steps).filter((word) => word === "done")).toHaveLength(20);
  });

  test("ten thousand steps in chains and stars take time in proportion", async () => {
    const gateway = await started(good);
    const known = { state: "done" } as const;
    const count = 10_000;
    const chain = planOf(
      ...Array.from({ length: count }, (_, index) => step(index, { waitsFor: index === 0 ? [] : [index - 1] })),
    );
    const star = planOf(
      ...Array.from({ length: count }, (_, index) => step(index, { waitsFor: index === 0 ? [] : [0] })),
    );
    const failing = { state: "failed", failure: "rejected", message: "x" } as const;
    const startedAt = performance.now();
    const client = clientOf(gateway);
    expect(words((await client.apply(chain, { foretell: () => known })).steps)).toHaveLength(count);
    const { steps } = await client.apply(star, { foretell: ({ index }) => (index === 0 ? failing : known) });
    expect(words(steps).filter((word) => word === "skipped")).toHaveLength(count - 1);
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });
});

describe("a gateway in trouble", () => {
  test.each<[string, Act]>([
    ["503 to everything", says(503, html)],
    ["502 to everything", says(502, html)],
    ["500 in JSON to everything", says(500, { error_msg: "x" })],
    ["resets", resets],
    ["another server's page", says(200, html)],
  ])("%s: after a few calls it is left alone, then asked once", async (_what, act) => {
    let now = 0;
    const gateway = await started(act);
    const client = clientOf(gateway, { pace: { concurrency: 4 }, clock: () => now });
    const { steps } = await client.apply(creations(200));
    expect(gateway.seen.length).toBeGreaterThanOrEqual(5);
    expect(gateway.seen.length).toBeLessThanOrEqual(5 + 3);
    expect(steps.at(-1)).toMatchObject({ state: "skipped" });

    const before = gateway.seen.length;
    await expect(client.observe()).rejects.toMatchObject({ wasSent: false, retryAfterMs: 5000 });
    expect(gateway.seen).toHaveLength(before);

    now = 5001;
    await client.apply(creations(200));
    expect(gateway.seen).toHaveLength(before + 1);

    now = 10_002;
    gateway.act(good);
    expect(new Set(words((await client.apply(creations(200))).steps))).toEqual(new Set(["done"]));
  });

  test("that asks to be left alone is left alone for as long", async () => {
    let now = 0;
    const gateway = await started(says(429, html, { "retry-after": "30" }));
    const client = clientOf(gateway, { pace: { concurrency: 1 }, clock: () => now });
    expect(words((await client.apply(creations(3))).steps)).toEqual(["overloaded", "skipped", "skipped"]);
    now = 29_000;
    await expect(client.observe()).rejects.toMatchObject({ failure: "overloaded", retryAfterMs: 1000 });
    expect(gateway.seen).toHaveLength(1);
    now = 30_000;
    gateway.act(good);
    await client.observe();
  });

  test("one failure in between is no trouble", async () => {
    const failing = inTurn(
      says(503, html),
      good,
      says(503, html),
      good,
      says(503, html),
      good,
      says(503, html),
      good,
      says(503, html),
      good,
      says(503, html),
      good,
    );
    const gateway = await started(failing);
    const { steps } = await clientOf(gateway, { pace: { concurrency: 1 } }).apply(creations(12));
    expect(words(steps)).not.toContain("skipped");
  });
});

async function started(act: Act, tls?: { key: string; cert: string }): Promise<ScriptedGateway> {
  const gateway = await startGateway(act, tls);
  open.push(gateway);
  return gateway;
}

/** For many calls that are all answered, however busy the machine. */
const patient = { connectMs: 10_000, idleMs: 10_000, readMs: 10_000, writeMs: 10_000 };

function clientOf(gateway: ScriptedGateway, options: Partial<ApisixClientOptions> = {}): ApisixClient {
  const client = new ApisixClient({
    urls: [gateway.url],
    key: new Secret("k"),
    timeouts: { connectMs: 1000, idleMs: 200, readMs: 1000, writeMs: 500 },
    ...options,
  });
  open.push(client);
  return client;
}
