import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Block, blocksOf, pageOf, root } from "../docs/markdown.ts";
import { eventually } from "../support/eventually.ts";
import { runKubectl } from "../support/kubeapi.ts";
import { describeKube } from "../support/kubeapi.suite.ts";
import { Terminal, missingFrom } from "./support/terminal.ts";

// The README's quick start as a newcomer types it: its blocks, one after the other, and what it says they print. Only
// ports differ (nobody owns 9080 on a shared machine), and the control plane is the suite's.

const blocks = blocksOf(pageOf("README.md")).filter(({ section }) => section === "Quick start on a cluster");
const steps = blocks.flatMap((block, at) => {
  const next = blocks[at + 1];
  if (block.language !== "sh") return [];
  return [{ title: titleOf(block), text: block.text, printed: next?.language === "text" ? next.text : "" }];
});

describeKube("the quick start of the README", ({ cluster }) => {
  const terminals: Terminal[] = [];
  const folder = mkdtempSync(join(tmpdir(), "apisix-route-quick-start-"));
  /** What the README takes for granted → what it is here. */
  const places = new Map<string, string>([["sandbox --key", "sandbox --admin-port 0 --port 0 --key"]]);
  const typed = (text: string) => [...places].reduce((line, [from, to]) => line.replaceAll(from, to), text);

  afterAll(async () => {
    const clean = (...args: readonly string[]) => runKubectl(cluster, args);
    await clean("delete", "apisixgateway", "main", "--ignore-not-found");
    await clean("delete", "-f", join(root, "examples/story.yaml"), "--ignore-not-found", "--timeout=30s");
    await clean("delete", "namespace", "apisix", "--ignore-not-found", "--wait=false");
    await Promise.all(terminals.map((terminal) => terminal.end()));
    rmSync(folder, { recursive: true, force: true });
  });

  describe("step by step", () => {
    test.each(steps)("$title", async ({ text, printed }) => {
      if (text.includes("npm run -s kubeapi")) expect(cluster.server).toMatch(/^https:/);
      else if (text.startsWith("# stays up")) await open(typed(text));
      else await type(typed(text), printed);
    });

    test("it has taken the story's routes off the gateway", async () => {
      expect(await outputOf(typed("curl -si -H 'Host: test2.com' http://127.0.0.1:9080/test"))).toMatch(/^HTTP.* 404 /);
    });
  });

  async function open(text: string): Promise<void> {
    const terminal = new Terminal(text, cluster);
    terminals.push(terminal);
    const isSandbox = text.includes(" sandbox ");
    await terminal.says(isSandbox ? "objects" : '"leading"');
    if (isSandbox) rememberPlaces(terminal.output);
  }

  function rememberPlaces(said: string): void {
    const [proxy = "", admin = ""] = said.match(/127\.0\.0\.1:\d+/g) ?? [];
    const gateway = join(folder, "gateway.yaml");
    const asWritten = readFileSync(join(root, "examples/gateway.yaml"), "utf8");
    expect(asWritten).toContain("http://127.0.0.1:9180");
    writeFileSync(gateway, asWritten.replace("127.0.0.1:9180", admin));
    places.set("examples/gateway.yaml", gateway).set("127.0.0.1:9080", proxy);
  }

  async function type(text: string, printed: string): Promise<void> {
    const { code, output } = await new Terminal(text, cluster).ended;
    expect(code !== 0, output).toBe(text.startsWith("# refused"));
    // What the last line reads may follow a moment later: statuses are written one after the other.
    const last = text.trim().split("\n").at(-1) ?? "";
    let said = output;
    const isAllThere = async () => {
      if (missingFrom(said, printed).length === 0) return true;
      if (last.startsWith("kubectl get")) said += await outputOf(last);
      return false;
    };
    const describeIt = () => `${missingFrom(said, printed).join("\n")}\nis not in\n${said}`;
    await eventually(isAllThere, { withinMs: 5_000, everyMs: 500, describe: describeIt });
  }

  async function outputOf(line: string): Promise<string> {
    return (await new Terminal(line, cluster).ended).output;
  }
});

function titleOf({ text }: Block): string {
  return text.split("\n").filter((line) => !line.startsWith("#"))[0] ?? "";
}
