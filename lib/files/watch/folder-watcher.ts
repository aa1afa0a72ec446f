import { type FSWatcher, watch } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import picomatch from 'picomatch';
import { FileError } from '../../errors.js';
import { statOrNull } from './file-mark.js';

/** What a {@link FolderWatcher} tells; paths are relative to its folder, with `/`. */
export interface FolderListener {
  /** Files that were not there before. `moved`: they had all their bytes when they got this name. */
  found(paths: readonly string[], moved: boolean): void;
  /** A file that was found was written to, replaced, or had its attributes changed. */
  touched(path: string): void;
  /** A file that was found is there no more; another one of its name is found again. */
  gone(path: string): void;
  /** All of the folder was looked through. */
  scanned(): void;
  /** The file system tells of no changes (the reason once), or the folder cannot be looked through for now. */
  notice(text: string): void;
  /** The folder itself cannot be read, for longer than `patience`. */
  failed(error: FileError): void;
}

export interface FolderWatcherOptions {
  pattern: string;
  /** Seconds between two scans. */
  interval: number;
  /** Whether to listen to the file system. */
  events: boolean;
  /** Seconds for which the folder itself may be out of reach. */
  patience: number;
}

/** What is known of one folder. */
interface Folder {
  readonly names: Set<string>;
  folders: string[];
  watcher: FSWatcher | null;
  /** Its time of change when it was last read, and when that was; both in ms since 1970. */
  modified: number;
  readAt: number;
  /** Its number in the file system; null before it was looked at. */
  inode: number | null;
}

/** A folder whose time of change is older than that when it is read has no change that the same time could hide, in ms. */
const TICK = 5000;

/**
 * Finds the files of a folder and its sub-folders that match a pattern: by the events of the file system, one watch per folder (not per file),
 * and by scans, which network file systems need. A scan reads the folders that have changed. Hidden folders, and links to folders, are passed over.
 *
 * Memory: the name of each file that matches, for as long as it is there.
 */
export class FolderWatcher {
  readonly root: string;
  readonly #matches: (path: string) => boolean;
  readonly #depth: number;
  readonly #options: FolderWatcherOptions;
  readonly #listener: FolderListener;
  readonly #folders = new Map<string, Folder>();
  /** Names that something has just happened to, whether the file was written to since, and whether more has happened to the name. */
  readonly #arriving = new Map<string, { isWritten: boolean; isStale: boolean }>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #hasEvents: boolean;
  #reachedAt = performance.now();

  constructor(root: string, options: FolderWatcherOptions, listener: FolderListener) {
    this.root = root;
    this.#options = options;
    this.#listener = listener;
    this.#hasEvents = options.events;
    this.#matches = picomatch(options.pattern);
    this.#depth = options.pattern.includes('**') ? Number.POSITIVE_INFINITY : options.pattern.split('/').length - 1;
  }

  /** Looks through the folder a first time, and goes on. Throws `BAD_FILE` where it is no folder. */
  async start(): Promise<void> {
    try {
      if (!(await stat(this.root)).isDirectory()) throw new Error('it is no folder');
      await this.#look('', true);
    } catch (cause) {
      throw this.#unreadable(cause as Error);
    }
    this.#later();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const { watcher } of this.#folders.values()) watcher?.close();
    this.#folders.clear();
  }

