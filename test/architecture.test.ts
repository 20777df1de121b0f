import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

// The law of imports (docs/architecture.md): which room may import which, and which packages a room may use.
const src = resolve(import.meta.dirname, "../src");

/** Rooms a file may import, beside its own folder where `own` stands. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  "core/model": [],
  "core/changes": [],
  "core/matcher": ["core/model"],
  "core/precedence": ["core/model", "core/changes", "core/matcher"],
  "core/diagnostics": ["core/model", "core/changes", "core/matcher", "core/precedence"],
  "core/desired": ["core/model", "core/changes"],
  "core/plan": ["core/model", "core/changes"],
  "core/status": ["core/model"],
  core: ["core"], // pipeline.ts
  wire: ["core/model", "wire"],
  edges: ["core/model", "wire"],
  shells: ["core", "wire", "edges"],
  cli: ["core", "wire", "edges", "shells", "cli"],
  "": ["cli"], // main.ts
};

/** Pure, synchronous packages that core may use, by name. */
const corePackages = ["node:crypto", "node:vm", "re2js", "graphql", "dequal", "ipaddr.js"];
const packagesOf: Readonly<Record<string, (name: string) => boolean>> = {
  core: (name) => corePackages.includes(name),
  wire: (name) => name === "zod",
  edges: (name) => name !== "zod" && name !== "commander",
  shells: (name) => name !== "zod" && name !== "commander" && !edgePackages.includes(name),
  cli: (name) => name !== "zod" && !edgePackages.includes(name),
  "": () => false,
};
/** Each belongs to one edge. */
const edgePackages = ["@kubernetes/client-node", "got", "pino", "undici", "prom-client", "yaml"];

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = globSync("**/*.ts", { cwd: src }).sort();
const imports = files.flatMap(importsOf);

describe("the law of imports", () => {
  test("there are sources to check", () => expect(files.length).toBeGreaterThan(10));

  test("a room imports only the rooms below it", () => {
    const broken = imports
      .filter(({ to }) => to.startsWith("src:"))
      .filter(({ from, to }) => !isAllowed(from, to.slice(4)));
    expect(broken.map(describeImport)).toEqual([]);
  });

  test("packages stay in their rooms", () => {
    const broken = imports
      .filter(({ to }) => !to.startsWith("src:"))
      .filter(({ from, to }) => !packagesOf[topOf(from)]?.(to));
    expect(broken.map(describeImport)).toEqual([]);
  });

  test("outsiders enter a room by its front door", () => {
    const broken = imports
      .filter(({ to }) => to.startsWith("src:"))
      .map(({ from, to }) => ({ from, to: to.slice(4) }))
      .filter(({ from, to }) => doorOf(to) !== undefined && doorOf(from) !== doorOf(to) && !to.endsWith("/index.ts"));
    expect(broken.map(describeImport)).toEqual([]);
  });

  test("there are no circles, type imports included", () => expect(circleIn(imports)).toBeUndefined());
});

function importsOf(file: string): Import[] {
  const text = readFileSync(join(src, file), "utf8");
  const specifiers = [
    ...text.matchAll(/^(?:import|export)\s[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\("([^"]+)"\)/gm),
  ];
  return specifiers.map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? "";
    if (!specifier.startsWith(".")) return { from: file, to: packageOf(specifier) };
    return { from: file, to: `src:${relative(src, resolve(src, dirname(file), specifier))}` };
  });
}

function packageOf(specifier: string): string {
  if (specifier.startsWith("node:")) return specifier;
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

function topOf(file: string): string {
  return file.includes("/") ? (file.split("/")[0] ?? "") : "";
}

function ruleOf(file: string): readonly string[] {
  const folder = dirname(file);
  const room = Object.keys(mayImport)
    .filter((name) => folder === name || folder.startsWith(`${name}/`) || (name === "" && folder === "."))
    .sort((a, b) => b.length - a.length)[0];
  return room === undefined ? [] : (mayImport[room] ?? []);
}

/** The folder whose index.ts outsiders must use: core/X, edges/X, shells/X. */
function doorOf(file: string): string | undefined {
  const parts = file.split("/");
  return ["core", "edges", "shells"].includes(parts[0] ?? "") && parts.length > 2
    ? `${parts[0]}/${parts[1]}`
    : undefined;
}

function isAllowed(from: string, to: string): boolean {
  const ownDoor = doorOf(from) ?? dirname(from);
  const isInside = (room: string) => to === room || to.startsWith(`${room}/`);
  return isInside(ownDoor) || ruleOf(from).some(isInside);
}

function circleIn(edges: readonly Import[]): string | undefined {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) if (to.startsWith("src:")) next.set(from, [...(next.get(from) ?? []), to.slice(4)]);
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].join(" → ");
    if (done.has(file)) return undefined;
    for (const target of next.get(file) ?? []) {
      const circle = visit(target, [...path, file]);
      if (circle !== undefined) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of next.keys()) {
    const circle = visit(file, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

function describeImport({ from, to }: Import): string {
  return `${from} imports ${to}`;
}
