/** Whether packets are made and read by templates: a switch for tests, and for whoever wants to see what HDF5 alone says. */
import { ArgumentError } from '../../errors.js';

/** `auto`: templates where they are proved; `off`: every packet goes through HDF5. */
export type TemplateChoice = 'auto' | 'off';

let chosen: TemplateChoice | null = null;

/** Whether templates are to be used. The first call looks at the environment: `DASFLOW_TEMPLATES`, default `auto`. */
export function templatesAreOn(): boolean {
  chosen ??= choiceOf(process.env.DASFLOW_TEMPLATES ?? 'auto');
  return chosen === 'auto';
}

/** Overrides the environment for this thread; gives what held until now. Throws `BAD_ARGUMENT`. */
export function chooseTemplates(choice: TemplateChoice): TemplateChoice {
  const was = chosen ?? choiceOf(process.env.DASFLOW_TEMPLATES ?? 'auto');
  chosen = choiceOf(choice);
  return was;
}

function choiceOf(text: string): TemplateChoice {
  if (text === 'auto' || text === 'off') return text;
  throw new ArgumentError('BAD_ARGUMENT', `DASFLOW_TEMPLATES is ${text}; allowed: auto, off`);
}
