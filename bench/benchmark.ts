/** Options of all benchmarks. */
export interface BenchmarkOptions {
  /** How often everything is measured. Contenders take turns, so that a slow moment affects all of them. */
  runs: number;
  /** Called with a text that says what is being measured. */
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
  /** @throws Error if an operation being measured fails. */
  measure: (options: BenchmarkOptions) => Promise<BenchmarkTable>;
}
