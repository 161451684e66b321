/** Runs command lines in this process, with a terminal made of strings. */
import { run } from '#cli/run.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface ShellOptions {
  readonly input?: string | Buffer
  /** Answers to questions, in order; with them somebody is at the terminal. */
  readonly answers?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly now?: () => number
  readonly interrupted?: AbortSignal
  readonly colours?: boolean
  /** Hears standard error as it is written. */
  readonly hears?: (text: string) => void
}

export interface Shell {
  (args: readonly string[], options?: ShellOptions): Promise<Ran>
}

/** @param directory where relative paths start. */
export function createShell(directory: string, common: readonly string[] = []): Shell {
  return async (
    args,
    {
      input = '',
      answers,
      environment = {},
      now = Date.now,
      interrupted = new AbortController().signal,
      hears = () => {},
      colours = false,
    } = {},
  ) => {
    let out = ''
    let err = ''
    const left = [...(answers ?? [])]
    const code = await run([...args, ...common], {
      clock: { now },
      interrupted: () => interrupted,
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      directory,
      environment,
      terminal: {
        interactive: answers !== undefined,
        out: (text) => {
          out += text
        },
        err: (text) => {
          err += text
          hears(text)
        },
        ask: async (question) => {
          err += question
          const answer = left.shift()
          if (answer === undefined) throw new Error(`nobody answers: ${question}`)
          return answer
        },
        quietly: (waiting) => waiting(),
        colours: { out: colours, err: colours },
        readInput: async () => Buffer.from(input),
      },
    })
    return { code, out, err }
  }
}
