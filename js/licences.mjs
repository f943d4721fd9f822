/** The licences of the packages that a bundle has parts of. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const PACKAGE = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/;
const LICENCE = /^(?:licen[cs]e|copying|notice)/i;

/** The folders of the packages that these files are of, each once. */
export function packagesOf(files) {
  const folders = [...files].map((file) => PACKAGE.exec(file)?.[0]);
  return [...new Set(folders.filter((folder) => folder !== undefined))].sort();
}

/** Their licences as one text. Throws where a package comes without one. */
export async function licences(folders) {
  return (await Promise.all(folders.map(licence))).join(`\n${"-".repeat(72)}\n\n`);
}

async function licence(folder) {
  const { name, version } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const names = (await readdir(folder)).filter((file) => LICENCE.test(file)).sort();
  const texts = await Promise.all(names.map((file) => readFile(join(folder, file), "utf8")));
  const text = texts
    .map((each) => each.trim())
    .filter((each) => each !== "")
    .join("\n\n");
  if (text === "") throw new Error(`${name} ${version} is bundled and has no licence text`);
  return `${name} ${version}\n\n${text}\n`;
}
