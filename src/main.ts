// Hands argv to cli and sets the exit code: 0 done, 1 something found, 2 could not do the job.
import { runCli } from "./cli/index.ts";

process.exitCode = await runCli(process.argv.slice(2));
