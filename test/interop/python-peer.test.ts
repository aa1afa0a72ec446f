import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describePeers } from './describe-peers.js';
import { PythonPeer } from './python-peer.js';

describePeers('the peer', (suite) => {
  it('is the xdas that it should be, in a process of its own', suite.options, () => {
    assert.equal(suite.peer.versions.xdas, suite.version);
    assert.match(suite.peer.versions.python!, /^3\./);
    assert.notEqual(suite.peer.pid, process.pid);
  });

  it('hands on the error of a command, with where it came from', suite.options, async () => {
    await assert.rejects(suite.peer.call('encode', { source: { nonsense: 1 } }), (error: Error) => {
      assert.match(error.message, /encode failed: ValueError: no source in \['nonsense'\]/);
      assert.match(error.message, /peer\.py/);
      return true;
    });
    await assert.rejects(suite.peer.call('no_such_command'), /KeyError: 'no_such_command'/);
  });

  it('fails a command at its deadline and goes on with the next one', suite.options, async () => {
    const nobody = suite.peer.start(
      'subscribe',
      { address: 'tcp://127.0.0.1:9', count: 1, timeout: 1 },
      { deadline: 300 },
    );
    await nobody.event('connected');
    await assert.rejects(nobody.result, /subscribe did not answer within 0.3 s/);
    await assert.rejects(nobody.event('never'), /did not answer/);
    assert.equal((await suite.peer.call<{ xdas: string }>('versions')).xdas, suite.version);
  });

  it('rejects an event that can no longer come', suite.options, async () => {
    const task = suite.peer.start('versions');
    await assert.rejects(task.event('bound'), /ended before the event/);
  });
});

describe('a peer that is not one', () => {
  it('is an error that says why', async () => {
    await assert.rejects(PythonPeer.start('0.2.10', '/nowhere/python'), /could not be started.*ENOENT/);
    await assert.rejects(
      PythonPeer.start('0.2.7', process.execPath),
      /ended with exit code[\s\S]*its stderr ends with/,
    );
  });
});
