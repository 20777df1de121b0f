import { describe, expect, test } from "vitest";
import { decodeSettings, settings, type SettingSources } from "../../src/wire/settings.ts";

const defaults = {
  namespaces: [],
  lease: { leaseMs: 15_000, renewDeadlineMs: 10_000, retryMs: 2_000 },
  http: { host: "127.0.0.1", port: 8080 },
  logLevel: "info",
  resyncMs: 300_000,
};

describe("settings of run", () => {
  test("nothing said: the defaults", () => {
    expect(decodeSettings({})).toEqual({ ok: true, value: defaults });
    expect(decodeSettings({ file: null })).toEqual({ ok: true, value: defaults });
  });

  test("a flag wins over a variable, a variable over the file, the file over the default", () => {
    const env = {
      APISIX_ROUTE_LOG_LEVEL: "warn",
      APISIX_ROUTE_HTTP_PORT: "1",
      APISIX_ROUTE_HTTP_HOST: "",
      HTTP_HOST: "x",
    };
    const file = { logLevel: "error", httpPort: 2, httpHost: "::", context: "kind" };
    expect(decodeSettings({ flags: { logLevel: "debug" }, env, file })).toEqual({
      ok: true,
      value: { ...defaults, logLevel: "debug", http: { host: "::", port: 1 }, context: "kind" },
    });
  });

  test("texts become numbers and lists, seconds become milliseconds", () => {
    const flags = {
      namespaces: "shop, team ,",
      leaseDuration: "1.5",
      renewDeadline: "1",
      retryPeriod: "0.2",
      httpPort: "0",
    };
    expect(decodeSettings({ flags })).toMatchObject({
      value: {
        namespaces: ["shop", "team"],
        lease: { leaseMs: 1500, renewDeadlineMs: 1000, retryMs: 200 },
        http: { port: 0 },
      },
    });
    expect(decodeSettings({ file: { namespaces: ["shop"] } })).toMatchObject({ value: { namespaces: ["shop"] } });
  });

  test.each<[string, SettingSources, string, string]>([
    ["a port that is no number", { flags: { httpPort: "http" } }, "--http-port", "from 0 to 65535"],
    ["a port of nothing but blanks", { flags: { httpPort: " " } }, "--http-port", "from 0 to 65535"],
    ["a port out of range", { env: { APISIX_ROUTE_HTTP_PORT: "65536" } }, "APISIX_ROUTE_HTTP_PORT", "from 0 to 65535"],
    ["a port that is true", { file: { httpPort: true } }, "httpPort", "from 0 to 65535"],
    ["a level that there is not", { file: { logLevel: "loud" } }, "logLevel", "debug, info"],
    ["a time of 0", { flags: { retryPeriod: "0" } }, "--retry-period", "greater than 0"],
    ["a misspelt field of the file", { file: { httpProt: 1 } }, "httpProt", "did you mean httpPort?"],
    ["a file that is a list", { file: [] }, "settings file", "by name"],
    ["a lease that ends before it is given up", { flags: { leaseDuration: "5" } }, "--lease-duration", "which is 10"],
    ["a deadline with no time for a second attempt", { file: { retryPeriod: 9 } }, "--renew-deadline", "1.2 times"],
  ])("refused: %s", (_sentence, sources, path, words) => {
    expect(decodeSettings(sources)).toEqual({
      ok: false,
      problems: [{ path, message: expect.stringContaining(words) }],
    });
  });

  test("everything wrong is said at once", () => {
    const read = decodeSettings({ flags: { httpPort: "x", logLevel: "x" }, file: { nope: 1 } });
    expect(read.ok ? [] : read.problems.map(({ path }) => path)).toEqual(["nope", "--http-port", "--log-level"]);
  });

  test("each setting has a flag, a variable and a meaning", () => {
    expect(settings.map(({ flag }) => flag)).toContain("--lease-namespace");
    expect(settings.find(({ name }) => name === "leaseNamespace")).toEqual({
      name: "leaseNamespace",
      flag: "--lease-namespace",
      variable: "APISIX_ROUTE_LEASE_NAMESPACE",
      meaning: expect.stringMatching(/namespace of the Lease/),
    });
  });
});
