import { createServer } from 'node:net';
import { StreamError } from '../errors.js';

/**
 * A TCP port that is free on this machine at this moment, as xdas's `io.get_free_port`: the system picks one, and it is
 * given back at once. Somebody else may take it before you do; where you can, bind to `tcp://127.0.0.1:*` and read the
 * publisher's `address` instead.
 *
 * Rejects with `ADDRESS` if the system has none to give.
 */
export function getFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause) => reject(new StreamError('ADDRESS', 'the system gave no free TCP port', { cause })));
    server.listen({ port: 0, exclusive: true }, () => {
      const address = server.address();
      server.close(() => {
        if (address && typeof address === 'object') resolve(address.port);
        else reject(new StreamError('ADDRESS', `the system gave ${JSON.stringify(address)} instead of a TCP port`));
      });
    });
  });
}
