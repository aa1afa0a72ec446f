import { DasflowError } from '../errors.js';

/**
 * Loads a package that is installed by those who need it (an optional peer dependency). Throws `MISSING_PACKAGE`, which says what to
 * install, where it is not there; what fails inside of it is thrown as it is.
 */
export async function loadOptional<M>(name: string, purpose: string, load: () => Promise<M>): Promise<M> {
  try {
    return await load();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes(`'${name}'`)) throw cause;
    throw new DasflowError(
      'MISSING_PACKAGE',
      `${purpose} needs the package ${name}, which is not installed: npm install ${name}`,
      { cause },
    );
  }
}
