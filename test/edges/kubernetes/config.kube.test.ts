import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Cluster, ConfigError, KubeError, namespaces, openCluster } from "../../../src/edges/kubernetes/index.ts";
import { describeKube } from "../../support/kubeapi.suite.ts";

const accountFolder = "var/run/secrets/kubernetes.io/serviceaccount";
const canary = "c4n4ry-t0ken";

describeKube("who we are to the cluster", ({ cluster: shared, namespace, kubectl }) => {
  const folder = mkdtempSync(join(tmpdir(), "kube-config-"));
  const certificate = /certificate-authority: "([^"]+)"/.exec(readFileSync(shared.kubeconfig, "utf8"))?.[1] ?? "";
  const account = join(folder, accountFolder);
  const open: Cluster[] = [];

  beforeAll(async () => {
    mkdirSync(account, { recursive: true });
    cpSync(certificate, join(account, "ca.crt"));
    writeFileSync(join(account, "namespace"), `${namespace}\n`);
    await kubectl(["create", "serviceaccount", "operator"]);
    const { hostname, port } = new URL(shared.server);
    process.env["KUBERNETES_SERVICE_HOST"] = hostname;
    process.env["KUBERNETES_SERVICE_PORT"] = port;
  });
  afterAll(async () => {
    for (const cluster of open) await cluster.close();
    delete process.env["KUBERNETES_SERVICE_HOST"];
    delete process.env["KUBERNETES_SERVICE_PORT"];
    rmSync(folder, { recursive: true });
  });

  const newToken = async () => (await kubectl(["create", "token", "operator"])).trim();
  const writeToken = (token: string) => writeFileSync(join(account, "token"), `${token}\n`);
  const inCluster = async () => {
    const cluster = await openCluster({ kind: "inCluster", root: `${folder}/` });
    open.push(cluster);
    return cluster;
  };
  const failureOf = (call: Promise<unknown>) =>
    call.then(
      () => "none",
      (error: unknown) => (error instanceof KubeError ? error.failure : String(error)),
    );
  /** Forbidden to a fresh account: it got past authentication, and that is what is asked here. */
  const knock = ({ client }: Cluster) => failureOf(client.get(namespaces, { namespace: "", name: "kube-system" }));

  test("in a pod: its account, its namespace", async () => {
    writeToken(await newToken());
    const cluster = await inCluster();
    expect(cluster.config.namespace).toBe(namespace);
    expect(await knock(cluster)).toBe("forbidden");
  });

  test("a token that was replaced is read again the moment the old one is refused", async () => {
    writeToken(canary);
    const cluster = await inCluster();
    expect(await knock(cluster)).toBe("unauthorized");
    writeToken(await newToken());
    expect(await knock(cluster)).toBe("forbidden");
  });

  test("a CA that was replaced is read again the moment the server is not trusted", async () => {
    writeToken(await newToken());
    const other = join(folder, "other.crt");
    writeFileSync(other, anotherCertificate);
    cpSync(other, join(account, "ca.crt"));
    const cluster = await inCluster();
    expect(await knock(cluster)).toBe("unreachable");
    cpSync(certificate, join(account, "ca.crt"));
    expect(await knock(cluster)).toBe("forbidden");
  });

  test("many calls refused together read the token once more, and all succeed", async () => {
    writeToken(canary);
    const cluster = await inCluster();
    expect(await knock(cluster)).toBe("unauthorized");
    writeToken(await newToken());
    const calls = await Promise.all(Array.from({ length: 20 }, () => knock(cluster)));
    expect(new Set(calls)).toEqual(new Set(["forbidden"]));
  });

  test("a token stands in no error, however it is looked at", async () => {
    writeToken(canary);
    const cluster = await inCluster();
    const error: unknown = await cluster.client
      .get(namespaces, { namespace: "", name: "default" })
      .catch((thrown: unknown) => thrown);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(canary);
    expect(JSON.stringify(error)).not.toContain(canary);
    expect(inspect(await cluster.config.connect(), { depth: 20 })).not.toContain(canary);
  });

  test.each([
    ["that is not there", undefined, "ENOENT"],
    ["that is no YAML", `users:\n- user: {token: ${canary}\n  broken: [`, "cannot read"],
    ["without a current context", "apiVersion: v1\nkind: Config\n", "current context"],
  ])("a kubeconfig %s is said in one line that quotes nothing of it", async (_sentence, text, words) => {
    const path = join(folder, "kubeconfig");
    rmSync(path, { force: true });
    if (text !== undefined) writeFileSync(path, text);
    const error: unknown = await openCluster({ kind: "file", path }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toContain(words);
    expect(String(error)).not.toContain("\n");
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(canary);
  });

  test("a context can be chosen, and one that does not exist is named", async () => {
    const path = shared.kubeconfig;
    const cluster = await openCluster({ kind: "file", path, context: "test" });
    open.push(cluster);
    expect(cluster.config.context).toBe("test");
    await expect(openCluster({ kind: "file", path, context: "prod" })).rejects.toThrow('no context "prod"');
  });
});

/** Some CA, of no server here; its key was thrown away. */
const anotherCertificate = `-----BEGIN CERTIFICATE-----
MIIBezCCASGgAwIBAgIUGOCB9CAMqjOrHauVEnelNX3VRUEwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHYW5vdGhlcjAgFw0yNjExMjMxOTU4MTNaGA8yMTI2MTAzMDE5
NTgxM1owEjEQMA4GA1UEAwwHYW5vdGhlcjBZMBMGByqGSM49AgEGCCqGSM49AwEH
A0IABEhe3s+hbz2K6b8a3X5qRibSuU5MlVwJuhQZ2pnrBjthcA2rC6iOxtiGKEIi
MrL9NG+1DlpYbCCNJhAKsEo63PKjUzBRMB0GA1UdDgQWBBTvxYtxMZdld71/F/4Z
Yoz1TzY7sTAfBgNVHSMEGDAWgBTvxYtxMZdld71/F/4ZYoz1TzY7sTAPBgNVHRMB
Af8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIEoxBWl7IU8CQ3rIggrLhW4hIKCx
8OEDKJe8uMDXp5N0AiEAxgWiyZ06CGl1/E0+J7IZNjQVkiFLj2pfknPwZpCcWLg=
-----END CERTIFICATE-----
`;
