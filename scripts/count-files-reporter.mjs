// A node:test reporter that counts the files that reported a test and fails the run if some did not.
import { fileURLToPath } from 'node:url';

export default async function* countFiles(source) {
  const files = new Set();
  for await (const event of source) {
    const file = event.data?.file;
    if (!file || (event.type !== 'test:pass' && event.type !== 'test:fail')) continue;
    const path = file.startsWith('file:') ? fileURLToPath(file) : file;
    // Suites can be declared from a file that is shared by tests: not counted. Nor is a file that failed as a whole, which
    // is reported as a test of its own name.
    if (/\.test\.[jt]s$/.test(path) && !path.endsWith(event.data.name)) files.add(path);
  }
  const expected = Number(process.env.DASFLOW_TEST_FILES);
  if (files.size < expected) {
    process.exitCode = 1;
    yield `only ${files.size} of ${expected} test files ran a test\n`;
  } else yield `${files.size} of ${expected} test files ran\n`;
}
