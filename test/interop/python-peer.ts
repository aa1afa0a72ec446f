/**
 * A live Python peer: one process with a real xdas, kept for a whole suite because importing xdas takes seconds, driven
 * by JSON lines (`peer.py` is its other half). Every command has a deadline, and a failure shows what Python said.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The xdas versions that the live tests talk to: the new wire and the old one. */
export const peerVersions = ['0.2.10', '0.2.7'] as const;

/** A version of xdas with a peer. */
export type PeerVersion = (typeof peerVersions)[number];

/** The variables that name a Python interpreter in whose environment that xdas is installed. */
export const peerVariables: Record<PeerVersion, string> = {
  '0.2.10': 'DASFLOW_PYTHON_0210',
  '0.2.7': 'DASFLOW_PYTHON_027',
};

const root = new URL('../../../', import.meta.url);
const script = fileURLToPath(new URL('test/interop/peer.py', root));
const stderrKept = 8_000;
const defaultDeadline = 120_000;

/** The interpreter of a peer: from its variable, or from `.peers/` (scripts/make-peers.sh); null where there is none. */
export function findPeer(version: PeerVersion): string | null {
  const named = process.env[peerVariables[version]];
  if (named) return named;
  const made = fileURLToPath(new URL(`.peers/xdas-${version}/bin/python`, root));
  return existsSync(made) ? made : null;
}

/** News of a running command: its name and whatever came with it. */
export type PeerEvent = Record<string, unknown>;

/** A command that is running in the peer. */
export interface PeerTask<T> {
  /** What the command answers; rejects with Python's error, or when the deadline has passed. */
  result: Promise<T>;
  /** Resolves with the next event of that name; rejects if the command ends or fails before. */
  event(name: string): Promise<PeerEvent>;
  /** Says something to the running command. */
  tell(word: string): void;
}

interface Running {
  command: string;
  events: PeerEvent[];
  waiting: { name: string; resolve: (event: PeerEvent) => void; reject: (error: Error) => void }[];
  ended: Error | null;
  settle(error: Error | null, result?: unknown): void;
}

/** A Python process with xdas; see the head of this file. */
export class PythonPeer implements AsyncDisposable {
  /** Versions of Python and the libraries, as the process tells them. */
  versions: Record<string, string> = {};
  #child: ChildProcessWithoutNullStreams;
  #running = new Map<number, Running>();
  #lastId = 0;
  #stderr = '';
  #pending = '';
  #gone: string | null = null;
  #exited: Promise<unknown>;

  private constructor(
    /** The version of xdas that was asked for. */
    readonly version: PeerVersion,
    readonly python: string,
  ) {
    this.#child = spawn(python, ['-u', script], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, PYTHONUTF8: '1', PYTHONDONTWRITEBYTECODE: '1', MPLBACKEND: 'agg' },
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-stderrKept);
    });
    this.#child.stdin.on('error', () => {}); // a process that died is reported by its exit
    this.#child.on('error', (error) => this.#lose(`could not be started: ${error.message}`));
    this.#exited = once(this.#child, 'close').then(
      ([code, signal]) => this.#lose(`ended with ${signal ?? `exit code ${code}`}`),
      () => {},
    );
  }

  /** Starts a peer and checks that it has the xdas that it should have. */
  static async start(version: PeerVersion, python: string): Promise<PythonPeer> {
    const peer = new PythonPeer(version, python);
    try {
      peer.versions = await peer.call('versions', {}, { deadline: 120_000 });
      if (peer.versions.xdas !== version)
        throw new Error(`${python} has xdas ${peer.versions.xdas}, but ${peerVariables[version]} is for ${version}`);
      return peer;
    } catch (error) {
      await peer.close();
      throw error;
    }
  }

  /** The process id. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Runs a command to its end. `deadline` is in milliseconds. */
  call<T>(command: string, args: object = {}, options: { deadline?: number } = {}): Promise<T> {
    return this.start<T>(command, args, options).result;
  }

  /** Starts a command that is talked to while it runs. `deadline` is for the whole of it, in milliseconds. */
  start<T>(command: string, args: object = {}, { deadline = defaultDeadline } = {}): PeerTask<T> {
    const id = ++this.#lastId;
    const { promise: result, resolve, reject } = withResolvers<unknown>();
    const timer = setTimeout(
      () => task.settle(this.#error(command, `did not answer within ${deadline / 1000} s`)),
      deadline,
    );
    const task: Running = {
      command,
      events: [],
      waiting: [],
      ended: null,
      settle: (error, value) => {
        clearTimeout(timer);
        this.#running.delete(id);
        task.ended = error ?? this.#error(command, 'ended before the event that was waited for');
        for (const waiter of task.waiting.splice(0)) waiter.reject(task.ended);
        if (error) reject(error);
        else resolve(value);
      },
    };
    result.catch(() => {}); // reported to whoever awaits it, which may come later
    this.#running.set(id, task);
    if (this.#gone) task.settle(this.#error(command, `was not sent: the peer ${this.#gone}`));
    else this.#send({ id, command, args });
    return {
      result: result as Promise<T>,
      event: (name) => {
        const index = task.events.findIndex((event) => event.event === name);
        if (index >= 0) return Promise.resolve(task.events.splice(index, 1)[0]!);
        if (task.ended) return Promise.reject(task.ended);
        return new Promise((resolve, reject) => task.waiting.push({ name, resolve, reject }));
      },
      tell: (word) => this.#send({ id, tell: word }),
    };
  }

  /** Ends the process: it leaves when its stdin ends, and is killed by its id if it has not left in two seconds. */
  async close(): Promise<void> {
    this.#child.stdin.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 2_000);
    await this.#exited;
    clearTimeout(timer);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #send(message: object): void {
    if (!this.#gone) this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  #error(command: string, what: string, traceback = ''): Error {
    const said = this.#stderr.trim();
    const parts = [`xdas ${this.version}: ${command} ${what}`];
    if (traceback) parts.push(traceback.trim());
    if (said) parts.push(`its stderr ends with:\n${said}`);
    return new Error(parts.join('\n'));
  }

  #lose(why: string): void {
    this.#gone ??= why;
    for (const task of [...this.#running.values()])
      task.settle(this.#error(task.command, `has no answer: the peer ${why}`));
  }

  #read(text: string): void {
    const lines = (this.#pending + text).split('\n');
    this.#pending = lines.pop()!;
    for (const line of lines) {
      const message = JSON.parse(line) as { id: number; event?: string; error?: string; traceback?: string };
      const task = this.#running.get(message.id);
      if (!task) continue; // its deadline has passed
      if (message.event !== undefined) {
        const index = task.waiting.findIndex((waiter) => waiter.name === message.event);
        if (index >= 0) task.waiting.splice(index, 1)[0]!.resolve(message);
        else task.events.push(message);
      } else if (message.error !== undefined)
        task.settle(this.#error(task.command, `failed: ${message.error}`, message.traceback));
      else task.settle(null, (message as { result?: unknown }).result);
    }
  }
}

function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
