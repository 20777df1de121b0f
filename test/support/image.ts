import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");

/** One instruction of a Dockerfile, continued lines joined: `COPY`, `src src`. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
  /** From 0: which FROM it stands under; -1 before the first. */
  readonly stage: number;
}

/** What a container runtime reads of an image. */
export interface Image {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly user: { readonly uid: number; readonly gid: number };
  /** The folder that becomes the container's root. */
  readonly rootfs: string;
}

export function dockerfile(): readonly Instruction[] {
  const text = readFileSync(join(root, "Dockerfile"), "utf8").replaceAll(/^#.*\n/gm, "");
  let stage = -1;
  return text
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .flatMap((line) => {
      const [, name = "", rest = ""] = /^([A-Z]+) +(.*)$/.exec(line) ?? [];
      if (name === "FROM") stage += 1;
      return name === "" ? [] : [{ name, text: rest, stage }];
    });
}

/**
 * What `docker build` makes of the Dockerfile, but for the base: of that there is Node itself, with the libraries it is
 * linked to and nothing else; no shell, no /tmp. `folder` becomes its root.
 */
export function buildImage(folder: string): Image {
  execFileSync(process.execPath, [join(root, "scripts/bundle.mjs"), "--out", join(folder, "app")], {
    stdio: "inherit",
  });
  for (const library of librariesOf(process.execPath)) copyInto(folder, library, library);
  mkdirSync(join(folder, "usr/local/bin"), { recursive: true });
  writeFileSync(join(folder, nodePath), ""); // a place for a mount: 150 MB that need no copy
  for (const name of ["dev", "etc", "proc", "var/run"]) mkdirSync(join(folder, name), { recursive: true });
  const last = dockerfile().filter(({ stage }) => stage === 1);
  const textOf = (name: string) => last.find((instruction) => instruction.name === name)?.text ?? "";
  const [uid = 0, gid = 0] = textOf("USER").split(":").map(Number);
  return {
    entrypoint: JSON.parse(textOf("ENTRYPOINT")) as readonly string[], // the exec form is a JSON array of texts
    command: JSON.parse(textOf("CMD")) as readonly string[], // as above
    env: imageEnv(),
    user: { uid, gid },
    rootfs: folder,
  };
}

/** What the image's ENV adds to the environment. */
export function imageEnv(): Readonly<Record<string, string>> {
  const text = dockerfile().findLast(({ name }) => name === "ENV")?.text ?? "";
  return Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]));
}

/** Where the base image has Node; here it is this process's own. */
export const nodePath = "/usr/local/bin/node";

function librariesOf(program: string): readonly string[] {
  const said = execFileSync("ldd", [program], { encoding: "utf8" });
  return [...said.matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)].map(([, path = ""]) => path);
}

function copyInto(folder: string, from: string, to: string): void {
  mkdirSync(join(folder, dirname(to)), { recursive: true });
  copyFileSync(from, join(folder, to));
}
