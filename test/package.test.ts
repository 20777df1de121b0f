import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

// What `npm pack` makes of this checkout, and whether it runs where nothing else of ours is. Built aside, since other
// tests drive the checkout's own dist.
const root = resolve(import.meta.dirname, "..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest; // ours
const folder = mkdtempSync(join(tmpdir(), "apisix-route-package-"));
const installed = join(folder, "package");
const bin = join(installed, "bin/apisix-route.js");

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let packed: readonly string[] = [];

beforeAll(() => {
  const checkout = join(folder, "checkout");
  const notCopied = ["node_modules", "dist", ".git"].map((name) => join(root, name));
  cpSync(root, checkout, { recursive: true, filter: (path) => !notCopied.includes(path) });
  symlinkSync(join(root, "node_modules"), join(checkout, "node_modules"));
  runIn(checkout, process.execPath, ["scripts/build.mjs"]);
  const said = runIn(checkout, "npm", ["pack", "--json", "--pack-destination", folder]);
  const [{ filename, files }] = JSON.parse(said) as [{ filename: string; files: { path: string }[] }]; // npm's own shape
  packed = files.map(({ path }) => path).sort();
  runIn(folder, "tar", ["-xzf", filename]);
  installDependencies();
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the package", () => {
  test("holds what its manifest lists, and nothing else", () => {
    const expected = new Set([...manifest.files, "package.json", "README.md", "LICENSE"]);
    expect(new Set(packed.map((path) => path.split("/")[0] ?? ""))).toEqual(expected);
  });

  test("holds every definition and every example", () => {
    const wanted = globSync(["crds/*.yaml", "examples/*.yaml"], { cwd: root });
    expect(wanted.length).toBeGreaterThan(10);
    expect(packed).toEqual(expect.arrayContaining(["bin/apisix-route.js", ...wanted]));
  });

  test("holds one compiled file and its map for each source, and no source", () => {
    const sources = globSync("**/*.ts", { cwd: join(root, "src") }).map((path) => path.replace(/\.ts$/, ""));
    const built = sources.flatMap((path) => [`dist/${path}.js`, `dist/${path}.js.map`]);
    expect(packed.filter((path) => path.startsWith("dist/"))).toEqual(built.sort());
    expect(packed.filter((path) => /\.ts$|test/.test(path.replace(/^dist\/.*/, "")))).toEqual([]);
  });

  test("says its license in full", () => {
    const text = readFileSync(join(installed, "LICENSE"), "utf8");
    expect(text).toMatch(/^ +Apache License\n +Version 2\.0, January 2004\n/);
    expect(text).toContain("END OF TERMS AND CONDITIONS");
  });
});

describe("the packed program, in an empty folder, with its dependencies alone", () => {
  test("says its version", () => {
    expect(run(process.execPath, bin, "--version")).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: "" });
  });

  test("plays the demo on the examples that it brings", () => {
    const { status, stdout } = run(process.execPath, bin, "demo", "--once", "-o", "json");
    const { story, routes } = JSON.parse(stdout) as { story: { after: Case[] }; routes: { name: string }[] }; // the documented shape
    expect(story.after.filter(({ winner, expected }) => winner !== expected)).toEqual([]);
    expect(routes.map(({ name }) => name)).toEqual(expect.arrayContaining(["route-1", "route-2"]));
    expect(status).toBe(0);
  });

  interface Case {
    readonly winner: string;
    readonly expected: string;
  }

  test.each(["run", "demo", "explain", "lint", "sandbox", "crds", "corpus"])(
    "%s starts: every module is there",
    (command) => {
      expect(run(process.execPath, bin, command, "--help")).toMatchObject({ status: 0, stderr: "" });
    },
  );
});

describe("a Node that is too old gets one sentence", () => {
  const sentence = (version: string) =>
    expect.stringMatching(
      new RegExp(
        `^apisix-route needs Node 22\\.19 or newer and this is ${version.replaceAll(".", "\\.")}\\. [^\n]*\n$`,
      ),
    );

  test.each(["14.21.3", "18.20.8", "20.20.2", "22.18.0"])("as %s", (version) => {
    expect(runAs(version)).toEqual({ status: 2, stdout: "", stderr: sentence(version) });
  });

  test.each(["22.19.0", "24.0.0", "26.0.0"])("and %s does not", (version) => {
    expect(runAs(version)).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: "" });
  });

  const old = oldNodes();
  if (old.length === 0)
    process.stderr.write("package: no Node older than 22.19 on the PATH; its answer is simulated\n");
  test.each(old)("a real one: $version at $path", ({ path, version }) => {
    expect(run(path, bin, "--version")).toEqual({ status: 2, stdout: "", stderr: sentence(version) });
  });

  /** This Node, which says that it is another. */
  function runAs(version: string): Ended {
    const lie = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } })`;
    return run(process.execPath, "--import", `data:text/javascript,${encodeURIComponent(lie)}`, bin, "--version");
  }
});

/** What `npm install` would put there, without its developers' packages: those must not be needed. */
function installDependencies(): void {
  for (const name of Object.keys(manifest.dependencies)) {
    const place = join(installed, "node_modules", name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(root, "node_modules", name), place);
  }
}

function run(program: string, ...args: readonly string[]): Ended {
  const cwd = mkdtempSync(join(folder, "empty-"));
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8" });
  return { status, stdout, stderr };
}

function runIn(cwd: string, program: string, args: readonly string[]): string {
  return execFileSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}

/** Outside our own node_modules, for npm puts that first. */
function oldNodes(): readonly { readonly path: string; readonly version: string }[] {
  const paths = (process.env["PATH"] ?? "").split(delimiter).map((part) => join(part, "node"));
  return [...new Set(paths)]
    .filter((path) => !path.includes("node_modules") && existsSync(path))
    .map((path) => ({ path, version: spawnSync(path, ["--version"], { encoding: "utf8" }).stdout.trim().slice(1) }))
    .filter(({ version }) => {
      const [major = 0, minor = 0] = version.split(".").map(Number);
      return major > 0 && (major < 22 || (major === 22 && minor < 19));
    });
}
