import { stringify } from "yaml";
import type { Json } from "../../core/model/index.ts";
import { readDocuments } from "./documents.ts";

/** The first document of a text, `undefined` where there is none; throws where it is no YAML. */
export function yamlValueOf(text: string): Json | undefined {
  const { documents, error } = readDocuments("", text);
  if (error !== undefined) throw new SyntaxError(error.message);
  return documents[0]?.value;
}

/** A value as one YAML document. */
export function yamlTextOf(value: Json): string {
  return stringify(value);
}
