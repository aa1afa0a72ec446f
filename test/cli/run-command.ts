/** Runs of the command `dasflow`, as tests see them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../../lib/cli/main.js', import.meta.url));

/** A run of the command in a process of its own. */
export class Run {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly code: Promise<number | null>;

  constructor(t: TestContext, args: string[], cwd?: string) {
    this.child = spawn(process.execPath, ['--enable-source-maps', command, ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DASFLOW_DEBUG: '' },
    });
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.code = once(this.child, 'close').then(([code]) => code as number | null);
    t.after(() => this.child.kill('SIGKILL'));
  }

  /** The first line of stdout that matches. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.stdout);
      if (found) return found;
      const ended = this.code.then((code) => {
        throw new Error(`ended with ${code} before ${pattern}: ${this.stdout}${this.stderr}`);
      });
      await Promise.race([once(this.child.stdout!, 'data'), ended]);
    }
  }
}

/** Starts the command; it ends with the test at the latest. */
export const run = (t: TestContext, args: string[], cwd?: string) => new Run(t, args, cwd);
