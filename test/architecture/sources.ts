import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

export interface Import {
  /** File that imports, from the project's root. */
  readonly from: string;
  /** What it names: a file of ours from the project's root, or a package. */
  readonly to: string;
  readonly typeOnly: boolean;
  readonly ours: boolean;
}

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

export function parse(file: string, text: string): SourceFile {
  const { module } = parseSync(file, text);
  const imports: Import[] = [];
  const add = (specifier: string, typeOnly: boolean): void => {
    const ours = specifier.startsWith('.');
    imports.push({ from: file, to: ours ? path.posix.join(path.posix.dirname(file), specifier) : specifier, typeOnly, ours });
  };
  for (const each of module.staticImports) {
    add(each.moduleRequest.value, each.entries.length > 0 && each.entries.every((entry) => entry.isType));
  }
  for (const each of module.staticExports) {
    for (const entry of each.entries) if (entry.moduleRequest) add(entry.moduleRequest.value, entry.isType);
  }
  for (const each of module.dynamicImports) {
    const written = text.slice(each.moduleRequest.start, each.moduleRequest.end);
    if (/^['"]/.test(written)) add(written.slice(1, -1), false);
  }
  return { path: file, text, imports };
}

/** Every source file of the given rooms, parsed. */
export function sources(rooms: readonly string[]): readonly SourceFile[] {
  return rooms.flatMap((room) => below(room)).map((file) => parse(file, readFileSync(path.join(root, file), 'utf8')));
}

function below(folder: string): string[] {
  const absolute = path.join(root, folder);
  return readdirSync(absolute).flatMap((name) => {
    const relative = path.posix.join(folder, name);
    if (statSync(path.join(absolute, name)).isDirectory()) return below(relative);
    return /\.tsx?$/.test(name) && !name.endsWith('.d.ts') ? [relative] : [];
  });
}
