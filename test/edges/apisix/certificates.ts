import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Pair {
  readonly key: string;
  readonly cert: string;
}

/** An authority, and a certificate that it signed, by default for 127.0.0.1; good for a day. */
export function makeCertificates(names = loopback): { readonly ca: string; readonly server: Pair } {
  return inFolder((run, read) => {
    run("req", "-x509", ...curve, "-days", "1", "-subj", "/CN=test authority", "-keyout", "ca.key", "-out", "ca.crt");
    run("req", ...curve, "-subj", "/CN=gateway", "-keyout", "server.key", "-out", "server.csr");
    run("x509", "-req", "-in", "server.csr", ...signed, "-days", "1", "-out", "server.crt");
    return { ca: read("ca.crt"), server: { key: read("server.key"), cert: read("server.crt") } };
  }, names);
}

/** A certificate that was over yesterday, and its key. */
export function makeExpiredPair(): Pair {
  return inFolder((run, read) => {
    run("req", ...curve, "-subj", "/CN=a.com", "-keyout", "old.key", "-out", "old.csr");
    run("x509", "-req", "-in", "old.csr", "-signkey", "old.key", "-days", "-1", "-out", "old.crt");
    return { key: read("old.key"), cert: read("old.crt") };
  });
}

const loopback = "IP:127.0.0.1,DNS:localhost";
const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
const signed = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names"];

type Run = (...args: readonly string[]) => void;

function inFolder<Made>(make: (run: Run, read: (name: string) => string) => Made, names = loopback): Made {
  const folder = mkdtempSync(join(tmpdir(), "certificates-"));
  writeFileSync(join(folder, "names"), `subjectAltName=${names}`);
  try {
    return make(
      (...args) => void execFileSync("openssl", args, { cwd: folder, stdio: "pipe" }),
      (name) => readFileSync(join(folder, name), "utf8"),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
