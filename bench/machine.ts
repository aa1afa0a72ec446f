/** The machine and the versions that a page of results is about. */
import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Version of an installed package; their manifests are not always exported, their main files are. */
function versionOf(name: string): string {
  for (let folder = dirname(fileURLToPath(import.meta.resolve(name))); ; folder = dirname(folder)) {
    try {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>;
      if (manifest.name === name && manifest.version) return manifest.version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    if (folder === dirname(folder)) throw new Error(`no package.json of ${name} found`);
  }
}

/** Facts of the machine, as lines. */
export function machineLines(): string[] {
  const model = cpus()[0]?.model.trim() || 'unknown processor';
  return [
    `${model}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB memory, ${platform()} ${release()} ${arch()}`,
    `load average at the start: ${loadavg()
      .map((load) => load.toFixed(1))
      .join(', ')}`,
  ];
}

/** Versions of Node and of the packages that matter here, as one line. */
export function versionsLine(): string {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const packages = ['zeromq', 'h5wasm', 'h5wasm-plugins'].map((name) => `${name} ${versionOf(name)}`);
  return [`dasflow ${manifest.version}`, `Node ${process.versions.node}`, ...packages].join(', ');
}
