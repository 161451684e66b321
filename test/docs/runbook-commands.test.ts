import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseLogPattern } from '#local/operator/log-pattern.ts'
import { createShell } from '#test/cli/shell.ts'
import { wordsOf } from '#test/rehearsal/bash-words.ts'
import { commandsOf, filledIn, preludeOf, RULES, verdictOf } from '#test/rehearsal/runbook.ts'
import { codeFiles } from './source-text.ts'

const root = join(import.meta.dirname, '../..')
const runbook = readFileSync(join(root, 'docs/runbook.md'), 'utf8')
const commands = commandsOf(runbook)
const directory = mkdtempSync(join(tmpdir(), 'wxpay-runbook-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const wxpay = createShell(directory)
const subjects = {
  order: 'ORDER-1',
  refund: 'REFUND-1',
  hold: 'by_hand#1',
  fact: 'notification#1#EV-1',
  table: 'table',
}

describe('the commands of the runbook', () => {
  it.each(commands)('%s is known to run here, or why not', (command) => {
    expect(verdictOf(command)).not.toBe('')
  })

  it('are known by rules that all have something to say', () => {
    const idle = RULES.filter(({ fits }) => !commands.some((command) => fits.test(command)))
    expect(idle).toEqual([])
  })

  it('that nobody has thought of are seen', () => {
    const grown = commandsOf(`${runbook}\nRun \`aws s3 ls\`.\n\n\`\`\`sh\nwxpay bogus\n\`\`\`\n`)
    const unknown = grown.filter((command) => !commands.includes(command))
    expect(unknown).toEqual(['wxpay bogus', 'aws s3 ls'])
    for (const command of unknown) expect(() => verdictOf(command)).toThrow('0 rules')
  })

  it('have helpers to stand on', () => {
    const helpers = [...preludeOf(runbook).matchAll(/^(\w+)\(\)/gm)].map(([, name]) => name)
    expect(helpers).toEqual(['wxpay', 'out', 'log'])
  })
})

const source = codeFiles(['shared', 'functions'])
const ofWxpay = commands.filter((command) => command.startsWith('wxpay '))
// Those that run here are run in test/cli/stack.test.ts, and preflight asks AWS wherever it is.
const notRun = ofWxpay.filter((command) => verdictOf(command) !== 'local' && !/ preflight /.test(command))

describe('wxpay as the runbook calls it', () => {
  it.each(notRun)('%s is a command line that it takes', async (command) => {
    const [args = []] = await wordsOf([filledIn(command, subjects)], { STACK: 'local' })
    // There is no stack in this folder, which is found out after the command line is understood.
    expect(await wxpay(args)).toMatchObject({ code: 4 })
  })

  it.each(ofWxpay)('%s names the stack: at night nobody means the local one', (command) => {
    expect(command).toContain('--stack "$STACK"')
  })
})

describe('the runbook in Chinese', () => {
  it('has the same commands, with what stands in angle brackets in its own words', () => {
    const chinese = commandsOf(readFileSync(join(root, 'docs/zh-CN/runbook.md'), 'utf8'))
    const filled = (lines: readonly string[]) =>
      lines.map((command) => filledIn(command, subjects).replace(/<(?:number|版本号)>/, '1')).toSorted()
    expect(filled(chinese)).toEqual(filled(commands))
  })
})

const patterns = commands.flatMap((command) =>
  [...command.matchAll(/\blog (\S+) '([^']+)'/g)].map(
    ([, name = '', pattern = '']) => [name, pattern] as const,
  ),
)

describe('what the runbook looks for in logs', () => {
  it.each(patterns)('of %s by %s can be found', (name, pattern) => {
    expect(name).toMatch(
      /^(?:"?\$f"?|Prepay|Query|Close|Refund|Hold|Notify|NotifyV2|NotifyAlipay|Settle|RotateCerts|Sweep|Reconcile)$/,
    )
    expect(parseLogPattern(pattern)('{}')).toBe(false)
    for (const [, field = ''] of pattern.matchAll(/\$\.(\w+)/g)) {
      expect(['level', 'code', ...fieldsOf(source)]).toContain(field)
    }
    for (const [, code = ''] of pattern.matchAll(/\$\.code = "(\w+)"/g))
      expect({ code, logged: isLogged(code) }).toEqual({ code, logged: true })
  })
})

/** Verdicts of notify are logged under a code that is made of their name. */
function isLogged(code: string): boolean {
  const verdict = /^NOTIFICATION_(\w+)$/.exec(code)?.[1]?.toLowerCase()
  return (
    source.includes(`'${code}'`) || (verdict !== undefined && new RegExp(`\\b${verdict}\\b`).test(source))
  )
}

/** The allow-list of the logger. */
function fieldsOf(source: string): readonly string[] {
  const [, list = ''] = /export interface LogFields \{([^}]*)\n\}/.exec(source) ?? []
  return [...list.matchAll(/readonly (\w+)\?/g)].map(([, name = '']) => name)
}
