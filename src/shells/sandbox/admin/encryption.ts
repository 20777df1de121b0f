import { createCipheriv, createDecipheriv } from "node:crypto";
import type { Schema } from "../schema/check.ts";
import type { Mutable } from "../schema/lua.ts";

// Some fields are stored as ciphertext, the same for the same text; PUT answers show it, GET shows the clear text.
// Source: apache/apisix 3.18, apisix/core/data_encryption.lua and apisix/plugin.lua, process_encrypt_field().
// The sandbox guards nothing: this key is no secret.
const key = Buffer.from("sandbox-sandbox-");

export function encrypt(text: string): string {
  const cipher = createCipheriv("aes-128-cbc", key, key);
  return Buffer.concat([cipher.update(text, "utf8"), cipher.final()]).toString("base64");
}

/** `undefined`: this is no ciphertext of ours. */
export function decrypt(text: string): string | undefined {
  try {
    const decipher = createDecipheriv("aes-128-cbc", key, key);
    return Buffer.concat([decipher.update(Buffer.from(text, "base64")), decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}

/** Private keys are encrypted only in the form in which people have them; ciphertext sent again stays as it is. */
export function encryptKey(text: Mutable): Mutable {
  return typeof text === "string" && text.startsWith("---") ? encrypt(text) : text;
}

/** Changes the fields that the schema's `encrypt_fields` name, in place. */
export function changeFields(config: Mutable, schema: Schema, change: (text: string) => string): void {
  for (const path of schema.encrypt_fields ?? []) changeAt(config, path.split("."), change);
}

function changeAt(config: Mutable, [segment = "", ...rest]: readonly string[], change: (text: string) => string): void {
  if (typeof config !== "object" || config === null) return;
  if (Array.isArray(config)) {
    for (const item of config) changeAt(item, [segment, ...rest], change);
    return;
  }
  const value = config[segment];
  if (value === undefined) return;
  if (rest.length > 0) changeAt(value, rest, change);
  else config[segment] = changeTexts(value, change);
}

/** A text, or a list or map of texts. */
function changeTexts(value: Mutable, change: (text: string) => string): Mutable {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => (typeof item === "string" ? change(item) : item));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(entries.map(([name, item]) => [name, typeof item === "string" ? change(item) : item]));
}
