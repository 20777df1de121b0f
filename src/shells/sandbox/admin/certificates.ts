import { createPrivateKey, X509Certificate } from "node:crypto";
import { fieldsOf, isTable, written, type Mutable, type MutableObject } from "../schema/lua.ts";
import { decrypt } from "./encryption.ts";

/**
 * What is wrong with a certificate and its key; that they belong together is not looked at.
 * Source: apache/apisix 3.18, apisix/ssl.lua, validate().
 */
export function pairFault(certificate: string, key: string | undefined): string | undefined {
  if (!isCertificate(certificate)) return "failed to parse cert: PEM_read_bio_X509_AUX() failed";
  if (key === undefined) return undefined;
  const clear = key.startsWith("---") ? key : decrypt(key);
  if (clear === undefined) return "failed to decrypt previous encrypted key";
  return isPrivateKey(clear) ? undefined : "failed to parse key: PEM_read_bio_PrivateKey() failed";
}

/** Source: apache/apisix 3.18, apisix/ssl.lua, check_ssl_conf(), behind the schema. */
export function sslFault(body: MutableObject): string | undefined {
  const { cert, key, type, certs, keys, client } = body;
  const fault = checkedPair(cert, key);
  if (fault !== undefined || type === "client") return fault;
  const moreCerts = Array.isArray(certs) ? certs : [];
  const moreKeys = Array.isArray(keys) ? keys : [];
  if (moreCerts.length !== moreKeys.length) return "mismatched number of certs and keys";
  for (const [index, more] of moreCerts.entries()) {
    const moreFault = checkedPair(more, moreKeys[index]);
    if (moreFault !== undefined) return `failed to handle cert-key pair[${index + 1}]: ${moreFault}`;
  }
  if (!isTable(client)) return undefined;
  const { ca } = fieldsOf(client);
  const authorityFault = isReference(ca) ? undefined : pairFault(written(ca), undefined);
  return authorityFault === undefined ? undefined : `failed to validate client_cert: ${authorityFault}`;
}

function checkedPair(certificate: Mutable | undefined, key: Mutable | undefined): string | undefined {
  if (isReference(certificate) || isReference(key)) return undefined;
  return pairFault(written(certificate), written(key));
}

/** The secret itself is somewhere else: nothing to look at. */
function isReference(value: Mutable | undefined): boolean {
  return typeof value === "string" && /^\$(?:secret|env|ENV):\/\//.test(value);
}

function isCertificate(text: string): boolean {
  try {
    return new X509Certificate(text) instanceof X509Certificate;
  } catch {
    return false;
  }
}

function isPrivateKey(text: string): boolean {
  try {
    return createPrivateKey(text).type === "private";
  } catch {
    return false;
  }
}
