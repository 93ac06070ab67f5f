// Fails when src/api/schema.d.ts is not what openapi.json says. `npm run api` brings them together again.
import { readFile } from "node:fs/promises";
import openapi, { astToString, COMMENT_HEADER } from "openapi-typescript";

const root = new URL("../", import.meta.url);
const expected = COMMENT_HEADER + astToString(await openapi(new URL("openapi.json", root)));
const present = await readFile(new URL("src/api/schema.d.ts", root), "utf8");

if (expected !== present) {
  process.stderr.write("src/api/schema.d.ts is older than openapi.json. Run `npm run api`.\n");
  process.exitCode = 1;
}
