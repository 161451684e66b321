/** The terminal of this process. */
import { createInterface } from 'node:readline/promises'
import { buffer } from 'node:stream/consumers'
import { Writable } from 'node:stream'
import { CliError } from './cli-error.ts'
import type { Terminal } from './terminal.ts'

/** A terminal of sixteen colours; NO_COLOR, FORCE_COLOR and TERM are looked at by Node.js. */
const COLOURS = 16

function showsColours(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY && stream.hasColors(COLOURS)
}

/** The reader may go when it has enough, as `head` does: the command is carried out all the same. */
function mayLoseItsReader(stream: NodeJS.WriteStream): void {
  stream.on('error', (error) => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error
  })
}

export function createProcessTerminal({ stdin, stdout, stderr }: NodeJS.Process): Terminal {
  mayLoseItsReader(stdout)
  mayLoseItsReader(stderr)
  return {
    interactive: stdin.isTTY && stderr.isTTY,
    out: (text) => {
      stdout.write(text)
    },
    err: (text) => {
      stderr.write(text)
    },
    async ask(question, { hidden = false } = {}) {
      // readline echoes what is typed to its output: for a secret that goes nowhere.
      const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
      const reader = createInterface({ input: stdin, output: hidden ? nowhere : stderr, terminal: true })
      const stop = new AbortController()
      reader.once('SIGINT', () => stop.abort())
      try {
        // It redraws the line that the question is on; what is hidden is not redrawn, so neither is its question.
        if (hidden) stderr.write(question)
        return await reader.question(hidden ? '' : question, { signal: stop.signal })
      } catch (cause) {
        throw new CliError('refused', 'interrupted: nothing more was done', 'start the command again', {
          cause,
        })
      } finally {
        reader.close()
        if (hidden) stderr.write('\n')
      }
    },
    quietly: (waiting) => waiting(),
    colours: { out: showsColours(stdout), err: showsColours(stderr) },
    readInput: () => buffer(stdin),
  }
}