  #unreadable(cause: Error): FileError {
    return new FileError('BAD_FILE', this.root, `cannot be watched: ${cause.message}`, { cause });
  }

  #later(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#scan(), this.#options.interval * 1000);
  }

  async #scan(): Promise<void> {
    try {
      await this.#look('', true);
      this.#reachedAt = performance.now();
      if (!this.#isClosed) this.#listener.scanned();
    } catch (cause) {
      if (this.#isClosed) return;
      const error = this.#unreadable(cause as Error);
      if (performance.now() - this.#reachedAt > this.#options.patience * 1000) this.#listener.failed(error);
      else this.#listener.notice(`${error.message}; it is tried again`);
    }
    this.#later();
  }

  /** Looks through one folder and those below. Throws where it is not there. */
  async #look(path: string, deep: boolean): Promise<void> {
    const folder = this.#known(path);
    const absolute = join(this.root, path);
    const { mtimeMs, ino } = await stat(absolute);
    if (this.#isClosed) return;
    if (folder.inode !== null && folder.inode !== ino) this.#unwatch(folder);
    folder.inode = ino;
    folder.watcher ??= this.#watch(path);
    const isUnchanged = mtimeMs === folder.modified && folder.readAt - mtimeMs > TICK;
    if (!isUnchanged) {
      const readAt = Date.now();
      await this.#read(path, absolute, folder);
      folder.modified = mtimeMs;
      folder.readAt = readAt;
    }
    for (const below of folder.folders) {
      if (this.#isClosed) return;
      if (!deep && this.#folders.has(below)) continue;
      await this.#look(below, deep).catch(() => this.#forget(below));
    }
  }

  /** Its watch is set up before it is read: nothing that comes between the two is missed. */
  #known(path: string): Folder {
    let folder = this.#folders.get(path);
    if (!folder) {
      folder = { names: new Set(), folders: [], watcher: null, modified: Number.NaN, readAt: 0, inode: null };
      this.#folders.set(path, folder);
    }
    folder.watcher ??= this.#watch(path);
    return folder;
  }

  /** Another folder is in the place of the one that was watched: of the new one its watch would tell nothing. */
  #unwatch(folder: Folder): void {
    folder.watcher?.close();
    folder.watcher = null;
    folder.modified = Number.NaN;
  }

  /** A watched folder was removed or renamed. Where there is another one in its place already, that is watched; or else once a scan finds one. */
  #replaced(path: string): void {
    const folder = this.#folders.get(path);
    if (!folder) return;
    this.#unwatch(folder);
    this.#look(path, true).catch((cause) => {
      if (path === '' && !this.#isClosed)
        this.#listener.notice(`${this.#unreadable(cause as Error).message}; it is tried again`);
    });
  }

  #watch(path: string): FSWatcher | null {
    if (!this.#hasEvents || this.#isClosed) return null;
    try {
      const watcher = watch(join(this.root, path), (event, name) => this.#changed(path, event, name));
      watcher.on('error', () => {
        watcher.close();
        const folder = this.#folders.get(path);
        if (folder?.watcher === watcher) folder.watcher = null;
      });
      return watcher;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      this.#hasEvents = false;
      this.#listener.notice(
        `${join(this.root, path)}: the file system tells of no changes (${(error as Error).message}); ` +
          `it is looked through every ${this.#options.interval} s`,
      );
      return null;
    }
  }

  async #read(path: string, absolute: string, folder: Folder): Promise<void> {
    const entries = await readdir(absolute, { withFileTypes: true });
    const folders: string[] = [];
    const present = new Set<string>();
    const fresh: string[] = [];
    for (const entry of entries) {
      const below = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) {
        if (this.#descends(below)) folders.push(below);
        continue;
      }
      if (!this.#matches(below)) continue;
      present.add(entry.name);
      if (folder.names.has(entry.name) || this.#arriving.has(below)) continue;
      if (entry.isSymbolicLink() && !(await statOrNull(join(absolute, entry.name)))?.isFile()) continue;
      folder.names.add(entry.name);
      fresh.push(below);
    }
    for (const name of folder.names)
      if (!present.has(name)) this.#lost(folder, name, path === '' ? name : `${path}/${name}`);
    for (const gone of folder.folders) if (!folders.includes(gone)) this.#forget(gone);
    folder.folders = folders;
    if (fresh.length > 0 && !this.#isClosed) this.#listener.found(fresh, false);
  }

  #descends(path: string): boolean {
    const names = path.split('/');
    return names.length <= this.#depth && !names.at(-1)!.startsWith('.');
  }

  #forget(path: string): void {
    const folder = this.#folders.get(path);
    if (!folder) return;
    this.#folders.delete(path);
    folder.watcher?.close();
    for (const below of folder.folders) this.#forget(below);
  }

  #lost(folder: Folder, name: string, below: string): void {
    if (folder.names.delete(name) && !this.#isClosed) this.#listener.gone(below);
  }

  #changed(path: string, event: string, name: string | null): void {
    if (this.#isClosed || name === null) return;
    // the file system tells so of the folder itself, and of something in it that has its name
    if (event === 'rename' && name === basename(join(this.root, path))) this.#replaced(path);
    const below = path === '' ? name : `${path}/${name}`;
    const arriving = this.#arriving.get(below);
    if (arriving) {
      arriving.isWritten = true;
      if (event === 'rename') arriving.isStale = true;
    } else if (event === 'change' && this.#folders.get(path)?.names.has(name)) this.#listener.touched(below);
    else if (this.#matches(below) || this.#descends(below)) void this.#arrived(path, name, below, event);
  }

  /** Something of that name has appeared, was replaced, or is gone. */
  async #arrived(path: string, name: string, below: string, event: string): Promise<void> {
    const arriving = { isWritten: event !== 'rename', isStale: true };
    this.#arriving.set(below, arriving);
    while (arriving.isStale && !this.#isClosed) {
      arriving.isStale = false;
      const found = await statOrNull(join(this.root, below));
      // Who creates a file and writes it is told of twice, who moves one here once. What was told before the file had its size is read by
      // the second turn.
      for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
      const folder = this.#folders.get(path);
      if (this.#isClosed || !folder) break;
      if (found?.isDirectory()) await this.#newFolder(folder, below);
      else if (found?.isFile() && this.#matches(below))
        this.#newFile(folder, name, below, found.size > 0 && !arriving.isWritten);
      else this.#lost(folder, name, below);
    }
    this.#arriving.delete(below);
  }

  async #newFolder(parent: Folder, path: string): Promise<void> {
    if (!this.#descends(path)) return;
    if (!parent.folders.includes(path)) parent.folders.push(path);
    await this.#look(path, false).catch(() => this.#forget(path));
  }

  #newFile(folder: Folder, name: string, path: string, isMoved: boolean): void {
    if (folder.names.has(name)) {
      this.#listener.touched(path);
      return;
    }
    folder.names.add(name);
    this.#listener.found([path], isMoved && process.platform === 'linux');
  }
}
