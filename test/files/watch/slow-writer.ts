/** A process that writes a file piece by piece, when it is told to. Bytes go to the file at once; it stays open until it is told to close it. */
import { closeSync, openSync, renameSync, writeSync } from 'node:fs';

/** What the process is told. It answers each with the bytes written so far. */
export type WriterCommand =
  | { open: string }
  | { write: string }
  | { close: true }
  | { rename: [from: string, to: string] };

let file = -1;
let written = 0;

process.on('message', (command: WriterCommand) => {
  if ('open' in command) {
    file = openSync(command.open, 'w');
    written = 0;
  } else if ('write' in command) written += writeSync(file, Buffer.from(command.write, 'base64'));
  else if ('rename' in command) renameSync(...command.rename);
  else closeSync(file);
  process.send!(written);
});
