/** The lines of functions, in processes of their own: what reads them there is a pipe. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill()
})

/** Runs a script that has `writeLine`, and `tell` for what goes past standard output. */
function run(script: string) {
  const program = `
    import { writeLine } from '#shared/output/write-line.ts'
    const tell = (told) => new Promise((resolve) => process.send(told, resolve))
    ${script}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  children.push(child)
  return { child, exit: once(child, 'exit'), output: child.stdout!, errors: child.stderr! }
}

/** More than a pipe holds. */
const LINES = 2000
const written = `for (let index = 0; index < ${LINES}; index += 1) writeLine(index + ' ' + '付'.repeat(400))`
const expected = Array.from({ length: LINES }, (_, index) => `${index} ${'付'.repeat(400)}`)

describe('a line', () => {
  it('is with the system when the call returns, whatever becomes of the process', async () => {
    const { exit, output } = run(`writeLine('said'); process.kill(process.pid, 'SIGKILL')`)
    expect(await text(output)).toBe('said\n')
    expect(await exit).toEqual([null, 'SIGKILL'])
  })

  it('makes no stream of standard output', async () => {
    const { child } = run(`
      let made = false
      const { get } = Object.getOwnPropertyDescriptor(process, 'stdout')
      Object.defineProperty(process, 'stdout', { get: () => ((made = true), get.call(process)) })
      writeLine('said')
      await tell(made)`)
    expect(await once(child, 'message')).toEqual([false, undefined])
  })

  it('waits for a reader that is slow', async () => {
    const { output } = run(written)
    expect((await text(output)).split('\n')).toEqual([...expected, ''])
  })

  it('comes whole, once and in its place where the pipe is full and does not wait', async () => {
    // To open it as a stream is what makes it so.
    const { child, output } = run(`
      process.stdout
      ${written}
      await tell(process.stdout.writableLength)
      process.once('message', () => {
        writeLine('the last')
        process.disconnect()
      })`)
    // Nobody reads until all is written.
    const [waiting] = await once(child, 'message')
    expect(waiting).toBeGreaterThan(0)
    const read = text(output)
    child.send('read')
    expect((await read).split('\n')).toEqual([...expected, 'the last', ''])
  })

  it('of which a full pipe takes the beginning goes on where that ended', async () => {
    const { child, output } = run(`
      process.stdout
      writeLine('付'.repeat(400_000))
      await tell(process.stdout.writableLength)
      process.disconnect()`)
    const [waiting] = await once(child, 'message')
    expect(waiting).toBeGreaterThan(0)
    expect(waiting).toBeLessThan(3 * 400_000)
    expect((await text(output)) === `${'付'.repeat(400_000)}\n`).toBe(true)
  })

  it('that nobody reads any more throws nothing at whoever logs', async () => {
    const { child, output, errors } = run(`
      process.once('message', async () => {
        writeLine('unread')
        process.stdout.once('error', ({ code }) => tell(code).then(() => process.disconnect()))
        await tell('went on')
      })
      await tell('ready')`)
    await once(child, 'message')
    output.destroy()
    await once(output, 'close')
    child.send('write')
    const told: unknown[] = []
    child.on('message', (message) => told.push(message))
    expect(await text(errors)).toBe('')
    expect(told).toEqual(['went on', 'EPIPE'])
  })
})
