// A sandbox in a process of its own, so that what is measured does not share its event loop. Forked by sync.ts and effective.ts.
import { startSandbox } from "../../src/shells/sandbox/index.ts";

const sandbox = await startSandbox({ adminPort: 0, proxyPort: 0, adminKey: process.env["ADMIN_KEY"] ?? "" });
process.send?.({ adminUrl: sandbox.adminUrl, proxyUrl: sandbox.proxyUrl });
process.once("disconnect", () => void sandbox.stop());
