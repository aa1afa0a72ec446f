/** docs/atoms.md in parts: sections with their names, fields and examples. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The fields that every section fills. */
export const fields = ['Formula', 'Options', 'Units', 'Delay and labels', 'Streaming', 'State', 'Source'] as const;

/** One section: the operations in its heading, and what is told of them. */
export interface Section {
  names: string[];
  fields: Record<(typeof fields)[number], string>;
  ts: string;
  yaml: string;
}

/** The whole page. */
export const page = readFileSync(join(process.cwd(), 'docs', 'atoms.md'), 'utf8');

/** All sections of a page of this form. */
export function sectionsOf(text: string): Section[] {
  return text
    .split(/^### /m)
    .slice(1)
    .map((part) => {
      const [heading = '', ...lines] = part.split('\n');
      const body = lines.join('\n').split(/^## /m)[0]!;
      const field = (name: string) => {
        const found = new RegExp(`^- \\*\\*${name}\\.\\*\\* ([\\s\\S]*?)(?=\\n- \\*\\*|\\n\\n)`, 'm').exec(body);
        return (found?.[1] ?? '').replace(/\s+/g, ' ').trim();
      };
      const block = (language: string) => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(body)?.[1] ?? '';
      return {
        names: [...heading.matchAll(/`([^`]+)`/g)].map(([, name]) => name!),
        fields: Object.fromEntries(fields.map((name) => [name, field(name)])) as Section['fields'],
        ts: block('ts'),
        yaml: block('yaml'),
      };
    });
}
