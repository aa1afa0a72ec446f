// A node:test reporter that counts the files that reported a test and fails the run if some did not.
import { fileURLToPath } from 'node:url';

export default async function* countFiles(source) {
  const files = new Set();
  for await (const event of source) {
    const file = event.data?.file;
    // Suites can be declared from a file that is shared by tests; those are not counted.
    if (file && /\.test\.[jt]s$/.test(file) && (event.type === 'test:pass' || event.type === 'test:fail'))
      files.add(file.startsWith('file:') ? fileURLToPath(file) : file);
  }
  const expected = Number(process.env.DASFLOW_TEST_FILES);
  if (files.size < expected) {
    process.exitCode = 1;
    yield `only ${files.size} of ${expected} test files ran a test\n`;
  } else yield `${files.size} of ${expected} test files ran\n`;
}
