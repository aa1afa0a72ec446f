/** Suites that need a live Python peer: one peer per version and suite, skipped by name where there is none. */
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { findPeer, type PeerVersion, PythonPeer, peerVariables, peerVersions } from './python-peer.js';

/** What a suite gets: the peer once it runs, and its version while the suite is being declared. */
export interface PeerSuite {
  version: PeerVersion;
  /** The running peer; only inside tests and hooks. */
  readonly peer: PythonPeer;
  /** Goes to every `it` of the suite: skips it, with the reason, where there is no such peer. */
  options: { skip?: string; timeout: number };
}

/**
 * Declares a suite once per xdas version. Where a peer is missing each test is skipped by name, unless `DASFLOW_PEERS`
 * is `required`: then its absence fails the suite.
 */
export function describePeers(
  title: string,
  body: (suite: PeerSuite) => void,
  versions: readonly PeerVersion[] = peerVersions,
): void {
  for (const version of versions) {
    const python = findPeer(version);
    const missing = `no Python with xdas ${version}: run scripts/make-peers.sh, or set ${peerVariables[version]}`;
    const skipped = python === null && process.env.DASFLOW_PEERS !== 'required';
    describe(`${title} (xdas ${version})`, () => {
      let peer: PythonPeer | undefined;
      if (!skipped) {
        before(async () => {
          if (python === null) assert.fail(missing);
          peer = await PythonPeer.start(version, python);
        });
        after(() => peer?.close());
      }
      body({
        version,
        // The last resort only: commands have deadlines of their own, which say more.
        options: { timeout: 300_000, ...(skipped && { skip: missing }) },
        get peer() {
          assert.ok(peer, 'the peer runs only inside tests');
          return peer;
        },
      });
    });
  }
}
