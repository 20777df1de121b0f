// `npm run golden`: writes the expected files of test/golden anew from what decide() says now, and those of test/chart/golden
// from what helm renders, if it is here, and the pinned tables of core/precedence. Review them like code.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pinnedText } from "../test/core/precedence/pinned-stories.ts";
import { chartGoldenFolder, goldenChart } from "../test/support/chart.ts";
import { goldenFiles, goldenFolder } from "../test/support/golden.ts";
import { ensureBinaries } from "../test/support/kubeapi.build.ts";

let written = 0;
const cases = readdirSync(goldenFolder).sort();
for (const name of cases)
  for (const [file, text] of Object.entries(await goldenFiles(join(goldenFolder, name))))
    write(join(goldenFolder, name, file), text, `${name}/${file}`);

write("test/core/precedence/pinned.txt", pinnedText(), "pinned tables of core/precedence");

const chartCases = readdirSync(chartGoldenFolder).sort();
const binaries = await ensureBinaries();
if ("missing" in binaries) console.error(`golden: the chart's are left out: ${binaries.missing}`);
else
  for (const name of chartCases)
    write(join(chartGoldenFolder, name, "rendered.yaml"), await goldenChart(binaries.helm, name), `chart: ${name}`);
console.log(`golden: ${cases.length + chartCases.length} cases, ${written} files written`);

function write(path, text, title) {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  writeFileSync(path, text);
  console.log(`golden: ${title}`);
  written++;
}
