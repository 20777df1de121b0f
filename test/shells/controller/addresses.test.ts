import { describe, expect, test } from "vitest";
import type { Endpoint } from "../../../src/edges/kubernetes/index.ts";
import { urlsOf } from "../../../src/shells/controller/addresses.ts";

const service = { namespace: "apisix", name: "apisix-admin", port: "admin" } as const;
const ports = [
  { name: "http", port: 9080 },
  { name: "admin", port: 9180 },
];

function endpoint(address: string, more: Partial<Endpoint> = {}): Endpoint {
  return { address, family: "IPv4", target: undefined, isReady: true, ports, ...more };
}

describe("the addresses of a Service's endpoints", () => {
  test.each<readonly [string, readonly Endpoint[], readonly string[]]>([
    ["there is one for each", [endpoint("10.0.0.2"), endpoint("10.0.0.1")], ["10.0.0.1:9180", "10.0.0.2:9180"]],
    [
      "one that is not ready is left out",
      [endpoint("10.0.0.1"), endpoint("10.0.0.2", { isReady: false })],
      ["10.0.0.1:9180"],
    ],
    ["IPv6 stands in brackets", [endpoint("fd00::1", { family: "IPv6" })], ["[fd00::1]:9180"]],
    [
      "a pod with an address of each family is one, by IPv4",
      [endpoint("fd00::1", { family: "IPv6", target: "pod-1" }), endpoint("10.0.0.1", { target: "pod-1" })],
      ["10.0.0.1:9180"],
    ],
    ["a pod that stands in two slices is one", [endpoint("10.0.0.1"), endpoint("10.0.0.1")], ["10.0.0.1:9180"]],
    [
      "each has its own number for the name",
      [endpoint("10.0.0.1", { ports: [{ name: "admin", port: 19180 }] })],
      ["10.0.0.1:19180"],
    ],
    [
      "two on one address are two",
      [endpoint("10.0.0.1"), endpoint("10.0.0.1", { ports: [{ name: "admin", port: 19180 }] })],
      ["10.0.0.1:19180", "10.0.0.1:9180"],
    ],
    ["without a port of that name there is none", [endpoint("10.0.0.1", { ports: [] })], []],
  ])("%s", (_sentence, endpoints, addresses) => {
    expect(urlsOf(service, endpoints)).toEqual(addresses.map((address) => `http://${address}`));
  });

  test.each([
    ["the number of a port that they listen on", 9080, ["https://10.0.0.1:9080"]],
    ["a number that they do not listen on", 80, []],
  ])("%s", (_sentence, port, urls) => {
    expect(urlsOf({ ...service, port, scheme: "https" }, [endpoint("10.0.0.1")])).toEqual(urls);
  });
});
