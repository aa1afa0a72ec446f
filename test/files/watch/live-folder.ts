/** A folder that grows, for the tests of this room. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rename, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { DataArray } from '../../../lib/dataarray/data-array.js';
import { RealTimeLoader } from '../../../lib/files/watch/real-time-loader.js';
import type { RealTimeLoaderOptions } from '../../../lib/files/watch/real-time-options.js';
import { encodePacket } from '../../../lib/packets/packet.js';
import { temporaryFolder } from '../temporary-folder.js';
import type { WriterCommand } from './slow-writer.js';

/** A folder with a staging area beside it. */
export class LiveFolder {
  readonly path: string;
  readonly #staging: string;
  readonly #t: TestContext;

  private constructor(t: TestContext, path: string, staging: string) {
    this.#t = t;
    this.path = path;
    this.#staging = staging;
  }

  static async make(t: TestContext): Promise<LiveFolder> {
    const base = await temporaryFolder(t);
    await mkdir(join(base, 'live'));
    await mkdir(join(base, 'staging'));
    return new LiveFolder(t, join(base, 'live'), join(base, 'staging'));
  }

  /** Renames a whole file into place. */
  async move(name: string, content: DataArray | Uint8Array): Promise<void> {
    const staged = join(this.#staging, name.replaceAll('/', '-'));
    await writeFile(staged, await bytesOf(content));
    await mkdir(dirname(join(this.path, name)), { recursive: true });
    await rename(staged, join(this.path, name));
  }

  /** Writes a file where it is. */
  async write(name: string, content: DataArray | Uint8Array): Promise<void> {
    await writeFile(join(this.path, name), await bytesOf(content));
  }

  /** Makes a file one that was written long ago. */
  async age(name: string, seconds = 100): Promise<void> {
    const time = Date.now() / 1000 - seconds;
    await utimes(join(this.path, name), time, time);
  }

  /** Watches it, until the test is over; resolves once what is there was looked at. */
  async watch(options: RealTimeLoaderOptions = {}): Promise<RealTimeLoader> {
    const loader = new RealTimeLoader(this.path, { settle: 0.01, patience: 1e6, interval: 1e6, ...options });
    this.#t.after(() => {
      loader.on('error', () => {});
      loader.destroy();
    });
    await once(loader, 'open');
    return loader;
  }
}

async function bytesOf(content: DataArray | Uint8Array): Promise<Uint8Array> {
  return content instanceof Uint8Array ? content : await encodePacket(content);
}

/** The next `count` chunks. */
export async function next(loader: RealTimeLoader, count: number): Promise<DataArray[]> {
  const chunks: DataArray[] = [];
  while (chunks.length < count) {
    const chunk = loader.read();
    if (chunk) chunks.push(chunk);
    else await once(loader, 'readable');
  }
  return chunks;
}

/** A process that writes when it is told to. */
export class SlowWriter {
  readonly #child: ChildProcess;

  constructor(t: TestContext) {
    this.#child = fork(fileURLToPath(new URL('./slow-writer.js', import.meta.url)));
    t.after(() => this.#child.kill());
  }

  /** Resolves when it is done, to the bytes written so far. */
  async tell(command: WriterCommand): Promise<number> {
    const done = once(this.#child, 'message');
    this.#child.send(command);
    return (await done)[0] as number;
  }
}
