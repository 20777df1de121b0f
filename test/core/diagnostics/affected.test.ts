import { describe, expect, test } from "vitest";
import { affectedByHosts } from "../../../src/core/diagnostics/index.ts";
import { route } from "../../support/manifests.ts";

const service = { kind: "GatewayService", namespace: "shop", name: "web" } as const;
const serviceRef = { name: "web" };
const routes = [
  route("takes-them", { serviceRef }),
  route("names-its-own", { serviceRef, hosts: ["x.com"] }),
  route("is-going", { serviceRef }, { isDeleting: true }),
  route("uses-another", { serviceRef: { name: "other" } }),
  route("blog/elsewhere", { serviceRef }),
];

describe("affectedByHosts", () => {
  test("lists the routes that take their hosts from the service, and what they gain and lose", () => {
    const [finding, ...more] = affectedByHosts(routes, {
      service,
      before: ["a.com", "b.com"],
      after: ["b.com", "c.com"],
    });
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code: "ServiceHostsChanged", severity: "warning", field: "spec.hosts" });
    expect(finding?.related.map(({ ref }) => ref.name)).toEqual(["takes-them"]);
    expect(finding?.message).toContain("They will answer on c.com and no longer answer on a.com.");
  });

  test.each([
    ["hosts in another order and case", ["a.com", "B.com"], ["b.com", "A.com"]],
    ["nothing at all", undefined, undefined],
  ])("says nothing of %s", (_sentence, before, after) => {
    expect(affectedByHosts(routes, { service, before, after })).toEqual([]);
  });

  test("hosts that are cleared leave the routes on every host", () => {
    const [finding] = affectedByHosts(routes, { service, before: ["a.com"], after: undefined });
    expect(finding?.message).toContain("They will answer on every host.");
  });
});
