// `npm run golden`: writes the expected files of test/golden anew from what decide() says now. Review them like code.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { goldenFiles, goldenFolder } from "../test/support/golden.ts";

const cases = readdirSync(goldenFolder).sort();
let written = 0;
for (const name of cases) {
  const folder = join(goldenFolder, name);
  for (const [file, text] of Object.entries(await goldenFiles(folder))) {
    const path = join(folder, file);
    if (existsSync(path) && readFileSync(path, "utf8") === text) continue;
    writeFileSync(path, text);
    console.log(`golden: ${name}/${file}`);
    written++;
  }
}
console.log(`golden: ${cases.length} cases, ${written} files written`);
