import { expect, onTestFinished, test } from "vitest";
import { type GatewayMode, Secret } from "../../../src/core/model/index.ts";
import { Access } from "../../../src/shells/controller/access.ts";
import { type Sandbox, startSandbox } from "../../../src/shells/sandbox/index.ts";
import { sandboxFor } from "../sandbox/support.ts";

const key = "access-test-key";

function accessTo({ adminUrl }: Sandbox, mode?: GatewayMode): Access {
  const access = new Access({
    urls: [adminUrl],
    key: new Secret(key),
    ca: undefined,
    mode,
    onCall: () => {},
    onChange: () => {},
  });
  onTestFinished(() => access.close());
  return access;
}

const modes = ["etcd", "standalone"] as const;

test.each(modes)("%s is found out by looking", async (mode) => {
  const access = accessTo(await sandboxFor({ mode, adminKey: key }));
  expect(access.standing().mode).toBeUndefined();
  expect((await access.observe()).version).toBe("3.18.0");
  expect(access.standing().mode).toBe(mode);
});

test("with etcd that costs nothing but the reading", async () => {
  const sandbox = await sandboxFor({ adminKey: key });
  await accessTo(sandbox).observe();
  expect(sandbox.calls().filter(({ path }) => path.endsWith("/configs"))).toEqual([]);
});

test.each(modes)("a gateway that was %s and is the other now is followed", async (before) => {
  const after = before === "etcd" ? "standalone" : "etcd";
  const first = await startSandbox({ mode: before, adminKey: key });
  const access = accessTo(first);
  await access.observe();
  await first.stop();
  const adminPort = Number(new URL(first.adminUrl).port);
  const second = await sandboxFor({ mode: after, adminKey: key, adminPort });
  expect((await access.observe()).routes).toEqual([]);
  expect(access.standing().mode).toBe(after);
  const body = { uri: "/a", plugins: {} };
  const step = { index: 0, verb: "create", kind: "routes", id: "a", body, changed: [], waitsFor: [] } as const;
  const { steps } = await access.apply({ steps: [step], refusals: [] }, { mayWrite: () => true });
  expect(steps).toEqual([{ state: "done" }]);
  expect(second.calls().at(-1)).toMatchObject({ method: "PUT" });
});

test.each(modes)("one that takes the place of one in mode %s, and another key, says so", async (before) => {
  const after = before === "etcd" ? "standalone" : "etcd";
  const first = await startSandbox({ mode: before, adminKey: key });
  const access = accessTo(first);
  await access.observe();
  await first.stop();
  const adminPort = Number(new URL(first.adminUrl).port);
  await sandboxFor({ mode: after, adminKey: "another", adminPort });
  await expect(access.observe()).rejects.toMatchObject({ failure: "unauthorized" });
  expect(access.standing().mode).toBe(before);
  access.setCredentials({ key: new Secret("another"), ca: undefined });
  await access.observe();
  expect(access.standing().mode).toBe(after);
});

test.each(modes)("a stated mode that %s does not have is said, and nothing is written", async (mode) => {
  const sandbox = await sandboxFor({ mode, adminKey: key });
  const stated = mode === "etcd" ? "standalone" : "etcd";
  await expect(accessTo(sandbox, stated).observe()).rejects.toMatchObject({
    name: "ModeMismatch",
    message: expect.stringContaining(`spec.mode is ${stated}, but this gateway is in ${mode} mode`) as string,
  });
  expect(sandbox.counters().writes).toBe(0);
});

test("an address without an Admin API is neither", async () => {
  const { proxyUrl } = await sandboxFor();
  const access = accessTo({ adminUrl: proxyUrl } as Sandbox); // only its address is looked at
  await expect(access.observe()).rejects.toMatchObject({ failure: "notFound" });
  expect(access.standing().mode).toBeUndefined();
});
