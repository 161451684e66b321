/** Where a command reads from and writes to; tests bring their own. Results go to standard output, everything else to standard error. */

export interface Terminal {
  /** Whether a person can answer questions. */
  readonly interactive: boolean
  /** Writes to standard output: results only. */
  out(text: string): void
  /** Writes to standard error: progress, questions and failures. */
  err(text: string): void
  /** Asks for one line; empty when the person only pressed Enter. `hidden` shows nothing of what is typed. */
  ask(question: string, options?: { readonly hidden?: boolean }): Promise<string>
  /** Waits for what takes as long as it takes: silence meanwhile is as it should be. */
  quietly<Value>(waiting: () => Promise<Value>): Promise<Value>
  /** Whether standard output and standard error show colours. */
  readonly colours: { readonly out: boolean; readonly err: boolean }
  /** All of standard input, as bytes. */
  readInput(): Promise<Buffer>
}
