import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Pair {
  readonly key: string;
  readonly cert: string;
}

/** An authority, and a certificate for 127.0.0.1 that it signed; good for a day. */
export function makeCertificates(): { readonly ca: string; readonly server: Pair } {
  const folder = mkdtempSync(join(tmpdir(), "certificates-"));
  const run = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  try {
    run("req", "-x509", ...curve, "-days", "1", "-subj", "/CN=test authority", "-keyout", "ca.key", "-out", "ca.crt");
    run("req", ...curve, "-subj", "/CN=gateway", "-keyout", "server.key", "-out", "server.csr");
    writeFileSync(join(folder, "names"), "subjectAltName=IP:127.0.0.1,DNS:localhost");
    const signed = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "1", "-extfile", "names"];
    run("x509", "-req", "-in", "server.csr", ...signed, "-out", "server.crt");
    const read = (name: string) => readFileSync(join(folder, name), "utf8");
    return { ca: read("ca.crt"), server: { key: read("server.key"), cert: read("server.crt") } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
