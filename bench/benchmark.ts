/** What all benchmarks are told. */
export interface BenchmarkOptions {
  /** How often each thing is measured; kinds take turns, so that a slow moment slows all of them. */
  runs: number;
  /** Told what is being measured. */
  progress: (text: string) => void;
}

/** A table: figures as numbers in the unit that the column names. */
export interface BenchmarkTable {
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
}

export type Cell = string | number;

export interface Benchmark {
  name: string;
  description: string;
  /** @throws Error if what is measured fails. */
  measure: (options: BenchmarkOptions) => Promise<BenchmarkTable>;
}
