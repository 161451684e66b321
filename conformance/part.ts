/** A part of the conformance run: engines that others wrote, each held against one subject of this project. */

export interface Context {
  /** For what the run writes; gone afterwards. */
  readonly scratch: string
  /** Whether the subject is broken on purpose: the part has to fail then. */
  readonly broken: boolean
  /** Where a DynamoDB engine listens already, in place of those that are installed. */
  readonly dynamodb: string | undefined
  readonly say: (line: string) => void
}

/** What was seen: figures for the table, and each fault in one line. */
export interface Outcome {
  readonly figures: readonly string[]
  readonly faults: readonly string[]
}

export interface Part {
  readonly name: string
  /** The engines that this run has, with their versions. */
  readonly engines: (given: Pick<Context, 'dynamodb'>) => readonly string[]
  readonly proves: string
  /** What `--break` does to its subject. */
  readonly breaks: string
  readonly run: (context: Context) => Promise<Outcome>
}

/** The subject cannot be tried on this machine. It counts as a fault: whoever knows why leaves the part out by its name. */
export class Missing extends Error {}
