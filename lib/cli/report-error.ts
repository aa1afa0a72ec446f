/** Codes of errors that say that the command was used wrongly, so that nothing was begun. */
const wrongUse = new Set(['BAD_PIPELINE']);

/** 2 where the command or its pipeline was wrong, 1 where the work failed. */
export function exitCodeOf(error: unknown): 1 | 2 {
  return wrongUse.has(codeOf(error) ?? '') ? 2 : 1;
}

/** One line on stderr, with the code where there is one; the stack and the causes only with `DASFLOW_DEBUG` set. */
export function reportError(error: unknown): void {
  const code = codeOf(error);
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`dasflow: ${code ? `${code}: ` : ''}${text}\n`);
  if (process.env.DASFLOW_DEBUG)
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
      process.stderr.write(`${cause.stack}\n`);
}

function codeOf(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : null;
}
