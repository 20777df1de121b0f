import { request as sendRequest } from "node:http";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { type Running, folderWith, runProgram, startProgram } from "../program.ts";

const cases = resolve(import.meta.dirname, "../demo-cases");

/** The demo of a copy of a case, once it says that the table is loaded. */
async function live(name: string): Promise<{ readonly demo: Running; readonly folder: string }> {
  const folder = folderWith({}, join(cases, name));
  const demo = startProgram("demo", "--examples", folder, "--port", "0", "--admin-port", "0");
  await said(demo, "Ctrl-C ends it");
  return { demo, folder };
}

function said(demo: Running, words: string): Promise<void> {
  return eventually(() => demo.stdout().includes(words), { describe: () => demo.stdout() + demo.stderr() });
}

/** The route that a gateway at this address sends a request to. */
function winnerAt(url: string, host: string): Promise<unknown> {
  return new Promise((settle, reject) => {
    const sent = sendRequest(url, { headers: { host }, agent: false }, ({ headers }) => {
      sent.destroy();
      settle(headers["x-sandbox-route"]);
    });
    sent.on("error", reject).end();
  });
}

function proxyUrlIn(demo: Running): string {
  return /requests +(http:\S+)/.exec(demo.stdout())?.[1] ?? "";
}

describe("the demo that stays up", () => {
  test("tells the story, then answers requests as reconciled, and ends on SIGINT", async () => {
    const { demo } = await live("three-routes-inherit");
    const text = demo.stdout();
    for (const words of [
      "The problem",
      "Before",
      "After",
      "After a restart",
      "Routes",
      "everything, lending → everything ✗",
    ])
      expect(text).toContain(words);
    expect(text).toContain("fix   Write spec.hosts on the route");
    expect(text, "no colors where nobody sees them").not.toContain("\u001b");
    expect(text).toContain(`curl -i -H 'Host: lend.example.org' ${proxyUrlIn(demo)}/books/7`);
    expect(await winnerAt(`${proxyUrlIn(demo)}/books/7`, "lend.example.org")).toBe("books.lending_route");
    demo.child.kill("SIGINT");
    expect(await demo.ended).toMatchObject({ code: 0, stderr: "" });
  });

  test("follows the folder: writes what changed, and says which warnings are new or gone", async () => {
    const { demo, folder } = await live("no-requests");
    const manifest = (hosts: string) =>
      `{ apiVersion: apisix-operator.dev/v1alpha1, kind: GatewayRoute, metadata: { name: shop, namespace: site }, ` +
      `spec: { hosts: [${hosts}], uris: [/], serviceRef: { name: web } } }\n`;
    writeFileSync(join(folder, "shop.yaml"), manifest("shop.example.com"));
    await said(demo, "+ GatewayRoute site/shop");
    await said(demo, "warning[HostsOverridden] GatewayRoute site/shop");
    expect(await winnerAt(`${proxyUrlIn(demo)}/`, "shop.example.com")).toBe("site.shop_route");
    writeFileSync(join(folder, "shop.yaml"), manifest("bad host"));
    await said(demo, "error[InvalidSpec] GatewayRoute site/shop");
    expect(await winnerAt(`${proxyUrlIn(demo)}/`, "shop.example.com"), "the last good version stays").toBe(
      "site.shop_route",
    );
    writeFileSync(join(folder, "shop.yaml"), `# apisix-operator.dev\n${manifest("[")}`);
    await said(demo, "the table stays as it is");
    expect(await winnerAt(`${proxyUrlIn(demo)}/`, "shop.example.com"), "unreadable is not gone").toBe(
      "site.shop_route",
    );
    writeFileSync(join(folder, "shop.yaml"), manifest("site.example.com"));
    await said(demo, "gone error[InvalidSpec] GatewayRoute site/shop");
    await said(demo, "~ GatewayRoute site/shop  hosts");
    demo.child.kill("SIGTERM");
    expect((await demo.ended).code).toBe(0);
  });

  test("a port that was asked for and is taken is one sentence and exit code 2", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await eventually(() => server.listening);
    const address = server.address();
    const port = typeof address === "object" && address !== null ? String(address.port) : "";
    const ended = await runProgram("demo", "--examples", join(cases, "no-requests"), "--port", port);
    server.close();
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toMatch(new RegExp(`^apisix-route: port ${port} can't be used: .*EADDRINUSE.*\\.\\n$`));
  });
});
