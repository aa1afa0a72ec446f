/** What one bench asks, and what it answers: one file per question. */
import type { PythonPeer } from '../test/interop/python-peer.js';
import type { Measured, Plan } from './measure.js';

/** What a question gets to work with. */
export interface BenchContext {
  plan: Plan;
  /** Starts the next xdas 0.2.10, or gives one that is there: the same number, the same process. */
  peer(number?: 1 | 2): Promise<PythonPeer>;
  /** Tells what a process of the question's own has used. */
  used(name: string, cpuSeconds: number, peakBytes: number): void;
  /** One line of progress. */
  log(line: string): void;
}

/** The answer for one case. */
export interface CaseResult {
  /** Such as `50 x 500 float32, ZFP accuracy 1e-3`. */
  title: string;
  /** Bytes of array values in one unit of work; 0 where a rate means nothing. */
  bytes: number;
  /** Further facts of the case, such as the size of the packets. */
  notes: string[];
  /** dasflow is the first; none where the notes say it all. */
  measured: Measured[];
  /** A picture that is written beside the page. */
  figure?: { name: string; svg: string; caption: string };
}

/** A bench: one question, one file. */
export interface Question {
  /** Name of the file, for `--only`. */
  name: string;
  title: string;
  /** What is measured and how, in sentences. */
  method: string;
  run(context: BenchContext): Promise<CaseResult[]>;
}
