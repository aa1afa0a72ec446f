// Fills dist/plugins: the HDF5 filter plugins of h5wasm-plugins, and a small side module (plugin-shim.wat) with the C
// functions that they import and h5wasm does not export. A plugin that needs the shim gets a copy of its module with a
// NEEDED entry in the dylink.0 section; Emscripten's loader then loads the shim with it, from the plugin's own folder.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { compile } from 'watr';

const shimName = 'libdasflowshim.so';
const plugins = ['bitgroom', 'bitround', 'blosc', 'blosc2', 'bshuf', 'bz2', 'lz4', 'lzf', 'zfp', 'zstd'];

// Sub-sections of dylink.0 (WebAssembly tool conventions, dynamic linking).
const MEM_INFO = 1;
const NEEDED = 2;
const RUNTIME_PATH = 5;

function leb128(number) {
  const bytes = [];
  do {
    const low = number & 0x7f;
    number >>>= 7;
    bytes.push(number ? low | 0x80 : low);
  } while (number);
  return bytes;
}

function readLeb128(bytes, position) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[position++];
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return [value, position];
  }
}

const text = (string) => [...leb128(Buffer.byteLength(string)), ...Buffer.from(string)];

function withDylink(module, rest, subSections) {
  const content = [...text('dylink.0'), ...subSections.flatMap(([id, body]) => [id, ...leb128(body.length), ...body])];
  return Buffer.concat([module.subarray(0, 8), Buffer.from([0, ...leb128(content.length), ...content]), rest]);
}

function sideModuleOfShim(wat) {
  const module = Buffer.from(compile(wat));
  const fourBytesAligned = [...leb128(4), ...leb128(2), ...leb128(0), ...leb128(0)];
  return withDylink(module, module.subarray(8), [[MEM_INFO, fourBytesAligned]]);
}

function needShim(plugin, name) {
  const [size, start] = readLeb128(plugin, 9);
  const end = start + size;
  const [nameLength, nameStart] = readLeb128(plugin, start);
  let position = nameStart + nameLength;
  if (plugin[8] !== 0 || plugin.toString('latin1', nameStart, position) !== 'dylink.0')
    throw new Error(`${name}: the first section is not dylink.0`);
  const subSections = [];
  while (position < end) {
    const [length, body] = readLeb128(plugin, position + 1);
    subSections.push([plugin[position], [...plugin.subarray(body, body + length)]]);
    position = body + length;
  }
  if (subSections.some(([id]) => id === NEEDED)) throw new Error(`${name}: has NEEDED entries already`);
  subSections.splice(1, 0, [NEEDED, [1, ...text(shimName)]]);
  subSections.push([RUNTIME_PATH, [1, ...text('$ORIGIN')]]);
  return withDylink(plugin, plugin.subarray(end), subSections);
}

export function buildPlugins(folder) {
  const source = dirname(createRequire(import.meta.url).resolve('h5wasm-plugins/package.json'));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });

  const shim = sideModuleOfShim(readFileSync(new URL('./plugin-shim.wat', import.meta.url), 'utf8'));
  writeFileSync(join(folder, shimName), shim);
  const given = new Set(WebAssembly.Module.exports(new WebAssembly.Module(shim)).map(({ name }) => name));

  for (const plugin of plugins) {
    const name = `libH5Z${plugin}.so`;
    const bytes = readFileSync(join(source, 'plugins', name));
    const module = new WebAssembly.Module(bytes);
    const own = new Set(WebAssembly.Module.exports(module).map((entry) => entry.name));
    const needs = WebAssembly.Module.imports(module).some((entry) => given.has(entry.name) && !own.has(entry.name));
    writeFileSync(join(folder, name), needs ? needShim(bytes, name) : bytes);
  }
  for (const licence of ['LICENSE', 'COPYING']) copyFileSync(join(source, licence), join(folder, licence));
}
