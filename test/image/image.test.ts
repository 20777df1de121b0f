import { execFileSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { Container, whyNoContainer } from "../support/container.ts";
import { type Image, buildImage, dockerfile } from "../support/image.ts";

// No container engine runs here, so the Dockerfile is read, each of its steps is done as it says, and what it makes is
// started as a container runtime would start it.
const root = resolve(import.meta.dirname, "../..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest; // ours
const folder = mkdtempSync(join(tmpdir(), "apisix-route-image-"));
const instructions = dockerfile();

interface Manifest {
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the Dockerfile", () => {
  const textsOf = (name: string, stage?: number) =>
    instructions.filter((each) => each.name === name && (stage ?? each.stage) === each.stage).map(({ text }) => text);

  test("stands on Node of exactly the version that this checkout is developed with", () => {
    expect(textsOf("ARG", -1)).toEqual([`NODE_VERSION=${manifest.devDependencies["node"]}`, 'NODE_DIGEST=""']);
    const base = "node:${NODE_VERSION}-slim${NODE_DIGEST:+@$NODE_DIGEST}";
    expect(textsOf("FROM")).toEqual([`--platform=$BUILDPLATFORM ${base} AS build`, base]);
  });

  test("ends as a user by number, with an entrypoint that needs no shell and no PATH", () => {
    expect(textsOf("USER", 1)).toEqual(["65532:65532"]);
    const words: readonly string[] = JSON.parse(textsOf("ENTRYPOINT", 1)[0] ?? ""); // the exec form is a JSON array of texts
    expect(words.filter((word) => !word.startsWith("--"))).toEqual(["/usr/local/bin/node", "/app/apisix-route.mjs"]);
    expect(textsOf("RUN", 1)).toEqual([]);
  });

  test("says in its labels what it is", () => {
    const [labels = ""] = textsOf("LABEL", 1);
    const names = [...labels.matchAll(/org\.opencontainers\.image\.(\w+)=/g)].map(([, name]) => name);
    expect(names).toEqual(["title", "description", "licenses", "version", "revision"]);
  });

  test("its build steps, with nothing but what it copies and npm ci brings, make the bundle", () => {
    const context = join(folder, "src");
    for (const step of instructions.filter(({ stage }) => stage === 0)) doStep(step.name, step.text, context);
    expect(existsSync(join(folder, "out/apisix-route.mjs"))).toBe(true);
  }, 300_000);

  test("the bundle is ASCII: a single other character makes V8 hold all of a file in two bytes each", () => {
    const lines = [...bundleIn(join(folder, "out")).values()].flatMap((text) => text.split("\n"));
    expect(lines.flatMap((line) => line.match(/.{0,40}[^\0-\x7f]/) ?? [])).toEqual([]);
  });

  test("what it copies is let through by .dockerignore", () => {
    const [first, ...allowed] = readFileSync(join(root, ".dockerignore"), "utf8").trim().split("\n");
    const copied = textsOf("COPY", 0).flatMap((text) => text.split(" ").slice(0, -1));
    expect(first).toBe("*");
    expect(allowed.toSorted()).toEqual(copied.map((path) => `!${path}`).toSorted());
  });

  function doStep(name: string, text: string, context: string): void {
    if (name === "WORKDIR") mkdirSync(context, { recursive: true });
    if (name === "COPY") {
      const paths = text.split(" ");
      const to = paths.pop() ?? "";
      for (const path of paths) {
        const place = to.endsWith("/") ? join(context, to, path.split("/").at(-1) ?? "") : join(context, to);
        mkdirSync(dirname(place), { recursive: true });
        cpSync(join(root, path), place, { recursive: true });
      }
    }
    if (name !== "RUN") return;
    // What npm ci would install is what stands here already, from the same lock file.
    if (text.startsWith("npm ci")) return symlinkSync(join(root, "node_modules"), join(context, "node_modules"));
    const [program = "", ...args] = text
      .split(" ")
      .map((word) => (word.startsWith("/out") ? join(folder, word) : word));
    expect(program).toBe("node");
    execFileSync(process.execPath, args, { cwd: context, stdio: "inherit" });
  }
});

const missing = whyNoContainer();
if (missing !== undefined) process.stderr.write(`image: ${missing}\n`);
describe.skipIf(missing !== undefined)(
  "the image, with a read-only root, an unprivileged user and no environment",
  () => {
    let image: Image;
    beforeAll(() => {
      image = buildImage(join(folder, "rootfs"));
    }, 300_000);

    const run = async (args: readonly string[], entrypoint?: readonly string[]) => {
      const container = new Container({ image: { ...image, env: {} }, command: entrypoint, args, env: {} });
      return { code: await container.ended, output: container.output };
    };
    const node = () => [image.entrypoint[0] ?? ""];

    test("holds the same bundle, to the byte, that the Dockerfile's steps made", () => {
      expect(bundleIn(join(folder, "rootfs/app"))).toEqual(bundleIn(join(folder, "out")));
    });

    test("says its version", async () => {
      expect(await run(["--version"])).toEqual({ code: 0, output: `${manifest.version}\n` });
    });

    test.each(commandNames())("%s starts: every module is in the bundle", async (name) => {
      expect(await run([name, "--help"])).toEqual({ code: 0, output: expect.stringContaining(`apisix-route ${name}`) });
    });

    test("lints the examples that it brings", async () => {
      const { code, output } = await run(["lint", "/app/examples/story.yaml"]);
      expect(output).toContain("warning[HostsInherited]");
      expect(code).toBe(1);
    });

    test("run without a cluster says so in one sentence", async () => {
      expect(await run(["run"])).toEqual({
        code: 2,
        output: expect.stringMatching(/^apisix-route: no cluster: .*\n$/),
      });
    });

    test("the operator, all of it loaded, has loaded nothing heavy of Node that it does not use", async () => {
      const told = `process.on("exit", () => console.log("loaded", ...process.moduleLoadList, "no more"))`;
      const args = [
        "--import",
        `data:text/javascript,${told}`,
        ...image.entrypoint.slice(1),
        "run",
        "--kubeconfig",
        "x",
      ];
      const { output } = await run(args, node());
      const [, ...loaded] = /^loaded (.*) no more$/m.exec(output)?.[1]?.split(/ (?=NativeModule|Internal)/) ?? [];
      expect(loaded).toContain("NativeModule https");
      expect(loaded.filter((name) => /undici|http2|webcrypto|webstreams/.test(name))).toEqual([]);
    });

    test("it really is nobody, has no capability, can write nowhere and finds no shell", async () => {
      const script = `
      const fs = require("node:fs");
      const status = fs.readFileSync("/proc/self/status", "utf8").split("\\n").map((line) => line.split(/:\\s*/));
      const write = (path) => { try { fs.writeFileSync(path, ""); return "written"; } catch (error) { return error.code; } };
      console.log(JSON.stringify({
        ...Object.fromEntries(status.filter(([name]) => ["Uid", "Groups", "CapEff", "NoNewPrivs"].includes(name))),
        env: process.env,
        writes: ["/x", "/app/x", "/tmp/x", "/app/apisix-route.mjs"].map(write).filter((code) => code === "written"),
        shell: fs.existsSync("/bin/sh"),
      }));`;
      const { output } = await run(["-e", script], node());
      expect(JSON.parse(output)).toEqual({
        Uid: "65532\t65532\t65532\t65532",
        Groups: "",
        CapEff: "0000000000000000",
        NoNewPrivs: "1",
        env: {},
        writes: [],
        shell: false,
      });
    });

    test("SIGTERM ends it, and a program that does not listen is killed after the grace", async () => {
      const sandbox = new Container({ image, args: ["sandbox", "--port", "0", "--admin-port", "0"], env: {} });
      await eventually(() => sandbox.output.includes("objects"));
      expect(await sandbox.stop(10)).toBe(0);
      const script = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("deaf")';
      const deaf = new Container({ image, command: node(), args: ["-e", script], env: {} });
      await eventually(() => deaf.output.includes("deaf"));
      expect(await deaf.stop(0.2)).toBe("SIGKILL");
    });
  },
);

/** The files of a bundle, by name. */
function bundleIn(place: string): ReadonlyMap<string, string> {
  const files = globSync("*.mjs", { cwd: place }).toSorted();
  return new Map(files.map((file) => [file, readFileSync(join(place, file), "utf8")]));
}

/** As src/cli/commands has a file for each. */
function commandNames(): readonly string[] {
  return globSync("*.ts", { cwd: join(root, "src/cli/commands") }).map((file) => file.replace(/\.ts$/, ""));
}
