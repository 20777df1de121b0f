import { describe, expect, test } from "vitest";
import { affectedByHosts } from "../../../src/core/diagnostics/index.ts";
import { route, service } from "../../support/manifests.ts";

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
    const [finding, ...more] = affectedByHosts(
      routes,
      service("web", { hosts: ["a.com", "b.com"] }),
      service("web", { hosts: ["b.com", "c.com"] }),
    );
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code: "ServiceHostsChanged", severity: "warning", field: "spec.hosts" });
    expect(finding?.related.map(({ ref }) => ref.name)).toEqual(["takes-them"]);
    expect(finding?.message).toContain("They will answer on c.com and no longer answer on a.com.");
  });

  test.each([
    ["hosts in another order and case", ["a.com", "B.com"], ["b.com", "A.com"]],
    ["nothing at all", undefined, undefined],
  ])("says nothing of %s", (_sentence, before, after) => {
    const at = (hosts: readonly string[] | undefined) => service("web", hosts === undefined ? {} : { hosts });
    expect(affectedByHosts(routes, at(before), at(after))).toEqual([]);
  });

  test("hosts that are cleared leave the routes on every host", () => {
    const [finding] = affectedByHosts(routes, service("web", { hosts: ["a.com"] }), service("web"));
    expect(finding?.message).toContain("They will answer on every host.");
  });
});
