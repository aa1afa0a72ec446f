import type { ArrayFile } from '../array-file.js';
import type { SourceFile } from '../source-file.js';

/** Options of a format, by name, as a caller gave them. */
export type FormatOptions = Readonly<Record<string, unknown>>;

/**
 * A kind of file that holds one array: what `openDataArray` calls an engine. To add one, make such an object and give it to
 * `registerFormat`; docs/formats.md has an example.
 */
export interface FileFormat {
  /** The name that `engine` takes. */
  readonly name: string;
  /** Other names for it. */
  readonly aliases?: readonly string[];
  /** Names of the options that {@link open} takes; others are refused before it is called. */
  readonly options?: readonly string[];
  /**
   * Whether a file looks like one of this format. Cheap: from the first bytes (`file.head`) or the root of an HDF5 file
   * (`file.rootNames()`); a look, no proof. May throw as reading does: a file that cannot be looked into is of no format.
   */
  detect(file: SourceFile): boolean | Promise<boolean>;
  /**
   * Opens it: everything but the values is read. Throws `FileError` `BAD_FILE` that says what is missing or wrong, and
   * `ArgumentError` `BAD_ARGUMENT` for an option.
   */
  open(file: SourceFile, options: FormatOptions): Promise<ArrayFile>;
}
