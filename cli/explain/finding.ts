/** One thing that differs from what was signed, or from what a receiver accepts. */
export interface Finding {
  readonly element: 'header' | 'clock' | 'serial' | 'signature' | 'key' | 'message' | 'body'
  /** Holds names, sizes and serials; never a signature, a body or a key. */
  readonly problem: string
  readonly remedy: string
}

export function findingText({ element, problem, remedy }: Finding): string {
  return `${element}: ${problem}\n  what to do: ${remedy}`
}
