#!/usr/bin/env node
// Plain JavaScript of any age: an old Node must reach the sentence below, not a syntax error.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    `apisix-route needs Node 22.19 or newer and this is ${process.versions.node}. ` +
      "In a checkout run it as `npm run -s cli -- …`, which brings its own Node; elsewhere install Node 26.",
  );
  process.exitCode = 2;
} else {
  // A checkout runs its sources as they are; the published package holds only dist.
  const source = fileURLToPath(new URL("../src/main.ts", import.meta.url));
  await import(existsSync(source) ? "../src/main.ts" : "../dist/main.js");
}
