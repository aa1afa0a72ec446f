import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { meterAtom, meterWrites } from '../../lib/processing/metered.js';
import { formatBytes, Monitor, monitorLine } from '../../lib/processing/monitor.js';

class Screen extends Writable {
  text = '';
  isTTY: boolean;
  columns = 200;
  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }
  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.text += chunk.toString();
    callback();
  }
}

test('shares are of the three times together, the rate of the wall clock', () => {
  let clock = 0;
  const monitor = new Monitor({ total: 4096, now: () => clock, enabled: false });
  monitor.spent('read', 100);
  monitor.spent('process', 600);
  monitor.spent('write', 300);
  monitor.count(1024);
  clock = 2000;
  const snapshot = monitor.snapshot();
  assert.deepEqual(snapshot.shares, { read: 0.1, process: 0.6, write: 0.3 });
  assert.equal(snapshot.rate, 512);
  assert.equal(monitorLine(snapshot), '25% 1.0KiB/4.0KiB in 1 chunk 2.0s 512B/s read 10% process 60% write 30%');
  monitor.total = null;
  assert.match(monitorLine(monitor.snapshot()), /^1\.0KiB in 1 chunk /);
});

test('draws on a terminal, at most ten times a second, and is quiet elsewhere', () => {
  let clock = 0;
  const terminal = new Screen(true);
  const monitor = new Monitor({ output: terminal, now: () => clock });
  for (let i = 0; i < 1000; i++) {
    clock += 1;
    monitor.count(1);
  }
  assert.equal(terminal.text.split('\r').length - 1, 10);
  monitor.close();
  monitor.close();
  assert.equal(terminal.text.split('\n').length, 2);
  const pipe = new Screen(false);
  const quiet = new Monitor({ output: pipe });
  quiet.count(1);
  quiet.close();
  assert.equal(pipe.text, '');
});

test('waiting for the first chunk does not spoil the rate; losses and the last label are told', () => {
  let clock = 0;
  const monitor = new Monitor({ now: () => clock, enabled: false });
  clock = 60_000;
  monitor.count(1024);
  clock = 61_000;
  monitor.count(2048);
  monitor.last = '2024-05-21T12:00:00';
  monitor.lost = 3;
  assert.equal(monitor.snapshot().rate, 2048);
  assert.match(monitorLine(monitor.snapshot()), / 2\.0KiB\/s lost 3 up to 2024-05-21T12:00:00 read /);
});

test('writes lines where it cannot draw, if asked, every ten seconds at most', () => {
  let clock = 0;
  const pipe = new Screen(false);
  const monitor = new Monitor({ output: pipe, now: () => clock, lines: true });
  for (let i = 0; i < 25; i++) {
    clock += 1000;
    monitor.count(1);
  }
  monitor.say('a notice');
  monitor.close();
  assert.match(pipe.text, /^10B in 10 chunks .*\n20B in 20 chunks .*\na notice\n$/);
  const off = new Screen(false);
  const quiet = new Monitor({ output: off, now: () => clock, lines: true, enabled: false });
  clock += 60_000;
  quiet.count(1);
  assert.equal(off.text, '');
});

test('a text goes above the drawn line', () => {
  const terminal = new Screen(true);
  const monitor = new Monitor({ output: terminal });
  monitor.say('before');
  monitor.count(1);
  monitor.say('between');
  monitor.close();
  const shown = terminal.text.split('\n').map((line) => line.split('\r').at(-1)!.replace('\u001b[K', ''));
  assert.equal(shown[0], 'before');
  assert.equal(shown[1], 'between');
  assert.match(shown[2]!, /^1B in 1 chunk /);
});

test('meters time methods of one instance and take their timing off again', async () => {
  let clock = 0;
  const monitor = new Monitor({ now: () => clock, enabled: false });
  class Slow {
    push(x: number): number[] {
      clock += 30;
      return [x];
    }
    flush(): number[] {
      clock += 10;
      return [];
    }
  }
  const atom = new Slow();
  const undo = meterAtom(atom, monitor);
  assert.deepEqual(atom.push(7), [7]);
  atom.flush();
  const sink = new Writable({
    objectMode: true,
    write(_chunk, _encoding, callback) {
      setImmediate(() => {
        clock += 60;
        callback();
      });
    },
  });
  const unmeter = meterWrites(sink, monitor);
  await new Promise((resolve) => sink.write({}, resolve));
  assert.deepEqual(monitor.snapshot().shares, { read: 0, process: 0.4, write: 0.6 });
  undo();
  unmeter();
  assert.equal(Object.hasOwn(atom, 'push'), false);
  assert.equal(atom.push, Slow.prototype.push);
  atom.push(1);
  assert.equal(monitor.snapshot().shares.process, 0.4);
});

test('bytes are counted in powers of 1024', () => {
  assert.deepEqual([0, 1023, 1024, 1536 * 1024, 3 * 2 ** 40].map(formatBytes), [
    '0B',
    '1023B',
    '1.0KiB',
    '1.5MiB',
    '3.0TiB',
  ]);
});
