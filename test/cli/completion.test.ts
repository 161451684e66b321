import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Command } from 'commander'
import { beforeAll, describe, expect, it } from 'vitest'
import { createProgram } from '#cli/program.ts'
import { SHELLS } from '#cli/terminal/choices.ts'
import type { World } from '#cli/terminal/world.ts'
import { createShell } from './shell.ts'

const wxpay = createShell('/')
const all = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(all)]
const [program, ...commands] = all(createProgram({} as World))

describe('completion', () => {
  it.each(SHELLS)(
    'for %s knows every command, every option, and the words that they may take',
    async (shell) => {
      const { code, out } = await wxpay(['completion', shell])
      expect(code).toBe(0)
      const flags = [program, ...commands].flatMap((command) => command?.options ?? [])
      const words = flags.flatMap(({ long, argChoices = [] }) => [long?.slice(2) ?? '', ...argChoices])
      const wanted = [...words.filter((word) => word !== 'version'), ...commands.map((each) => each.name())]
      expect(wanted.filter((word) => !new RegExp(`\\b${word}\\b`).test(out))).toEqual([])
    },
  )

  it('is for shells that it names', async () => {
    expect(await wxpay(['completion', 'tcsh'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('bash, zsh, fish'),
    })
  })
})

/** Each line with what bash offers after it. */
const TYPED: ReadonlyArray<readonly [string, string]> = [
  ['wxpay ord', 'order'],
  ['wxpay order rel', 'release'],
  ['wxpay order release --dec', '--decision'],
  ['wxpay order release A --decision a', 'accept approve'],
  ['wxpay --stack wxpay-prod switch set re', 'refunds'],
  ['wxpay order release A --by d', ''],
  ['wxpay facts ls --kind re', 'refund'],
  ['wxpay verify /dev/nul', '/dev/null'],
  ['wxpay setup --p12 /dev/nul', '/dev/null'],
]

describe('bash', () => {
  let offered: readonly string[]
  beforeAll(async () => {
    const { out } = await wxpay(['completion', 'bash'])
    const tries = TYPED.map(([line]) => {
      const words = line.split(' ').map((word) => `'${word}'`)
      return `COMP_WORDS=(${words.join(' ')}) COMP_CWORD=${words.length - 1} COMPREPLY=(); _wxpay; echo "\${COMPREPLY[@]}"`
    })
    const { stdout } = await promisify(execFile)('bash', ['-uc', `${out}\n${tries.join('\n')}`])
    offered = stdout.split('\n')
  })

  it.each(TYPED.map(([line, words], index) => ({ line, words, index })))(
    'offers after "$line": $words',
    ({ words, index }) => {
      expect(offered[index]).toBe(words)
    },
  )
})
