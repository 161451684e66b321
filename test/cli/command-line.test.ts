import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { createProgram } from '#cli/program.ts'
import type { World } from '#cli/terminal/world.ts'
import manifest from '../../package.json' with { type: 'json' }
import { codeFiles } from '#test/docs/source-text.ts'
import { createShell } from './shell.ts'

const root = join(import.meta.dirname, '../..')
const wxpay = createShell(root)
const program = createProgram({} as World)

/** Programs, groups and commands, with all that is below them. */
function all(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(all)]
}

describe('help', () => {
  it('loads the command lines and the parser, and nothing of what commands do', async () => {
    const recorder = join(import.meta.dirname, 'loaded-modules.mjs')
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--import', recorder, 'cli/wxpay.cjs', 'order', 'release', '--help'],
      { cwd: root },
    )
    expect(stdout).toContain('Usage: wxpay order release')
    const loaded = stderr.split('\n').filter((url) => url.startsWith('file:'))
    const packages = loaded.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? [])
    expect([...new Set(packages)]).toEqual(['commander'])
    expect(loaded.filter((url) => /\/(?:actions|stack|stores|aws|secrets)\//.test(url))).toEqual([])
    // Each costs a file to find, read and compile: 54 today.
    expect(loaded.length).toBeLessThan(70)
  })

  it('says what a command does as an order, not as a report', () => {
    const reporting = (text: string) => /^(?!dismiss\b)\w+s\b/i.test(text)
    const described = all(program).map((command) => ({
      name: command.name(),
      text: command.description(),
    }))
    expect(described.filter(({ text }) => text === '' || reporting(text))).toEqual([])
    expect(reporting('shows an order')).toBe(true)
  })

  it('goes with the version on demand', async () => {
    expect(await wxpay(['--version'])).toEqual({ code: 0, out: `${manifest.version}\n`, err: '' })
  })
})

describe('a command line that is wrong', () => {
  it('hears of all that is missing at once', async () => {
    const { code, out, err } = await wxpay(['order', 'release', '--note', 'fine'])
    expect([code, out]).toEqual([2, ''])
    expect(err).toBe(
      'error: wxpay order release needs <out_trade_no>, --by <name>, --hold <key>, --decision <decision>\n' +
        '  what to do: see wxpay order release --help\n',
    )
  })

  it.each([
    [['frobnicate'], "unknown command 'frobnicate'", 'see wxpay --help'],
    [['ordr', 'show'], "unknown command 'ordr' (Did you mean order?)", 'see wxpay --help'],
    [['order'], 'wxpay order needs a command', 'see wxpay order --help'],
    [['dlq', 'ls', '--limit'], "option '--limit <n>' argument missing", 'see wxpay dlq ls --help'],
    [['order', 'show'], 'wxpay order show needs <out_trade_no>', 'see wxpay order show --help'],
  ])('%j is explained in JSON as well', async (args, message, remedy) => {
    const { code, out, err } = await wxpay([...args, '--json'])
    expect([code, JSON.parse(out)]).toEqual([2, { error: { message, remedy } }])
    expect(err).toContain(`error: ${message}\n  what to do: ${remedy}\n`)
  })
})

describe('standard input', () => {
  it('that is empty is no wrong JSON', async () => {
    const { code, err } = await wxpay(['decrypt'])
    expect([code, err]).toEqual([
      2,
      expect.stringContaining(
        'error: standard input is empty\n  what to do: name a file, or pipe the body of a notification in\n',
      ),
    ])
  })

  it('of a terminal is waited for with a word about what to paste', async () => {
    const { err } = await wxpay(['verify'], { answers: [] })
    expect(err).toMatch(
      /reading standard input: paste a raw HTTP message or an API Gateway event, then press Ctrl-D/,
    )
  })
})

describe('commands that texts name', () => {
  it('exist', () => {
    const named = codeFiles(['cli', 'shared', 'functions', 'infra', 'local', 'simulator']).matchAll(
      /\bwxpay((?: [a-z][a-z-]*)+)/g,
    )
    const unknown = [...named].map(([, words = '']) => words.trim()).filter((words) => !isCommand(words))
    expect([...new Set(unknown)]).toEqual([])
    expect(isCommand('redrive')).toBe(false)
    expect(isCommand('dlq redriven')).toBe(false)
  })
})

/** What follows a whole command may be prose. */
function isCommand(words: string): boolean {
  const [first, second] = words.split(' ')
  const found = program.commands.find((command) => command.name() === first)
  if (found === undefined) return false
  return found.commands.length === 0 || second === undefined || named(found.commands, second)
}

function named(commands: readonly Command[], name: string): boolean {
  return commands.some((command) => command.name() === name)
}
