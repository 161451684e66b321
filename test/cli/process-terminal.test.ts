/** What becomes of a command when whoever reads it goes away. */
import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { createProcessTerminal } from '#cli/terminal/process-terminal.ts'

function outputs() {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  createProcessTerminal({ stdin: process.stdin, stdout, stderr } as never)
  return [stdout, stderr]
}

const failure = (code: string) => Object.assign(new Error(`write ${code}`), { code })

it('goes on when the reader has enough, as head has', () => {
  for (const stream of outputs()) expect(() => stream.emit('error', failure('EPIPE'))).not.toThrow()
})

it('fails for any other reason, as a full disk', () => {
  for (const stream of outputs()) expect(() => stream.emit('error', failure('ENOSPC'))).toThrow('ENOSPC')
})
